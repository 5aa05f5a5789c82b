//! Who acts on what, and what else an event has to do with: `rules/ecs_entities.toml`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::convert;
use super::kind::{Entity, Types};
use super::path::Path;
use crate::event::Object;
use crate::normalize::rule_file::{RulesError, syntax};
use crate::normalize::typed::service_of;

const TABLE: &str = include_str!("../../../rules/ecs_entities.toml");
const FILE: &str = "rules/ecs_entities.toml";

/// The tables, by service.
#[derive(Debug)]
pub(super) struct Entities {
    actor: Actor,
    related: HashMap<Option<String>, Vec<Related>>,
    targets: HashMap<String, Vec<Target>>,
    pub(super) types: Types,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    actor: Actor,
    related: Vec<Related>,
    target: Vec<Target>,
    types: Types,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Actor {
    from: Vec<Path>,
    of: Vec<ActorOf>,
}

/// Who acts in some operations, by the type of the identity.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ActorOf {
    service: String,
    events: Vec<String>,
    by_type: BTreeMap<String, Path>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Related {
    service: Option<String>,
    identity: Option<String>,
    from: Vec<Path>,
}

/// What some operations of a service act on.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Target {
    pub(super) service: String,
    pub(super) events: Vec<String>,
    pub(super) from: Vec<Path>,
    #[serde(default)]
    first: bool,
    star: Option<Path>,
}

/// What was found in one event.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub(super) actor: Option<(Cow<'a, str>, Entity)>,
    pub(super) targets: BTreeSet<Cow<'a, str>>,
    pub(super) related: BTreeSet<Cow<'a, str>>,
}

impl Entities {
    pub(super) fn shipped() -> Result<Self, RulesError> {
        let file: File = toml::from_str(TABLE).map_err(|error| syntax(TABLE, FILE, &error))?;
        let mut related: HashMap<_, Vec<_>> = HashMap::new();
        for row in file.related {
            related.entry(row.service.clone()).or_default().push(row);
        }
        let mut targets: HashMap<_, Vec<_>> = HashMap::new();
        for row in file.target {
            targets.entry(row.service.clone()).or_default().push(row);
        }
        Ok(Self { actor: file.actor, related, targets, types: file.types })
    }

    /// What is in an event.
    pub(super) fn find<'a>(&self, record: &'a Object) -> Found<'a> {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        let (service, event) = (service_of(text("eventSource")), text("eventName"));
        let identity = record.get("userIdentity").and_then(|identity| identity.get("type"));
        let identity = identity.and_then(Value::as_str).unwrap_or_default();
        let mut found = Found::default();
        for key in [None, Some(service.clone())] {
            for row in self.related.get(&key).into_iter().flatten() {
                if row.identity.as_deref().is_none_or(|wanted| wanted == identity) {
                    row.from.iter().for_each(|path| gather(path, record, &mut found.related));
                }
            }
        }
        let of_service = self.targets.get(&service).into_iter().flatten();
        for row in of_service.filter(|row| row.is_for(event)) {
            row.gather(record, &mut found.targets);
        }
        found.related.extend(found.targets.iter().cloned());
        found.actor = self.actor.find(record, (&service, event), identity).map(|id| {
            let kind = self.types.of_actor(&id, identity);
            (id, kind)
        });
        found
    }

    /// All of it, for the script of an ingest pipeline.
    pub(super) fn params(&self) -> Value {
        let related: Vec<&Related> = self.related.values().flatten().collect();
        let targets: Vec<&Target> = self.targets().collect();
        json!({ "actor": self.actor, "related": related, "target": targets, "types": self.types })
    }

    /// The rows about targets, by service, for those who read.
    pub(super) fn targets(&self) -> impl Iterator<Item = &Target> {
        let mut services: Vec<_> = self.targets.iter().collect();
        services.sort_unstable_by_key(|(service, _)| *service);
        services.into_iter().flat_map(|(_, rows)| rows)
    }
}

impl Actor {
    fn find<'a>(
        &self,
        record: &'a Object,
        (service, event): (&str, &str),
        identity: &str,
    ) -> Option<Cow<'a, str>> {
        let is_this =
            |of: &&ActorOf| of.service == service && of.events.iter().any(|name| name == event);
        let by_type = self.of.iter().find(is_this).and_then(|of| of.by_type.get(identity));
        let text = |path: &Path| path.value(record).and_then(convert::scalar_text);
        by_type.map_or_else(|| self.from.iter().find_map(text), text)
    }
}

impl Target {
    fn is_for(&self, event: &str) -> bool {
        self.events.iter().any(|name| match (name.strip_prefix('*'), name.strip_suffix('*')) {
            (None, None) => name == event,
            _ => event.contains(name.trim_matches('*')),
        })
    }

    fn gather<'a>(&self, record: &'a Object, targets: &mut BTreeSet<Cow<'a, str>>) {
        let mut ids = BTreeSet::new();
        for path in &self.from {
            gather(path, record, &mut ids);
            if self.first && !ids.is_empty() {
                break;
            }
        }
        if let Some(path) = &self.star
            && ids.len() == 1
            && ids.contains("*")
        {
            ids.clear();
            gather(path, record, &mut ids);
        }
        targets.append(&mut ids);
    }
}

fn gather<'a>(path: &Path, record: &'a Object, into: &mut BTreeSet<Cow<'a, str>>) {
    path.each(record, &mut |value| into.extend(convert::scalar_text(value)));
}
