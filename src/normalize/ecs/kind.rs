//! What kind of entity an id is of: user, host, service, or none of these.

use serde::{Deserialize, Serialize};

/// A kind of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    User,
    Host,
    Service,
    Other,
}

/// By what kinds are told; `rules/ecs_entities.toml` has it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Types {
    user_identities: Vec<String>,
    service_identities: Vec<String>,
    user_resources: Vec<String>,
    host_resources: Vec<String>,
    service_resources: Vec<String>,
    services: Vec<String>,
    service_marks: Vec<String>,
    host_ids: Vec<String>,
    service_ids: Vec<String>,
    key_ids: Vec<String>,
    key_length: usize,
}

/// What of an ARN tells the kind.
struct Arn<'a> {
    service: &'a str,
    /// The type of the resource: what stands before the first slash of the sixth part.
    resource: &'a str,
}

impl Types {
    /// The kind of who acted.
    pub(super) fn of_actor(&self, id: &str, identity: &str) -> Entity {
        let is = |names: &[String]| names.iter().any(|name| name == identity);
        if is(&self.service_identities) || self.is_service_role(id) {
            return Entity::Service;
        }
        if is(&self.user_identities) {
            return Entity::User;
        }
        match arn(id) {
            Some(arn) if has(&self.user_resources, arn.resource) => Entity::User,
            Some(arn) if has(&self.host_resources, arn.resource) => Entity::Host,
            _ if begins(&self.host_ids, id) => Entity::Host,
            _ => Entity::Other,
        }
    }

    /// The kind of what is acted on.
    pub(super) fn of_target(&self, id: &str) -> Entity {
        if id.starts_with("arn:") {
            return arn(id).map_or(Entity::Other, |arn| self.of_arn(id, &arn));
        }
        if id.len() == self.key_length && begins(&self.key_ids, id) {
            Entity::User
        } else if begins(&self.host_ids, id) {
            Entity::Host
        } else if begins(&self.service_ids, id) {
            Entity::Service
        } else {
            Entity::Other
        }
    }

    fn of_arn(&self, id: &str, arn: &Arn<'_>) -> Entity {
        if self.is_service_role(id) {
            Entity::Service
        } else if has(&self.user_resources, arn.resource) {
            Entity::User
        } else if has(&self.host_resources, arn.resource) {
            Entity::Host
        } else if has(&self.service_resources, arn.resource) || has(&self.services, arn.service) {
            Entity::Service
        } else {
            Entity::Other
        }
    }

    fn is_service_role(&self, id: &str) -> bool {
        self.service_marks.iter().any(|mark| id.contains(mark.as_str()))
    }
}

fn arn(id: &str) -> Option<Arn<'_>> {
    let mut parts = id.split(':');
    let (_, service) = (parts.next().filter(|first| *first == "arn")?, parts.nth(1)?);
    let part = parts.nth(2)?;
    let resource = match part.split_once('/') {
        Some((kind, _)) if !kind.is_empty() => kind,
        _ => part,
    };
    Some(Arn { service, resource })
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known == name)
}

fn begins(beginnings: &[String], id: &str) -> bool {
    beginnings.iter().any(|beginning| id.starts_with(beginning.as_str()))
}
