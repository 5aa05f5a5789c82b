//! The rows, one after the other, over one event.
//!
//! What a field is given is borrowed from the event where it stands there; the document is written of
//! it at once, and no tree is built in between.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use serde_json::{Value, json};

use super::convert::{self, Convert};
use super::entity::Found;
use super::geo::Place;
use super::kind::Entity;
use super::path::Path;
use super::rows::{Row, Source};
use super::slot::Slot;
use super::tree::Filled;
use super::user_agent::Agent;
use super::{Ecs, Given, clean, each, flat, rest};
use crate::event::{Lookup, Object};
use crate::normalize::flow;
use crate::normalize::rest::{collect_terms, take_heavy, take_long};

/// Makes the document of an event and hands it to `write`.
pub(super) fn run<T>(ecs: &Ecs, given: Given<'_>, write: impl FnOnce(&Filled<'_, '_>) -> T) -> T {
    let Given { mut record, time, lookup, is_flow, verbatim, terms } = given;
    let rows = if is_flow { &ecs.tables.flows } else { &ecs.tables.all };
    clean::clean(&mut record);
    let taken = take(rows, &mut record);
    let mut run = Run {
        ecs,
        record: &record,
        time,
        lookup,
        verbatim,
        terms,
        slots: vec![Slot::Empty; ecs.tables.fields.len()],
        agent: OnceCell::new(),
        found: OnceCell::new(),
        place: None,
        used: Vec::new(),
        faults: Vec::new(),
    };
    for (row, value) in &taken {
        let made = convert::value(row.convert, value);
        run.put(row, made);
    }
    for row in rows {
        run.row(row);
    }
    run.leave_rest();
    write(&Filled { tree: &ecs.tables.tree, slots: &run.slots })
}

/// Takes out of the record what rows take for themselves: of a field that no stronger row fills.
fn take<'e>(rows: &'e [Row], record: &mut Object) -> Vec<(&'e Row, Value)> {
    let mut taken = Vec::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.take) {
        let is_stronger = |other: &&Row| other.slot == row.slot && other.holds(record);
        let mut stronger = rows.iter().take(at).filter(is_stronger);
        let is_filled = stronger.any(|other| other.finds(record));
        if let Source::From(paths) = &row.source
            && row.holds(record)
            && !is_filled
            && row.finds(record)
        {
            let value = paths.iter().find_map(|path| path.take(record));
            taken.extend(value.map(|value| (row, value)));
        }
    }
    taken
}

impl Row {
    /// Whether it is for this event.
    fn holds(&self, record: &Object) -> bool {
        self.when.as_ref().is_none_or(|(_, condition)| condition.holds(record))
    }

    /// Whether the event has what it makes its field of.
    fn finds(&self, record: &Object) -> bool {
        let Source::From(paths) = &self.source else { return false };
        let mut values = paths.iter().filter_map(|path| path.value(record));
        values.any(|value| convert::value(self.convert, value).is_some())
    }
}

struct Run<'a> {
    ecs: &'a Ecs,
    record: &'a Object,
    time: jiff::Timestamp,
    lookup: Option<&'a Lookup>,
    verbatim: &'a str,
    terms: bool,
    slots: Vec<Slot<'a>>,
    agent: OnceCell<Arc<Agent>>,
    found: OnceCell<Found<'a>>,
    /// The address that was asked for last, and where it is: rows about one stand side by side.
    place: Option<(String, Place)>,
    /// Where the event has what the document has now, or is not to have.
    used: Vec<&'a Path>,
    faults: Vec<String>,
}

impl<'a> Run<'a> {
    fn row(&mut self, row: &'a Row) {
        if let Some(copy) = row.copy
            && !self.ecs.copies.has(copy)
        {
            if !self.ecs.copies.wants_section_of(copy)
                && let Source::From(paths) = &row.source
            {
                self.used.extend(paths);
            }
            return;
        }
        let is_full = !row.add && self.slots.get(row.slot).is_none_or(|slot| !slot.is_empty());
        if !is_full && row.holds(self.record) {
            let made = self.made(row);
            self.put(row, made);
        }
    }

    fn put(&mut self, row: &Row, made: Option<Slot<'a>>) {
        let (Some(slot), Some(made)) = (self.slots.get_mut(row.slot), made) else { return };
        match made {
            Slot::List(more) if row.add => slot.add(more),
            Slot::Text(text) if row.add => slot.add(vec![text]),
            made => *slot = made,
        }
    }

    fn made(&mut self, row: &'a Row) -> Option<Slot<'a>> {
        match &row.source {
            Source::Value(text) => Some(Slot::text(text.as_str())),
            Source::Of(slot) => {
                let slot = self.slots.get(*slot)?;
                if let Some(part) = each::part(row.convert) {
                    let parts = slot.texts().filter_map(part);
                    return Some(Slot::List(parts.map(|text| text.to_owned().into()).collect()));
                }
                let text = slot.as_text()?.to_owned();
                let made = convert::value(row.convert, &Value::String(text))?.as_text()?.to_owned();
                Some(Slot::text(made))
            }
            Source::From(paths) => paths.iter().find_map(|path| self.from(row, path)),
            Source::Event => self.of_event(row.convert),
        }
    }

    /// What is made of the value at a path.
    fn from(&mut self, row: &'a Row, path: &'a Path) -> Option<Slot<'a>> {
        if let Some(part) = each::part(row.convert) {
            let list = each::at(path, self.record, part);
            return (!list.is_empty()).then_some(Slot::List(list));
        }
        let value = path.value(self.record)?;
        let made = match row.convert {
            Convert::Object => self.object(row, value),
            convert if convert.is_of_an_agent() => self.of_agent(convert, value.as_str()?),
            convert if convert.is_of_a_place() => self.of_place(convert, value.as_str()?),
            convert => convert::value(convert, value),
        };
        if made.is_some() && row.convert.holds_all() {
            self.used.push(path);
        }
        if made.is_none() && row.convert == Convert::Date {
            self.faults.push(format!("`{}` is no date: {value}", path.text()));
        }
        made
    }

    fn object(&mut self, row: &Row, value: &'a Value) -> Option<Slot<'a>> {
        let made = flat::object(value)?;
        if let Some(terms) = row.terms.filter(|_| self.terms) {
            self.list_terms(terms, value);
        }
        Some(made)
    }

    fn list_terms(&mut self, at: usize, value: &Value) {
        let mut list = Vec::new();
        collect_terms(value, &mut String::new(), &mut list);
        list.sort_unstable();
        list.dedup();
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot::List(list.into_iter().map(Cow::Owned).collect());
        }
    }

    fn of_agent(&self, convert: Convert, text: &str) -> Option<Slot<'a>> {
        let agent = self.agent.get_or_init(|| self.ecs.tables.agents.of(text));
        let part = match convert {
            Convert::AgentName => Some(&agent.name),
            Convert::AgentVersion => agent.version.as_ref(),
            Convert::AgentDevice => Some(&agent.device),
            Convert::AgentOs => agent.os.as_ref(),
            Convert::AgentOsVersion => agent.os_version.as_ref(),
            _ => return agent.os_full().map(Slot::text),
        };
        part.map(|text| Slot::text(text.clone()))
    }

    fn of_place(&mut self, convert: Convert, address: &str) -> Option<Slot<'a>> {
        let geo = self.ecs.geo.as_ref()?;
        if self.place.as_ref().is_none_or(|(known, _)| known != address) {
            self.place = Some((address.to_owned(), geo.place(address)));
        }
        let (_, place) = self.place.as_ref()?;
        Some(match convert {
            Convert::GeoLocation => {
                let (lat, lon) = place.location?;
                Slot::Owned(json!({ "lat": lat, "lon": lon }))
            }
            Convert::AsNumber => Slot::Owned(json!(place.as_number?)),
            convert => Slot::text(place.name(convert)?.to_owned()),
        })
    }

    fn of_event(&self, convert: Convert) -> Option<Slot<'a>> {
        let text = |name: &str| self.record.get(name).and_then(Value::as_str);
        let category = || self.ecs.tables.categories.of(text("eventName").unwrap_or_default());
        Some(match convert {
            Convert::EventTime => Slot::text(convert::written(self.time)),
            Convert::RunTime => Slot::text(convert::written(self.ecs.run_time)),
            Convert::Original => Slot::text(self.verbatim),
            Convert::Category => Slot::List(vec![category()?.category.into()]),
            Convert::Type => {
                let types = category().map_or("info", |known| known.types);
                Slot::List(types.split(',').map(Cow::Borrowed).collect())
            }
            Convert::CommunityId => Slot::text(flow::community(self.record)?),
            Convert::LookupUsername => Slot::text(self.lookup?.username.as_deref()?),
            Convert::LookupResources => Slot::Owned(resources(self.lookup?)?),
            Convert::Faults => Slot::List(self.faults.iter().cloned().map(Cow::Owned).collect()),
            convert => Slot::List(self.of_entities(convert)),
        })
    }

    fn of_entities(&self, convert: Convert) -> Vec<Cow<'a, str>> {
        let found = self.found.get_or_init(|| self.ecs.tables.entities.find(self.record));
        let actor = |wanted: Option<Entity>| {
            let is_wanted = |(_, kind): &&(_, Entity)| wanted.is_none_or(|wanted| wanted == *kind);
            found.actor.iter().filter(is_wanted).map(|(id, _)| id.clone()).collect()
        };
        let types = &self.ecs.tables.entities.types;
        let targets = |wanted: Entity| {
            let is_wanted = |id: &&Cow<'a, str>| types.of_target(id) == wanted;
            found.targets.iter().filter(is_wanted).cloned().collect()
        };
        match convert {
            Convert::Actor => actor(None),
            Convert::ActorUser => actor(Some(Entity::User)),
            Convert::ActorHost => actor(Some(Entity::Host)),
            Convert::ActorService => actor(Some(Entity::Service)),
            Convert::ActorOther => actor(Some(Entity::Other)),
            Convert::Target => found.targets.iter().cloned().collect(),
            Convert::TargetUser => targets(Entity::User),
            Convert::TargetHost => targets(Entity::Host),
            Convert::TargetService => targets(Entity::Service),
            Convert::TargetOther => targets(Entity::Other),
            _ => found.related.iter().cloned().collect(),
        }
    }

    /// Keeps what no row has taken, where the event's own text is not kept.
    fn leave_rest(&mut self) {
        if self.ecs.copies.has_original() {
            return;
        }
        let left = rest::left(self.record, &self.used);
        if left.is_empty() {
            return;
        }
        let mut left = flat::mended(&Value::Object(left));
        let mut texts = take_long(&mut left, 0);
        for (section, value) in left.as_object_mut().into_iter().flatten() {
            texts.extend(take_heavy(value, section));
        }
        if self.terms {
            self.list_terms(self.ecs.tables.rest_terms, &left);
        }
        let put = |slot: Option<&mut Slot<'a>>, value| {
            if let Some(slot) = slot {
                *slot = value;
            }
        };
        put(self.slots.get_mut(self.ecs.tables.rest), Slot::Owned(left));
        let long = texts.into_iter().map(|leaf| Cow::Owned(leaf.said())).collect();
        put(self.slots.get_mut(self.ecs.tables.long), Slot::List(long));
    }
}

fn resources(lookup: &Lookup) -> Option<Value> {
    let resource = |(kind, name): &(Option<String>, Option<String>)| {
        let members = [("type", kind), ("name", name)].into_iter();
        let known =
            members.filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))));
        Value::Object(known.collect())
    };
    let all: Vec<Value> = lookup.resources.iter().map(resource).collect();
    (!all.is_empty()).then_some(Value::Array(all))
}
