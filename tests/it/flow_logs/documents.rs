//! What the `ecs` layout makes of each line.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};
use trailhaul::event::{Event, Item};
use trailhaul::normalize::{Copies, Ecs, Geo};
use trailhaul::source::files;
use trailhaul::source::flow_log::format;

use super::lines::Log;
use crate::support::mmdb::database;

const RUN_TIME: &str = "2026-03-04T05:06:07Z";

fn ecs() -> Ecs {
    Ecs::shipped(RUN_TIME.parse().unwrap()).unwrap()
}

/// The events of a file, which has a delivery in its name.
pub(super) fn events(text: &str) -> Vec<Event> {
    let path = Path::new("123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20260202T0300Z_fe12.log");
    let mut events = Vec::new();
    let read = files::read_from(text.as_bytes(), path, &mut |item| {
        match item {
            Item::Event(event) => events.push(*event),
            Item::Stray(stray) => panic!("{}: {}", stray.reason, stray.verbatim),
        }
        true
    });
    read.unwrap();
    events
}

/// The document that a layout makes of a line under these names.
pub(crate) fn document_of(ecs: &Ecs, names: &str, line: &str) -> Value {
    let log = Log::new(names, &[line]);
    let [event] = events(&log.text()).try_into().unwrap();
    Value::Object(ecs.document(&event))
}

/// The document of a line under these names.
pub(super) fn document(names: &str, line: &str) -> Value {
    document_of(&ecs(), names, line)
}

#[test]
fn a_line_with_every_field_becomes_the_whole_document() {
    let log = Log::of_version(10);
    let [event] = events(&log.text()).try_into().unwrap();
    assert_eq!(event.record.len(), 42, "AWS's table has 42 fields of VPCs");
    let cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";
    let expected = json!({
        "@timestamp": "2026-02-02T02:01:00.000Z",
        "ecs": { "version": "8.11.0" },
        "event": {
            "kind": "event", "module": "aws", "dataset": "aws.vpcflow", "category": ["network"],
            "type": ["connection", "denied"], "action": "REJECT", "outcome": "failure",
            "reason": "BPA", "start": "2026-02-02T02:00:00.000Z", "end": "2026-02-02T02:01:00.000Z",
            "ingested": "2026-03-04T05:06:07.000Z", "original": log.lines[0],
        },
        "cloud": {
            "provider": "aws", "account": { "id": "123456789012" }, "region": "us-east-1",
            "availability_zone": "use1-az5", "instance": { "id": "i-01234567890123456" },
        },
        "source": {
            "address": "192.0.2.7", "ip": "192.0.2.7", "port": 20641, "packets": 20, "bytes": 4249,
        },
        "destination": { "address": "198.51.100.9", "ip": "198.51.100.9", "port": 22 },
        "related": { "ip": ["192.0.2.7", "198.51.100.9"] },
        "network": {
            "bytes": 4249, "packets": 20, "type": "ipv4", "iana_number": "6", "transport": "tcp",
            "direction": "ingress", "community_id": "1:YQEf0ieZSwCKxZ2sCl3V1XNKz1Y=",
        },
        "orchestrator": {
            "cluster": { "id": cluster, "name": "shop" },
            "resource": {
                "id": "0f1e",
                "name": "arn:aws:ecs:us-east-1:123456789012:container-instance/shop/0f1e",
            },
        },
        "service": { "name": "checkout" },
        "aws": { "vpcflow": {
            "version": "10", "account_id": "123456789012", "interface_id": "eni-1235b8ca123456789",
            "action": "REJECT", "log_status": "OK", "vpc_id": "vpc-abcdefab012345678",
            "subnet_id": "subnet-aaaaaaaa012345678", "instance_id": "i-01234567890123456",
            "type": "IPv4", "tcp_flags": "3", "tcp_flags_array": ["fin", "syn"],
            "pkt_srcaddr": "192.0.2.8", "pkt_dstaddr": "198.51.100.10", "pkt_src_service": "S3",
            "pkt_dst_service": "AMAZON",
            "sublocation": { "type": "outpost", "id": "op-0123456789abcdef0" },
            "traffic_path": "8", "reject_reason": "BPA", "resource_id": "vpc-abcdefab012345678",
            "encryption_status": "1", "ecs_cluster_arn": cluster, "ecs_container_id": "c-1",
            "ecs_second_container_id": "c-2",
            "ecs_task_definition_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
            "ecs_task_arn": "arn:aws:ecs:us-east-1:123456789012:task/shop/9a8b",
            "ecs_task_id": "9a8b",
        } },
    });
    assert_eq!(Value::Object(ecs().document(&event)), expected);
}

#[test]
fn a_capture_without_data_says_so_and_nothing_else() {
    for state in ["NODATA", "SKIPDATA"] {
        let line = format!(
            "2 123456789012 eni-1235b8ca123456789 - - - - - - - 1769997600 1769997660 - {state}"
        );
        let made = document(format::DEFAULT, &line);
        assert_eq!(made["event"]["type"], json!(["connection"]));
        assert_eq!(made["aws"]["vpcflow"]["log_status"], *state);
        for absent in ["source", "destination", "network", "related", "service"] {
            assert_eq!(made[absent], Value::Null, "{absent}");
        }
        assert_eq!([&made["event"]["action"], &made["event"]["outcome"]], [&Value::Null; 2]);
        assert!(!made.to_string().contains(r#""-""#), "{made}");
    }
}

#[test]
fn what_a_line_says_is_told_in_the_schemas_words() {
    let made = |name: &str, value: &str, pointer: &str| {
        let line = format!("{value} 2001:db8::7 2001:db8::9 1769997660");
        document(&format!("{name} srcaddr dstaddr end"), &line).pointer(pointer).cloned()
    };
    for (name, value, pointer, expected) in [
        ("action", "ACCEPT", "/event/outcome", json!("success")),
        ("action", "ACCEPT", "/event/type", json!(["connection", "allowed"])),
        ("action", "ACCEPT", "/event/action", json!("ACCEPT")),
        ("action", "REJECT", "/event/outcome", json!("failure")),
        ("protocol", "0", "/network/transport", json!("hopopt")),
        ("protocol", "1", "/network/transport", json!("icmp")),
        ("protocol", "2", "/network/transport", json!("igmp")),
        ("protocol", "6", "/network/transport", json!("tcp")),
        ("protocol", "8", "/network/transport", json!("egp")),
        ("protocol", "17", "/network/transport", json!("udp")),
        ("protocol", "47", "/network/transport", json!("gre")),
        ("protocol", "50", "/network/transport", json!("esp")),
        ("protocol", "58", "/network/transport", json!("ipv6-icmp")),
        ("protocol", "112", "/network/transport", json!("vrrp")),
        ("protocol", "132", "/network/transport", json!("sctp")),
        ("protocol", "89", "/network/iana_number", json!("89")),
        ("bytes", "18446744073709551616", "/source/address", json!("2001:db8::7")),
        ("flow-direction", "egress", "/network/direction", json!("egress")),
        ("version", "5", "/network/type", json!("ipv6")),
        ("tcp-flags", "19", "/aws/vpcflow/tcp_flags_array", json!(["fin", "syn", "ack"])),
        ("tcp-flags", "0", "/aws/vpcflow/tcp_flags", json!("0")),
        ("traffic-path", "2", "/aws/vpcflow/traffic_path", json!("2")),
        ("packets-lost-blackhole", "7", "/aws/vpcflow/packets_lost_blackhole", json!(7)),
        ("tgw-id", "tgw-0123456789abcdef0", "/aws/vpcflow/tgw_id", json!("tgw-0123456789abcdef0")),
    ] {
        assert_eq!(made(name, value, pointer), Some(expected), "{name} {value}");
    }
    for (name, value, pointer) in [
        ("protocol", "89", "/network/transport"),
        ("tcp-flags", "0", "/aws/vpcflow/tcp_flags_array"),
        ("pkt-srcaddr", "a-host", "/aws/vpcflow/pkt_srcaddr"),
        ("srcport", "many", "/source/port"),
        ("version", "5", "/network/community_id"),
        ("action", "MAYBE", "/event/outcome"),
    ] {
        assert_eq!(made(name, value, pointer), None, "{name} {value}");
    }
}

#[test]
fn both_ends_are_where_their_own_address_is() {
    let country = |code: &str| json!({ "country": { "iso_code": code } });
    let networks = [([192, 0, 2, 0], 25, country("SE")), ([192, 0, 2, 128], 25, country("NO"))];
    let mut geo = Geo::default();
    geo.add(database("GeoLite2-Country", &networks)).unwrap();
    let log = Log::new("srcaddr dstaddr end", &["192.0.2.7 192.0.2.200 1769997660"]);
    let [event] = events(&log.text()).try_into().unwrap();
    let made = Value::Object(ecs().with_geo(geo).document(&event));
    for (end, code) in [("source", "SE"), ("destination", "NO")] {
        assert_eq!(made[end]["geo"], json!({ "country_iso_code": code }), "{end}");
    }
}

/// A line of any of the known fields, each with a value of its own.
fn lines() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let all: Vec<&str> = format::fields().filter(|name| *name != "start").collect();
    let count = all.len();
    proptest::sample::subsequence(all, 1..=count).prop_shuffle().prop_map(|names| {
        let value = |(number, name): (usize, &&str)| match *name {
            "end" => "1769997660".to_owned(),
            "protocol" => (number % 140).to_string(),
            name if name.ends_with("addr") => format!("192.0.2.{}", number % 250),
            name if name.ends_with("port") || name == "bytes" || name.starts_with("packets") => {
                (20_000 + number).to_string()
            }
            name => format!("{name}-{number}"),
        };
        let values = names.iter().enumerate().map(value).collect();
        (names.into_iter().map(str::to_owned).collect(), values)
    })
}

fn leaves(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| leaves(member, into)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::String(text) => drop(into.insert(text.clone())),
        other => drop(into.insert(other.to_string())),
    }
}

proptest! {
    #[test]
    fn every_value_of_a_line_is_in_its_document((names, values) in lines()) {
        let log = Log::new(&names.join(" "), &[&values.join(" ")]);
        let [event] = <[Event; 1]>::try_from(events(&log.text())).unwrap();
        let bare = ecs().with_copies(Copies::named(["none"]).unwrap());
        let mut found = BTreeSet::new();
        leaves(&Value::Object(bare.document(&event)), &mut found);
        for (name, value) in names.iter().zip(&values).filter(|(name, _)| *name != "end") {
            prop_assert!(found.contains(value), "{name} {value}: {found:?}");
        }
        let whole = Value::Object(ecs().document(&event));
        prop_assert_eq!(&whole["event"]["original"], &json!(log.lines[0]));
    }
}
