//! Community ids beside those of the engines' own processor.

use serde_json::json;

use super::documents::document;
use crate::support::engines::engines;

/// Protocol, and of each end the address and the port: what engines agree on with the specification.
const FLOWS: [(&str, &str, &str, &str, &str); 4] = [
    ("6", "192.0.2.7", "20641", "198.51.100.9", "22"),
    ("6", "198.51.100.9", "22", "192.0.2.7", "20641"),
    ("17", "2001:db8::9", "53", "2001:db8::7", "5353"),
    ("132", "192.0.2.7", "9", "192.0.2.7", "7"),
];

#[tokio::test]
async fn ids_are_those_of_the_engines_processor() {
    let settings = json!({ "community_id": {
        "source_ip_field": "source.ip", "source_port_field": "source.port",
        "destination_ip_field": "destination.ip", "destination_port_field": "destination.port",
        "iana_protocol_number_field": "network.iana_number",
        "target_field": "network.community_id",
    } });
    let number = |text: &str| text.parse::<u64>().unwrap();
    let docs = FLOWS.map(|(protocol, source, from, destination, to)| {
        json!({ "_source": {
            "source": { "ip": source, "port": number(from) },
            "destination": { "ip": destination, "port": number(to) },
            "network": { "iana_number": number(protocol) },
        } })
    });
    let body = json!({ "pipeline": { "processors": [settings] }, "docs": docs });
    let mut asked = 0;
    for engine in engines().into_iter().filter(|engine| engine.name.starts_with("opensearch")) {
        let answer = engine.post("_ingest/pipeline/_simulate", &body).await;
        if answer.text.contains("No processor type exists") {
            continue;
        }
        asked += 1;
        let answer = answer.expect_ok();
        for (flow, made) in FLOWS.iter().zip(answer["docs"].as_array().unwrap()) {
            let (protocol, source, from, destination, to) = *flow;
            let line = format!("{protocol} {source} {from} {destination} {to} 1769997660");
            let ours = document("protocol srcaddr srcport dstaddr dstport end", &line);
            let theirs = &made["doc"]["_source"]["network"]["community_id"];
            assert_eq!(&ours["network"]["community_id"], theirs, "{}: {flow:?}", engine.name);
        }
    }
    assert!(asked > 0 || engines().is_empty(), "no engine has the processor");
}
