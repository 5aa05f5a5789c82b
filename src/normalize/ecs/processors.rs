//! What of a pipeline an engine's own processors do, where it has them: no script can hash bytes or read a
//! database of addresses.
//!
//! A pipeline with a processor that an engine lacks is refused whole, so what an engine has is asked of it
//! or told by its version. None of these makes a document fail: what it cannot tell is left out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::convert::Convert;
use super::rows::Rows;
use crate::normalize::engine_kind::{Engine, EngineKind};

/// The processors that an engine has of those that not every one has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Processors {
    /// `community_id`, with options as the engine names them.
    community_id: Option<Dialect>,
    /// `geoip`: where an address is, and whose it is.
    geoip: bool,
}

/// How an engine names the options of `community_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Its fields are those of the Elastic Common Schema unless said otherwise.
    Elasticsearch,
    /// It has no usual fields, takes 32-bit numbers alone, and needs the type of an ICMP message.
    /// OpenSearch 2.19 and 3.8 leave lines without an id that have a port over 63,535 or a protocol other than
    /// TCP, UDP, SCTP and ICMP.
    OpenSearch,
}

impl Dialect {
    fn of(kind: EngineKind) -> Self {
        match kind {
            EngineKind::Elasticsearch | EngineKind::ElasticsearchServerless => Self::Elasticsearch,
            EngineKind::OpenSearch | EngineKind::OpenSearchServerless => Self::OpenSearch,
        }
    }
}

impl Processors {
    /// What an engine has by its version: `community_id` is in Elasticsearch from 7.12 and OpenSearch from
    /// 2.13, `geoip` in Elasticsearch alone, where an administrator has not taken it out.
    pub fn of_engine(engine: Engine) -> Self {
        let since = match engine.kind {
            EngineKind::Elasticsearch => (7, 12),
            EngineKind::OpenSearch => (2, 13),
            EngineKind::ElasticsearchServerless => (0, 0),
            EngineKind::OpenSearchServerless => (u32::MAX, 0),
        };
        let dialect = Dialect::of(engine.kind);
        let is_new = (engine.major, engine.minor) >= since;
        Self { community_id: is_new.then_some(dialect), geoip: dialect == Dialect::Elasticsearch }
    }

    /// What an engine has by the types of processors that it names.
    pub fn of_types<'a>(kind: EngineKind, types: impl Iterator<Item = &'a str>) -> Self {
        let types: BTreeSet<&str> = types.collect();
        Self {
            community_id: types.contains("community_id").then(|| Dialect::of(kind)),
            geoip: types.contains("geoip"),
        }
    }
}

/// The processors, in their order.
pub(super) fn steps(has: Processors, rows: &Rows) -> Vec<Value> {
    let mut steps = Vec::new();
    if has.geoip {
        steps.extend(places(rows).into_iter().flat_map(|(end, fields)| geoip(end, &fields)));
    }
    match has.community_id {
        None => {}
        Some(Dialect::Elasticsearch) => {
            steps.push(
                json!({ "community_id": { "ignore_missing": true, "ignore_failure": true } }),
            );
        }
        Some(Dialect::OpenSearch) => steps.extend(opensearch_community_id()),
    }
    steps
}

/// The fields of places that the rows fill, by the end of a connection: `source`, `destination`.
fn places(rows: &Rows) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut places: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let of_a_place = |row: &&super::rows::Row| row.convert.is_of_a_place();
    for row in rows.all.iter().chain(&rows.flows).filter(of_a_place) {
        if let Some((end, field)) = row.to.split_once('.') {
            places.entry(end).or_default().insert(match row.convert {
                Convert::AsNumber => "asn",
                Convert::AsOrganization => "organization_name",
                _ => field.trim_start_matches("geo."),
            });
        }
    }
    places
}

/// Where the address of an end is, by the city database, and whose, by that of networks, which the
/// processor gives other names.
fn geoip(end: &str, fields: &BTreeSet<&str>) -> Vec<Value> {
    let (network, place): (Vec<&str>, Vec<&str>) =
        fields.iter().partition(|field| matches!(**field, "asn" | "organization_name"));
    let address = format!("{end}.ip");
    let renamed = |from: &str, to: &str| {
        json!({ "rename": {
            "field": format!("{end}.as.{from}"),
            "target_field": format!("{end}.as.{to}"),
            "ignore_missing": true,
        } })
    };
    vec![
        json!({ "geoip": {
            "field": address, "target_field": format!("{end}.geo"), "properties": place,
            "ignore_missing": true, "ignore_failure": true,
        } }),
        json!({ "geoip": {
            "field": address, "target_field": format!("{end}.as"), "properties": network,
            "database_file": "GeoLite2-ASN.mmdb",
            "ignore_missing": true, "ignore_failure": true,
        } }),
        renamed("asn", "number"),
        renamed("organization_name", "organization.name"),
    ]
}

fn opensearch_community_id() -> Vec<Value> {
    let integer = |field: &str, target: &str| {
        json!({ "convert": {
            "field": field, "target_field": format!("_trailhaul.{target}"), "type": "integer",
            "ignore_missing": true, "ignore_failure": true,
        } })
    };
    vec![
        integer("network.iana_number", "protocol"),
        integer("source.port", "from"),
        integer("destination.port", "to"),
        // A flow log does not say of which type an ICMP message is; this is what Elasticsearch takes then.
        json!({ "set": { "field": "_trailhaul.icmp", "value": 0 } }),
        json!({ "community_id": {
            "source_ip_field": "source.ip", "source_port_field": "_trailhaul.from",
            "destination_ip_field": "destination.ip", "destination_port_field": "_trailhaul.to",
            "iana_protocol_number_field": "_trailhaul.protocol",
            "icmp_type_field": "_trailhaul.icmp", "icmp_code_field": "_trailhaul.icmp",
            "target_field": "network.community_id",
            "ignore_missing": true, "ignore_failure": true,
        } }),
        json!({ "remove": { "field": "_trailhaul" } }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_tells_what_an_engine_has() {
        let has = |name| Processors::of_engine(Engine::of_name(name).unwrap());
        let told = |kind, types: &[&str]| Processors::of_types(kind, types.iter().copied());
        for (name, types) in [
            ("elasticsearch-7.10", &["geoip"] as &[_]),
            ("elasticsearch-7.12", &["geoip", "community_id"]),
            ("elasticsearch-9", &["geoip", "community_id"]),
        ] {
            assert_eq!(has(name), told(EngineKind::Elasticsearch, types), "{name}");
        }
        for (name, types) in
            [("opensearch-2.12", &[] as &[_]), ("opensearch-2.13", &["community_id"])]
        {
            assert_eq!(has(name), told(EngineKind::OpenSearch, types), "{name}");
        }
    }

    #[test]
    fn each_end_of_a_flow_is_somewhere() {
        let rows = Rows::shipped().unwrap();
        let places = places(&rows);
        assert_eq!(places.keys().copied().collect::<Vec<_>>(), ["destination", "source"]);
        for fields in places.values() {
            assert_eq!(fields.len(), 9, "{fields:?}");
            assert!(fields.contains("city_name") && fields.contains("asn"), "{fields:?}");
        }
        assert!(steps(Processors::default(), &rows).is_empty());
    }
}
