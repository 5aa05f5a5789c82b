//! Where addresses are, by databases that the test writes.

use std::path::Path;

use serde_json::{Value, json};
use trailhaul::normalize::Geo;

use super::{ecs, event};
use crate::support::{files::documents, mmdb::database, run::Trailhaul};

/// Where the addresses of TEST-NET 1 are.
pub(super) fn city() -> Vec<u8> {
    let known = json!({
        "continent": { "code": "EU", "names": { "en": "Europe", "de": "Europa" } },
        "country": { "iso_code": "SE", "names": { "en": "Sweden" } },
        "subdivisions": [
            { "iso_code": "X", "names": { "en": "the wider" } },
            { "iso_code": "E", "names": { "en": "Östergötland County" } },
        ],
        "city": { "names": { "en": "Linköping" } },
        "location": { "latitude": 58.4167, "longitude": 15.6167, "time_zone": "Europe/Stockholm" },
    });
    let country = json!({ "country": { "iso_code": "NO", "names": { "en": "Norway" } } });
    database("GeoLite2-City", &[([192, 0, 2, 0], 25, known), ([192, 0, 2, 128], 25, country)])
}

/// Whose they are.
pub(super) fn asn() -> Vec<u8> {
    let known = json!({
        "autonomous_system_number": 64_500, "autonomous_system_organization": "Example Networks",
    });
    database("GeoLite2-ASN", &[([192, 0, 2, 0], 24, known)])
}

/// Both.
pub(super) fn databases() -> Geo {
    let mut geo = Geo::default();
    geo.add(city()).unwrap();
    geo.add(asn()).unwrap();
    geo
}

/// The processor of an engine wants all three when it starts, before any test could write them.
#[test]
fn the_engines_have_these_databases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/geoip");
    for (name, expected) in [("City", city()), ("Country", city()), ("ASN", asn())] {
        let there = folder.join(format!("GeoLite2-{name}.mmdb"));
        if std::fs::read(&there).ok().as_ref() != Some(&expected) {
            let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(there.file_name().unwrap());
            #[expect(clippy::disallowed_methods, reason = "a test's own file")]
            std::fs::write(&made, expected).unwrap();
            panic!("another than written here: cp {} {}", made.display(), there.display());
        }
    }
}

#[test]
fn an_address_has_the_fields_of_the_engines_processor() {
    let ecs = ecs().with_geo(databases());
    let source = |address: &str| {
        let document = ecs.document(&event(json!({ "sourceIPAddress": address })));
        document["source"].clone()
    };
    let organization = json!({ "number": 64_500, "organization": { "name": "Example Networks" } });
    let expected = json!({
        "address": "192.0.2.7", "ip": "192.0.2.7", "as": organization,
        "geo": {
            "continent_name": "Europe", "country_iso_code": "SE", "country_name": "Sweden",
            "region_iso_code": "SE-E", "region_name": "Östergötland County", "city_name": "Linköping",
            "location": { "lat": 58.4167, "lon": 15.6167 },
        },
    });
    assert_eq!(source("192.0.2.7"), expected);
    let country = json!({ "country_iso_code": "NO", "country_name": "Norway" });
    assert_eq!(source("192.0.2.200")["geo"], country);
    assert_eq!(source("198.51.100.7"), json!({"address": "198.51.100.7", "ip": "198.51.100.7"}));
    assert_eq!(source("s3.amazonaws.com"), json!({"address": "s3.amazonaws.com"}));
}

#[tokio::test]
async fn files_are_named_and_one_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let record = json!({"eventID": "an-event", "eventTime": "2026-02-03T04:05:06Z",
        "eventSource": "s3.amazonaws.com", "eventName": "X", "sourceIPAddress": "192.0.2.7"});
    for (name, bytes) in [
        ("city.mmdb", city()),
        ("asn.mmdb", asn()),
        ("none.mmdb", b"nothing".to_vec()),
        ("records.ndjson", record.to_string().into_bytes()),
    ] {
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(path(name), bytes).unwrap();
    }
    let load = |to: &str| {
        let to = format!("file:{}", path(to));
        Trailhaul::load().from(path("records.ndjson")).to(&to).args(["--layout", "ecs"])
    };
    let run =
        load("out.ndjson").args(["--geoip", &path("city.mmdb"), "--geoip", &path("asn.mmdb")]);
    let run = run.run().await;
    assert_eq!(run.code, Some(0), "{run}");
    let document: &Value = &documents(folder.path().join("out.ndjson").as_path())["an-event"];
    assert_eq!(document["source"]["geo"]["city_name"], "Linköping");
    assert_eq!(document["source"]["as"]["number"], 64_500);

    let run = load("other.ndjson").args(["--geoip", &path("none.mmdb")]).run().await;
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.to_string().contains("is no database of MaxMind's format"), "{run}");
}
