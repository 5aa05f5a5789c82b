//! Documents for an index that somebody else has shaped: an index as strict as any engine's takes them.

mod index;

use proptest::prelude::*;
use serde_json::{Value, json};
use trailhaul::normalize::adapt::{Adaptation, Live, Notes};
use trailhaul::normalize::{CatchAll, Layout, Table};

use self::index::Index;
use super::{document, object, properties};

const CATCH_ALLS: [CatchAll; 3] = [CatchAll::Flattened, CatchAll::FlatObject, CatchAll::Terms];

fn table(catch_all: CatchAll) -> Table {
    let mut table = Table::shipped().unwrap();
    table.list_terms(catch_all == CatchAll::Terms);
    table
}

/// The index as it is then, and the table that makes documents for it.
struct Adapted {
    index: Index,
    table: Table,
    request: Option<Value>,
    notes: Option<Notes>,
}

/// `may_add` says whether fields can be added.
fn adapt(base: &Table, catch_all: CatchAll, mut index: Index, may_add: bool) -> Adapted {
    let adaptation = Adaptation::new(base, catch_all, Live::read(&index.answer()));
    let request = adaptation.request();
    let added = request.as_ref().filter(|_| may_add).map(|body| index.add(body));
    let (live, notes) = adaptation.finish(added.is_some());
    let table = live.map_or_else(|| base.clone(), |live| base.clone().within(live));
    Adapted { index, table, request, notes }
}

fn adapted(mappings: Value) -> Adapted {
    let catch_all = CatchAll::Flattened;
    adapt(&table(catch_all), catch_all, Index::new(mappings, 5000), true)
}

fn request(adapted: &Adapted, request: &Value) -> [Value; 2] {
    let record = super::from("ec2", json!({ "requestParameters": request }));
    let mut found = document(&adapted.table, record);
    assert_eq!(adapted.index.refuses(&found), None, "{found}");
    [found["requestParameters"].take(), found["requestParameters_rest"].take()]
}

#[test]
fn the_shape_of_the_index_keeps_the_name_and_the_other_leaves() {
    let adapted = adapted(json!({ "dynamic": "strict", "properties": {
        "requestParameters": { "properties": {
            "instanceType": { "properties": { "inner": { "type": "keyword" } } },
            "groupSet": { "type": "keyword" },
            "monitoring": { "type": "long" },
            "startTime": { "type": "date" },
            "theirs": { "type": "text" },
            "tagSet": { "type": "nested", "properties": { "key": { "type": "keyword" } } },
            "filterSet": { "type": "flattened" },
        } },
    } }));
    let rest = |field: Value| [json!({}), field];
    let own = |field: Value| [field, Value::Null];
    for (fields, expected) in [
        (json!({ "instanceType": "a" }), rest(json!({ "instanceType": "a" }))),
        (
            json!({ "instanceType": { "inner": "a", "other": 1 } }),
            [
                json!({ "instanceType": { "inner": "a" } }),
                json!({ "instanceType": { "other": 1 } }),
            ],
        ),
        (json!({ "groupSet": "a" }), own(json!({ "groupSet": "a" }))),
        (json!({ "groupSet": { "items": [1] } }), rest(json!({ "groupSet": { "items": [1] } }))),
        (json!({ "monitoring": 7 }), own(json!({ "monitoring": 7 }))),
        (json!({ "monitoring": "yes" }), rest(json!({ "monitoring": "yes" }))),
        (json!({ "monitoring": [7, "yes"] }), rest(json!({ "monitoring": [7, "yes"] }))),
        (
            json!({ "startTime": "2026-02-03T04:05:06Z" }),
            own(json!({ "startTime": "2026-02-03T04:05:06Z" })),
        ),
        (json!({ "startTime": "now" }), rest(json!({ "startTime": "now" }))),
        // A field that the shipped list has not, and one that it has and the index had not.
        (json!({ "theirs": "a", "imageId": "b" }), own(json!({ "theirs": "a", "imageId": "b" }))),
        (json!({ "tagSet": [{ "key": "a" }] }), rest(json!({ "tagSet": [{ "key": "a" }] }))),
        (json!({ "filterSet": { "a": 1 } }), rest(json!({ "filterSet": { "a": 1 } }))),
        (json!({ "unknown": 1 }), rest(json!({ "unknown": 1 }))),
    ] {
        assert_eq!(request(&adapted, &fields), expected, "{fields}");
    }
    let said = format!("index x {}", adapted.notes.unwrap());
    let expected = "index x was shaped by somebody else's mapping: 5 paths differ from the rule table \
        and keep its shape (first: requestParameters.filterSet, requestParameters.groupSet, \
        requestParameters.instanceType); ";
    assert!(said.starts_with(expected), "{said}");
    assert!(said.ends_with("have no field in it, and go to the catch-alls"), "{said}");
}

#[test]
fn an_index_of_the_template_needs_nothing_and_is_not_spoken_of() {
    for catch_all in CATCH_ALLS {
        let base = table(catch_all);
        let pattern = trailhaul::normalize::IndexPattern::new("ct").unwrap();
        let template = trailhaul::normalize::template(catch_all, &pattern, &base);
        let index = Index::new(template["template"]["mappings"].clone(), 5000);
        let adapted = adapt(&base, catch_all, index, true);
        assert_eq!((adapted.request, adapted.notes), (None, None), "{catch_all:?}");
    }
}

/// Template of an earlier version: what arrives is mapped, there is no catch-all, and a few shapes differ.
#[test]
fn an_older_index_of_ours_is_completed_and_takes_no_more_fields_by_itself() {
    let older = json!({
        "dynamic": true, "_meta": { "managed_by": "trailhaul" },
        "properties": {
            "requestParameters": { "properties": { "imageId": { "properties": { "a": { "type": "keyword" } } } } },
            "eventName": { "type": "keyword", "ignore_above": 8191 },
        },
    });
    let adapted = adapted(older);
    let body = adapted.request.as_ref().unwrap();
    assert_eq!(body["dynamic"], false);
    assert_eq!(body["properties"]["requestParameters_rest"]["type"], "flattened");
    assert!(body["properties"].get("eventName").is_none(), "it is there");
    let expected = [json!({ "bucketName": "b" }), json!({ "imageId": "a", "new": 1 })];
    assert_eq!(
        request(&adapted, &json!({ "bucketName": "b", "imageId": "a", "new": 1 })),
        expected
    );
    let said = adapted.notes.unwrap().to_string();
    assert!(said.contains("has an older mapping of trailhaul's: 1 path differs"), "{said}");
}

#[test]
fn somebody_elses_index_keeps_its_ways_and_room_for_others() {
    for (dynamic, limit) in [(json!(true), 1000), (json!("strict"), 1000), (json!(false), 100)] {
        let mappings =
            json!({ "dynamic": dynamic, "properties": { "eventName": { "type": "text" } } });
        let base = table(CatchAll::Terms);
        let adapted = adapt(&base, CatchAll::Terms, Index::new(mappings, limit), true);
        assert!(adapted.request.unwrap().get("dynamic").is_none());
        assert_eq!(adapted.index.fields(), limit - limit / 10, "all that is not left to others");
    }
}

/// Where there is room for one or two fields, these are what takes everything.
#[test]
fn the_least_room_is_given_to_the_catch_all_of_all() {
    for catch_all in CATCH_ALLS {
        let mappings =
            json!({ "dynamic": "strict", "properties": { "eventName": { "type": "text" } } });
        let base = table(catch_all);
        let adapted = adapt(&base, catch_all, Index::new(mappings, 4), true);
        let record = super::from(
            "ec2",
            json!({
                "eventName": "RunInstances", "requestParameters": { "a": "b" }, "eventID": "c",
            }),
        );
        let found = document(&adapted.table, record);
        assert_eq!(adapted.index.refuses(&found), None, "{found}");
        assert_eq!(found["eventName"], "RunInstances");
        let rest = json!({
            "requestParameters": { "a": "b" }, "eventID": "c", "eventSource": "ec2.amazonaws.com",
        });
        assert_eq!(found["record_rest"], rest, "{found}");
        if catch_all == CatchAll::Terms {
            let terms = ["eventID=c", "eventSource=ec2.amazonaws.com", "requestParameters.a=b"];
            assert_eq!(found["record_rest_terms"], json!(terms));
        }
    }
}

#[test]
fn who_may_not_add_fields_gets_documents_of_those_that_are_there() {
    let known = json!({ "requestParameters": { "properties": { "a": { "type": "keyword" } } } });
    for (dynamic, expected, words) in [
        (
            json!(true),
            json!({ "requestParameters": { "a": 1 }, "trailhaul": { "record_json":
                r#"{"eventSource":"ec2.amazonaws.com","requestParameters":{"b":{"c":2}}}"# } }),
            "stand as text in trailhaul.record_json",
        ),
        (
            json!(false),
            json!({ "requestParameters": { "a": 1 }, "requestParameters_rest": { "b": { "c": 2 } },
                "record_rest": { "eventSource": "ec2.amazonaws.com" } }),
            "cannot be searched for",
        ),
        (
            json!("strict"),
            json!({ "requestParameters": { "a": 1 }, "record_rest":
                { "eventSource": "ec2.amazonaws.com", "requestParameters": { "b": { "c": 2 } } } }),
            "may be refused",
        ),
    ] {
        let mappings = json!({ "dynamic": dynamic, "properties": known });
        let base = table(CatchAll::Flattened);
        let adapted = adapt(&base, CatchAll::Flattened, Index::new(mappings, 1000), false);
        let fields = json!({ "requestParameters": { "a": 1, "b": { "c": 2 } } });
        let mut found = document(&adapted.table, super::from("ec2", fields));
        found.as_object_mut().unwrap().remove("@timestamp");
        assert_eq!(found, expected, "{dynamic}");
        let said = adapted.notes.unwrap().to_string();
        assert!(said.contains(words), "{dynamic}: {said}");
    }
}

#[test]
fn what_lookup_events_adds_and_the_moment_fit_too() {
    let adapted = adapted(json!({ "properties": {
        "@timestamp": { "type": "date", "format": "epoch_second" },
        "lookup": { "properties": { "Username": { "type": "ip" } } },
    } }));
    let mut event = super::event(super::from("ec2", json!({ "eventName": "A" })));
    let resources = vec![(None, Some("i-1".to_owned()))];
    event.lookup =
        Some(trailhaul::event::Lookup { time: None, username: Some("alice".into()), resources });
    let typed = trailhaul::normalize::typed;
    let found =
        Value::Object(typed(&adapted.table, event.record, event.time, event.lookup.as_ref()));
    assert_eq!(adapted.index.refuses(&found), None, "{found}");
    assert_eq!(found["lookup"], json!({ "Resources": [{ "ResourceName": "i-1" }] }));
    assert_eq!(found["record_rest"], json!({ "lookup": { "Username": "alice" } }));
    assert_eq!(found.get("@timestamp"), None);
}

#[test]
fn a_users_rule_that_drops_does_so_whatever_the_index_has() {
    let mine = r#"
        [[rule]]
        path = "requestParameters.secret"
        keeps = "object"
        otherwise = "drop"
        reason = "not to be kept"
    "#;
    let base = Table::with(mine, "mine.toml").unwrap();
    let mappings = json!({ "properties": { "requestParameters": { "properties": {
        "secret": { "type": "keyword" },
    } } } });
    let adapted = adapt(&base, CatchAll::Flattened, Index::new(mappings, 5000), true);
    assert_eq!(
        request(&adapted, &json!({ "secret": "x", "imageId": "a" })),
        [json!({ "imageId": "a" }), Value::Null]
    );
}

/// A mapping that somebody may have made.
fn mapping() -> impl Strategy<Value = Value> {
    let kinds = [
        "keyword",
        "text",
        "long",
        "double",
        "date",
        "boolean",
        "ip",
        "nested",
        "flattened",
        "object",
        "alias",
        "geo_point",
        "short",
    ];
    let leaf = (prop::sample::select(kinds.to_vec()), any::<bool>()).prop_map(|(kind, more)| {
        let mut field = json!({ "type": kind });
        if kind == "keyword" && more {
            field["ignore_above"] = json!(256);
        }
        if kind == "text" && more {
            field["fields"] = json!({ "ip": { "type": "ip" } });
        }
        if ["long", "date", "ip"].contains(&kind) && more {
            field["ignore_malformed"] = json!(true);
        }
        if kind == "object" && more {
            field["enabled"] = json!(false);
        }
        field
    });
    let fields = |inner| {
        prop::collection::btree_map(properties::name(), inner, 0..8)
            .prop_map(|fields| Value::Object(fields.into_iter().collect()))
    };
    let field = leaf.prop_recursive(5, 40, 8, move |inner| {
        fields(inner).prop_map(|fields| json!({ "properties": fields }))
    });
    let dynamic = prop::sample::select(vec![json!(true), json!(false), json!("strict")]);
    let names = properties::name;
    (prop::collection::btree_map(names(), field, 0..12), dynamic, any::<bool>()).prop_map(
        |(fields, dynamic, ours)| {
            let mut mappings = json!({ "dynamic": dynamic, "properties": fields });
            if ours {
                mappings["_meta"] = json!({ "managed_by": "trailhaul" });
            }
            mappings
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever an index has, and however little room: it takes the document of any event, whole.
    #[test]
    fn no_index_with_room_for_a_catch_all_refuses_a_document(
        mapping in mapping(),
        mut record in properties::record(),
        room in prop::sample::select(vec![2_u32, 30, 300, 9000]),
        kind in prop::sample::select(&CATCH_ALLS[..]),
        layout in prop::sample::select(vec![Layout::Typed, Layout::Flattened]),
    ) {
        let mut leaves = 0;
        properties::mark_leaves(&mut record, &mut leaves);
        let base = table(kind).with_layout(layout, 5000);
        let mut index = Index::new(mapping, 0);
        index.limit = (index.fields() + room) * 10 / 9 + 1;
        let adapted = adapt(&base, kind, index, true);
        let found = document(&adapted.table, record);
        prop_assert_eq!(adapted.index.refuses(&found), None, "{}", found);
        let mut found = object(found);
        found.retain(|name, _| !name.ends_with("_terms"));
        let found = Value::Object(found).to_string();
        for number in 0..leaves {
            let leaf = format!("leaf-{number}-");
            prop_assert!(found.matches(&leaf).count() == 1, "{} in {}", leaf, found);
        }
    }

    /// Where nothing can be added, documents have no path but those that are there and one text.
    #[test]
    fn no_index_that_maps_what_arrives_refuses_a_document_for_a_path_of_its_own(
        mapping in mapping(),
        record in properties::record(),
    ) {
        let base = table(CatchAll::Flattened);
        let mut mapping = mapping;
        mapping["dynamic"] = json!(true);
        let adapted = adapt(&base, CatchAll::Flattened, Index::new(mapping, 5000), false);
        let mut found = object(document(&adapted.table, record));
        found.remove("trailhaul");
        found.remove("@timestamp");
        let mut index = adapted.index;
        index.set_strict();
        let found = Value::Object(found);
        prop_assert_eq!(index.refuses(&found), None, "{}", found);
    }
}
