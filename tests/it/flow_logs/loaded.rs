//! Flow logs of every version beside CloudTrail records, into a file and into real engines.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    Place,
    documents::events,
    gzip,
    lines::{Log, record},
    totals,
};
use crate::support::{
    engines::{Engine, on_every_engine},
    files::documents,
    unique,
};

/// What AWS's guide shows for NAT gateways: no time, no port, nothing of AWS's own.
const OF_NAT: &str = "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr";

/// The fields of a transit gateway's flow log.
const OF_GATEWAY: &str = "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id \
     tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id \
     tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr \
     srcport dstport protocol packets bytes start end log-status type packets-lost-no-route \
     packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region \
     flow-direction pkt-src-aws-service pkt-dst-aws-service";

fn logs() -> Vec<(&'static str, Log)> {
    let nat = "- eni-1235b8ca123456789 192.0.2.7 198.51.100.9 192.0.2.7 203.0.113.5";
    let gateway = "6 TransitGateway 123456789012 tgw-0123456789abcdef0 tgw-attach-0123456789abcdef0 \
        111122223333 111122223333 vpc-0aaaaaaaaaaaaaaaa vpc-0bbbbbbbbbbbbbbbb subnet-0aaaaaaaaaaaaaaaa \
        subnet-0bbbbbbbbbbbbbbbb eni-0aaaaaaaaaaaaaaaa eni-0bbbbbbbbbbbbbbbb use1-az1 use1-az2 \
        tgw-attach-0fedcba9876543210 2001:db8::7 2001:db8::9 5353 53 17 1 64 1769997600 1769997660 OK \
        IPv6 0 0 0 0 0 us-east-1 egress - -";
    let custom = "log-status end start action srcaddr dstaddr srcport dstport protocol bytes \
                  interface-id packets";
    let customs = [
        "OK 1769997660 1769997600 ACCEPT 192.0.2.7 198.51.100.9 443 50123 6 9000 eni-1235b8ca123456789 9",
        "OK 1769997661 1769997600 ACCEPT 192.0.2.7 198.51.100.9 443 50124 1 9 eni-1235b8ca123456789 1",
    ];
    vec![
        ("v2", Log::of_version(2)),
        ("v3", Log::of_version(3)),
        ("v5", Log::of_version(5)),
        ("v7", Log::of_version(7)),
        ("v8", Log::of_version(8)),
        ("v10", Log::of_version(10)),
        ("gateway", Log::new(OF_GATEWAY, &[gateway])),
        ("custom", Log::new(custom, &customs)),
        ("nat", Log::new(OF_NAT, &[nat, nat])),
    ]
}

/// A folder of all of them, some packed, with a record file between.
fn mixed() -> (Place, u64) {
    let place = Place::new();
    let mut lines = 0;
    for (number, (name, log)) in logs().into_iter().enumerate() {
        let path = format!("{name}.log");
        place.put(&path, &log.text());
        if number % 2 == 0 {
            gzip(&place.path("in").join(path));
        }
        lines += log.lines.len() as u64;
    }
    place.put("bare.log", &format!("{}\n", Log::of_version(2).lines[0].replace("20641", "20642")));
    place.put("records.json", &format!("{{\"Records\":[{},{}]}}", record("a"), record("b")));
    (place, lines + 3)
}

#[tokio::test]
async fn a_folder_of_all_versions_and_records_is_loaded_whole_and_once() {
    let (place, all) = mixed();
    let load = || place.load().from(place.path("in")).args(["--layout", "ecs"]).run();
    let run = load().await;
    assert_eq!((run.code, totals(&run)), (Some(0), [all, all, 0, 0]), "{run}");
    let written = documents(&place.path("out.ndjson"));
    let of = |dataset: &str| {
        let is_of = |document: &&serde_json::Value| document["event"]["dataset"] == dataset;
        written.values().filter(is_of).count() as u64
    };
    assert_eq!([of("aws.cloudtrail"), of("aws.vpcflow")], [2, all - 2]);
    let versions: BTreeSet<_> =
        written.values().filter_map(|made| made["aws"]["vpcflow"]["version"].as_str()).collect();
    assert_eq!(versions, BTreeSet::from(["10", "2", "3", "5", "6", "7", "8"]));

    let run = load().await;
    assert_eq!((run.code, totals(&run)), (Some(0), [all, 0, all, 0]), "{run}");
    assert_eq!(documents(&place.path("out.ndjson")), written);
}

/// What was refused for its layout is loaded by a replay, as the same documents; what is cut stays.
#[tokio::test]
async fn letters_of_lines_become_the_same_documents() {
    let place = Place::new();
    let piped = Log::of_version(8).text() + "cut\n";
    let run = place.load().from("-").stdin(&piped).run().await;
    assert_eq!((run.code, totals(&run)), (Some(4), [2, 0, 0, 2]), "{run}");
    let run = place.replay().args(["--layout", "ecs"]).run().await;
    assert_eq!((run.code, totals(&run)), (Some(4), [2, 1, 0, 1]), "{run}");
    assert_eq!(place.letters().len(), 1, "the line that is cut is left");
    let replayed = documents(&place.path("out.ndjson"));
    let ids: BTreeSet<_> = events(&Log::of_version(8).text()).into_iter().map(|e| e.id).collect();
    assert_eq!(replayed.keys().cloned().collect::<BTreeSet<_>>(), ids);
    let run = place.load().from("-").stdin(&piped).args(["--layout", "ecs"]).run().await;
    assert_eq!(totals(&run), [2, 0, 1, 1], "{run}");
}

async fn takes_all(engine: Engine) {
    let (place, all) = mixed();
    let index = unique("flows");
    let load = |options: &[&str]| {
        let load = place.load_to(&engine.url).from(place.path("in"));
        load.args(["--layout", "ecs", "--index", &index]).args(options).run()
    };
    let run = load(&[]).await;
    let name = &engine.name;
    assert_eq!((run.code, totals(&run)), (Some(0), [all, all, 0, 0]), "{name}: {run}");
    assert_eq!(run.total("repaired"), 0, "{name}: {run}");
    assert_eq!(totals(&load(&["--keep", "none"]).await), [all, 0, all, 0], "{name}");
    let mapping = engine.get(&format!("{index}/_mapping")).await.expect_ok();
    for (field, kind) in [
        ("source.port", "long"),
        ("network.bytes", "long"),
        ("network.community_id", "keyword"),
        ("event.start", "date"),
        ("related.ip", "ip"),
        ("aws.vpcflow.pkt_srcaddr", "ip"),
        ("aws.vpcflow.tcp_flags_array", "keyword"),
    ] {
        let path = field.replace('.', "/properties/");
        let found = mapping.pointer(&format!("/{index}/mappings/properties/{path}/type"));
        assert_eq!(found, Some(&json!(kind)), "{name}: {field}");
    }
    assert_eq!(engine.count(&index).await, all, "{name}");
    for (query, hits) in [
        (json!({ "term": { "source.ip": "2001:db8::/32" } }), 1),
        (json!({ "term": { "aws.vpcflow.pkt_dstaddr": "203.0.113.0/24" } }), 2),
        (json!({ "range": { "network.bytes": { "gt": 8999 } } }), 1),
        (json!({ "range": { "event.end": { "gte": "2026-02-02T02:01:01Z" } } }), 1),
        (json!({ "term": { "event.outcome": "success" } }), 4),
        (json!({ "term": { "aws.vpcflow.reject_reason": "BPA" } }), 2),
        (json!({ "term": { "orchestrator.cluster.name": "shop" } }), 3),
    ] {
        let found = engine.post(&format!("{index}/_count"), &json!({ "query": query })).await;
        assert_eq!(found.expect_ok()["count"], hits, "{name}: {query}");
    }
    engine.delete(&index).await;
}

#[tokio::test]
async fn every_engine_takes_every_line_and_finds_what_is_in_it() {
    on_every_engine(takes_all).await;
}
