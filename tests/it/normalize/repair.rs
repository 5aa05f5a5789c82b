//! The decision what a refused document becomes: by the event, the table and the refusal alone.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use trailhaul::event::{Document, Event, Item, Lookup, Rejection, Ticket};
use trailhaul::limits::MOST_REPAIRS;
use trailhaul::normalize::adapt::Live;
use trailhaul::normalize::{IndexPattern, Normalizer, Repair, Table, learned_toml};
use trailhaul::source::decode::{self, Hints};

use super::{event, properties::record};

fn normalizer(table: Table) -> Normalizer {
    Normalizer::new(table.into(), IndexPattern::new("cloudtrail").unwrap())
}

fn shipped() -> Normalizer {
    normalizer(Table::shipped().unwrap())
}

fn made(normalizer: &Normalizer, record: Value) -> Document {
    normalizer.document(event(record), Ticket { region: 0, page: 0 })
}

fn ec2(fields: Value) -> Value {
    let mut record = super::from("ec2", fields);
    record["eventID"] = json!("0f1e2d3c");
    record["eventTime"] = json!("2026-02-03T04:05:06Z");
    record
}

fn refused(path: Option<&str>, reason: &str) -> Rejection {
    Rejection {
        status: 400,
        kind: "mapper_parsing_exception".to_owned(),
        reason: reason.to_owned(),
        path: path.map(str::to_owned),
    }
}

fn wants_object(path: &str) -> Rejection {
    let text = format!("object mapping for [{path}] tried to parse field [x] as object, but found");
    refused(Some(path), &text)
}

fn refuses_value(path: &str, kind: &str) -> Rejection {
    let text = format!("[1:7] failed to parse field [{path}] of type [{kind}] in document with id");
    refused(Some(path), &text)
}

fn too_many_fields() -> Rejection {
    let reason = "Limit of total fields [50] has been exceeded";
    Rejection { kind: "illegal_argument_exception".to_owned(), ..refused(None, reason) }
}

/// Repairs once, and lets the table learn what there is to learn.
fn step(
    normalizer: &mut Normalizer,
    repair: &mut Repair,
    document: &mut Document,
    rejection: &Rejection,
) -> Option<Value> {
    let next = repair.next(normalizer.table(), None, document, rejection)?;
    if let Some(rule) = next.rule {
        normalizer.learn(&rule);
    }
    document.body = next.body;
    Some(serde_json::from_str(&document.body).unwrap())
}

/// The first repair of an event that the shipped rules let through.
fn first(record: Value, rejection: &Rejection) -> (Value, Normalizer) {
    let mut normalizer = shipped();
    let mut document = made(&normalizer, record);
    let mut repair = Repair::begin(&document, rejection).unwrap();
    let body = step(&mut normalizer, &mut repair, &mut document, rejection).unwrap();
    (body, normalizer)
}

/// A field for scalars, and one for objects with a field in it.
const SCALAR: &str = "requestParameters.instanceType";
const OBJECT: &str = "requestParameters.groupSet";

fn group_set() -> Value {
    json!({ "items": [{ "groupId": "sg-1" }] })
}

#[test]
fn a_rule_is_learned_by_the_index_s_shape_and_the_value_s() {
    let merged = |path, words: &str| refused(Some(path), &words.replace("PATH", path));
    for (rejection, value, keeps, aside) in [
        (wants_object(SCALAR), json!("s"), "object", "scalar"),
        (wants_object(SCALAR), json!(["s", "t"]), "object", "scalar"),
        (refuses_value(SCALAR, "flattened"), json!(7), "object", "scalar"),
        (refuses_value(SCALAR, "date"), json!("now"), "nothing", "scalar"),
        (
            merged(SCALAR, "can't merge a non object mapping [PATH] with an object mapping"),
            json!("s"),
            "object",
            "scalar",
        ),
        (refuses_value(OBJECT, "keyword"), group_set(), "scalar", "object"),
        (refuses_value(OBJECT, "long"), json!([group_set()]), "scalar", "object"),
        (
            merged(OBJECT, "mapper [PATH] cannot be changed from type [a] to [b]"),
            group_set(),
            "scalar",
            "object",
        ),
    ] {
        let path = rejection.path.clone().unwrap();
        let name = path.strip_prefix("requestParameters.").unwrap();
        let request = json!({ (name): value, "bucketName": "beside" });
        let (body, normalizer) = first(ec2(json!({ "requestParameters": request })), &rejection);
        // Scalars have a new name of their own; of objects none is known to have a field in it.
        let (own, rest) = match aside {
            "scalar" => {
                (json!({ format!("{name}_ec2"): value, "bucketName": "beside" }), Value::Null)
            }
            _ => (json!({ "bucketName": "beside" }), json!({ (name): value })),
        };
        assert_eq!((&body["requestParameters"], &body["requestParameters_rest"]), (&own, &rest));
        assert_eq!(body.get("trailhaul"), None, "a rule leaves no mark: {body}");
        let learned = learned_toml(normalizer.table().learned());
        for row in [
            format!("path = \"{path}\""),
            format!("keeps = \"{keeps}\""),
            "otherwise = \"move\"".to_owned(),
            format!("aside = \"{aside}\""),
            "services = [\"ec2\"]".to_owned(),
        ] {
            assert!(learned.contains(&row), "{row} is not in {learned}");
        }
    }
}

#[test]
fn what_is_learned_of_one_service_keeps_the_index_s_shape_for_all() {
    let record = |service: &str, value: Value| {
        super::from(service, json!({ "requestParameters": { "groupSet": value } }))
    };
    let refusal = refuses_value(OBJECT, "keyword");
    let normalizer = first(record("ec2", group_set()), &refusal).1;
    let x = |service: &str, value: Value| {
        let mut body: Value =
            serde_json::from_str(&made(&normalizer, record(service, value)).body).unwrap();
        [body["requestParameters"].take(), body["requestParameters_rest"].take()]
    };
    for service in ["ec2", "rds"] {
        assert_eq!(x(service, group_set()), [json!({}), json!({ "groupSet": group_set() })]);
        assert_eq!(x(service, json!("plain")), [json!({ "groupSet": "plain" }), Value::Null]);
    }
}

#[test]
fn what_a_catch_all_holds_teaches_nothing() {
    let record = ec2(json!({ "requestParameters": { "new": { "a": 1 }, "instanceId": "i-1" } }));
    let rejection = refuses_value("requestParameters_rest.new", "keyword");
    let (body, normalizer) = first(record, &rejection);
    assert_eq!(normalizer.table().learned().count(), 0);
    assert_eq!((body.get("requestParameters"), body.get("requestParameters_rest")), (None, None));
    let whole = r#"{"instanceId":"i-1","new":{"a":1}}"#;
    let expected = json!({ "repaired": "text", "requestParameters_json": whole });
    assert_eq!(body["trailhaul"], expected);
}

#[test]
fn a_section_with_all_of_its_parts_becomes_text() {
    let long = "x".repeat(40_000);
    let items = json!([{ "groupId": "sg-1" }, { "groupId": "sg-2", "new": 1 }, "sg-3", null]);
    let request = json!({ "groupSet": { "items": items }, "new": long, "a": { "b": 1 } });
    let record = ec2(json!({ "requestParameters": request, "unheardOf": { "x": 1 } }));
    let mut table = Table::shipped().unwrap();
    table.list_terms(true);
    let mut normalizer = normalizer(table);
    let mut document = made(&normalizer, record);
    let before: Value = serde_json::from_str(&document.body).unwrap();
    assert!(before["requestParameters_rest_terms"].is_array(), "{before}");
    let rejection = refuses_value("requestParameters_rest_terms", "long");
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let body = step(&mut normalizer, &mut repair, &mut document, &rejection).unwrap();
    let members = body.as_object().unwrap();
    assert!(!members.keys().any(|name| name.starts_with("requestParameters")), "{body}");
    let text = body["trailhaul"]["requestParameters_json"].as_str().unwrap();
    let text: Value = serde_json::from_str(text).unwrap();
    let items = json!([
        { "groupId": "sg-1" }, { "groupId": "sg-2", "new": 1 }, { "value": "sg-3" }, {},
    ]);
    assert_eq!(text, json!({ "groupSet": { "items": items }, "new": null, "a": { "b": 1 } }));
    let long = format!("requestParameters.new={long}");
    assert_eq!(body["trailhaul"]["long"], json!([long]), "and what is too long stays where it is");
    assert_eq!(body["record_rest"], json!({ "unheardOf": { "x": 1 } }));
    let rejection = refuses_value("record_rest.unheardOf", "long");
    let body = step(&mut normalizer, &mut repair, &mut document, &rejection).unwrap();
    assert_eq!(body["trailhaul"]["record_json"], r#"{"unheardOf":{"x":1}}"#, "{body}");
    assert_eq!((body.get("record_rest"), body.get("record_rest_terms")), (None, None));
}

#[test]
fn a_path_below_what_a_shipped_rule_moved_is_learned_in_awss_names() {
    let fields = json!({ "additionalEventData": { "MFAUsed": "No", "LoginTo": "y" } });
    let record = super::from("signin", fields);
    let (body, normalizer) = first(record, &wants_object("additionalEventData_signin.MFAUsed"));
    let moved = json!({ "LoginTo": "y", "MFAUsed_signin": "No" });
    assert_eq!(body["additionalEventData_signin"], moved);
    let learned = learned_toml(normalizer.table().learned());
    assert!(learned.contains("path = \"additionalEventData.MFAUsed\""), "{learned}");
}

#[test]
fn what_is_learned_means_the_same_as_a_file_of_either_kind() {
    let record = || ec2(json!({ "userAgent": "aws-cli/2.0", "apiVersion": "1" }));
    let (body, normalizer) = first(record(), &wants_object("userAgent"));
    assert_eq!(body["userAgent_ec2"], "aws-cli/2.0");
    let toml = learned_toml(normalizer.table().learned());
    let user = self::normalizer(Table::with(&toml, "mine.toml").unwrap());
    let mut table = Table::shipped().unwrap();
    table.learn_from(&toml, "state.learned.toml").unwrap();
    for taught in [user, self::normalizer(table)] {
        for record in [record(), super::from("rds", json!({ "userAgent": { "name": 1 } }))] {
            assert_eq!(made(&taught, record.clone()).body, made(&normalizer, record).body);
        }
    }
}

#[test]
fn a_moved_value_is_made_to_fit_the_shape_that_the_index_has_at_its_new_name() {
    let request = |service: &str, policy: &Value| {
        let mut record = super::from(service, json!({ "requestParameters": { "policy": policy } }));
        record["eventTime"] = json!("2026-02-03T04:05:06Z");
        record
    };
    let made_of = |normalizer: &Normalizer, service: &str, policy: Value| {
        let document = made(normalizer, request(service, &policy));
        let mut body: Value = serde_json::from_str(&document.body).unwrap();
        [body["requestParameters"].take(), body["requestParameters_rest"].take()]
    };
    // The shipped rule moves a policy of Glacier as an object, which this index does not have.
    let aside = refuses_value("requestParameters.policy_glacier", "keyword");
    let policy = json!({ "rules": [{ "strategy": "x" }] });
    let (body, turned) = first(request("glacier", &policy), &aside);
    assert_eq!(
        body["requestParameters"],
        json!({ "policy_glacier": r#"{"rules":[{"strategy":"x"}]}"# })
    );
    assert_eq!(body.get("trailhaul"), None, "{body}");

    // What else the shipped rule does, it does as before; also when it is read again.
    let toml = learned_toml(turned.table().learned());
    let mut read = Table::shipped().unwrap();
    read.learn_from(&toml, "state.learned.toml").unwrap();
    for turned in [&turned, &normalizer(read)] {
        let own = |value: Value| [value, Value::Null];
        let moved = |value: Value| own(json!({ "policy_glacier": value }));
        assert_eq!(made_of(turned, "glacier", json!([""])), moved(json!("")), "{toml}");
        assert_eq!(made_of(turned, "glacier", json!("text")), moved(json!("text")));
        assert_eq!(made_of(turned, "iam", json!("text")), own(json!({ "policy_iam": "text" })));
    }
    // Where the index has an object for a text, no field is known in it: the catch-all takes it.
    let aside = wants_object("requestParameters.policy_iam");
    let (body, _) = first(request("iam", &json!("text")), &aside);
    assert_eq!(body["requestParameters_rest"], json!({ "policy": "text" }), "{body}");
    assert_eq!(body.get("trailhaul"), None, "{body}");

    // There is no third name for what fits neither, and no turning back.
    let type_refuses = refuses_value("requestParameters.policy_iam", "date");
    let (body, untaught) = first(request("iam", &json!("text")), &type_refuses);
    assert_eq!(body["trailhaul"]["repaired"], "text", "{body}");
    assert_eq!(untaught.table().learned().count(), 0);
    let mut turned = turned;
    let mut document = made(&turned, request("glacier", &json!("text")));
    let back = wants_object("requestParameters.policy_glacier");
    let mut repair = Repair::begin(&document, &back).unwrap();
    let body = step(&mut turned, &mut repair, &mut document, &back).unwrap();
    assert_eq!(body["trailhaul"]["repaired"], "text", "{body}");
    assert_eq!(learned_toml(turned.table().learned()), toml);
}

#[test]
fn where_the_reason_is_not_told_few_forms_are_tried() {
    let record = ec2(json!({
        "requestParameters": { "a": 1 }, "responseElements": { "a": 1, "b": 2 },
        "serviceEventDetails": { "a": 1 },
    }));
    let stored = Rejection {
        status: 201,
        kind: trailhaul::event::FAILURE_STORE.to_owned(),
        ..refused(None, "the target put it into the failure store of the data stream")
    };
    let mut normalizer = shipped();
    let mut document = made(&normalizer, record.clone());
    let mut repair = Repair::begin(&document, &stored).unwrap();
    let mut forms = Vec::new();
    while let Some(body) = step(&mut normalizer, &mut repair, &mut document, &stored) {
        forms.push(body["trailhaul"].clone());
    }
    let text = json!({ "repaired": "text", "responseElements_json": r#"{"a":1,"b":2}"# });
    let minimal = json!({ "repaired": "minimal", "original": record.to_string() });
    assert_eq!(forms, [text, minimal]);
    assert_eq!(normalizer.table().learned().count(), 0);
}

#[test]
fn a_second_index_that_wants_the_other_shape_gets_neither() {
    let record = |value: Value| ec2(json!({ "requestParameters": { "groupSet": value } }));
    let (_, mut normalizer) = first(record(group_set()), &refuses_value(OBJECT, "keyword"));
    let mut document = made(&normalizer, record(json!("s")));
    let rejection = wants_object(OBJECT);
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let body = step(&mut normalizer, &mut repair, &mut document, &rejection).unwrap();
    assert_eq!(body["requestParameters"], json!({}));
    assert_eq!(body["requestParameters_rest"], json!({ "groupSet": "s" }));
    assert_eq!(normalizer.table().learned().count(), 1);
}

#[test]
fn what_was_learned_on_the_way_is_tried_before_anything_else() {
    let record = || ec2(json!({ "requestParameters": { "instanceType": "s" } }));
    let rejection = wants_object(SCALAR);
    let early = made(&shipped(), record());
    let (body, normalizer) = first(record(), &rejection);
    let mut repair = Repair::begin(&early, &rejection).unwrap();
    let next = repair.next(normalizer.table(), None, &early, &rejection).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&next.body).unwrap(), body);
    assert_eq!(next.rule, None, "and not learned twice");
}

#[test]
fn a_users_rule_is_not_overruled() {
    let mine = "[[rule]]\npath = \"requestParameters.x\"\nkeeps = \"scalar\"\notherwise = \"json\"\nreason = \"r\"";
    let mut normalizer = normalizer(Table::with(mine, "mine.toml").unwrap());
    let mut document = made(&normalizer, ec2(json!({ "requestParameters": { "x": "s" } })));
    let rejection = wants_object("requestParameters.x");
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let body = step(&mut normalizer, &mut repair, &mut document, &rejection).unwrap();
    assert_eq!(body["trailhaul"]["requestParameters_json"], json!(r#"{"x":"s"}"#));
    assert_eq!(normalizer.table().learned().count(), 0, "a rule without effect is none");
}

#[test]
fn where_fields_run_out_the_widest_section_goes_first_and_the_event_last() {
    let record = ec2(json!({
        "requestParameters": { "a": 1 },
        "responseElements": { "a": 1, "b": { "c": [2, 3] } },
        "awsRegion": "eu-west-1",
    }));
    let rejection = too_many_fields();
    let mut normalizer = shipped();
    let mut document = made(&normalizer, record.clone());
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let mut forms = Vec::new();
    while let Some(body) = step(&mut normalizer, &mut repair, &mut document, &rejection) {
        forms.push(body);
    }
    assert_eq!(forms.len(), 3, "{forms:#?}");
    let response = r#"{"a":1,"b":{"c":[2,3]}}"#;
    assert_eq!(
        forms[0]["trailhaul"],
        json!({ "repaired": "text", "responseElements_json": response })
    );
    assert_eq!(forms[0]["requestParameters_rest"], json!({ "a": 1 }));
    assert_eq!(forms[1]["trailhaul"]["requestParameters_json"], r#"{"a":1}"#);
    assert_eq!(forms[1]["trailhaul"]["responseElements_json"], response);
    let expected = json!({
        "@timestamp": "2026-02-03T04:05:06Z", "awsRegion": "eu-west-1", "eventID": "0f1e2d3c",
        "eventSource": "ec2.amazonaws.com", "eventTime": "2026-02-03T04:05:06Z",
        "trailhaul": { "repaired": "minimal", "original": record.to_string() },
    });
    assert_eq!(forms[2], expected);
    assert_eq!(repair.first, rejection);
}

#[test]
fn the_minimal_form_has_what_lookup_events_says_too() {
    let mut normalizer = shipped();
    let lookup = Lookup { username: Some("jane".to_owned()), ..Lookup::default() };
    let event = Event { lookup: Some(lookup), ..event(ec2(json!({}))) };
    let mut document = normalizer.document(event, Ticket { region: 0, page: 0 });
    let rejection = too_many_fields();
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let mut last = Value::Null;
    while let Some(body) = step(&mut normalizer, &mut repair, &mut document, &rejection) {
        last = body;
    }
    assert_eq!(last["trailhaul"]["repaired"], "minimal", "{last}");
    assert_eq!(last["trailhaul"]["lookup_json"], r#"{"Username":"jane"}"#, "{last}");
}

/// An index that has the many fields of one object lacks room for the few of another.
#[test]
fn the_object_with_most_of_what_is_new_becomes_text() {
    let wide: serde_json::Map<_, _> = (0..9).map(|n| (format!("known{n}"), json!(n))).collect();
    let record = ec2(json!({
        "requestParameters": { "few": 1, "more": [2, { "x": 3 }] }, "responseElements": wide,
    }));
    let fields = (0..9).map(|n| (format!("known{n}"), json!({ "type": "long" })));
    let properties = Value::Object(fields.collect());
    let live = json!({ "mappings": { "properties": { "responseElements_rest": { "properties": properties } } } });
    let live = Live::read(&live);
    let depth = Rejection { reason: "Limit of mapping depth".to_owned(), ..too_many_fields() };
    for (live, rejection, text) in [
        (Some(&live), too_many_fields(), "requestParameters_json"),
        (None, too_many_fields(), "responseElements_json"),
        // Of another limit, what is new says nothing.
        (Some(&live), depth, "responseElements_json"),
    ] {
        let document = made(&shipped(), record.clone());
        let mut repair = Repair::begin(&document, &rejection).unwrap();
        let next = repair.next(shipped().table(), live, &document, &rejection).unwrap();
        let body: Value = serde_json::from_str(&next.body).unwrap();
        let texts: Vec<_> = body["trailhaul"].as_object().unwrap().keys().collect();
        assert_eq!(texts, ["repaired", text], "{body}");
    }
}

/// The repair reads the event's text again, and no worse than it was read first.
#[test]
fn what_parsers_refuse_or_drop_is_repaired_too() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
    let text = format!(
        r#"{{"eventSource":"ec2.amazonaws.com","eventID":"0f1e2d3c","eventTime":"2026-02-03T04:05:06Z",
            "requestParameters":{{"mode":"first","mode":"last","deep":{deep}}}}}"#
    );
    let Item::Event(event) = decode::record(text, Hints::default()) else { panic!("no event") };
    let document = shipped().document(*event, Ticket { region: 0, page: 0 });
    let rejection = wants_object("requestParameters.mode");
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let next = repair.next(shipped().table(), None, &document, &rejection).unwrap();
    let body: Value = serde_json::from_str(&next.body).unwrap();
    let request = body["requestParameters"].as_object().unwrap();
    assert_eq!(request["mode_ec2"], "last", "{request:?}");
    let rest = &body["requestParameters_rest"];
    assert_eq!(rest["mode_2"], "first", "{rest}");
    assert!(rest["deep"].is_object(), "{rest}");
}

#[test]
fn an_event_with_more_conflicts_than_attempts_ends_in_the_minimal_form() {
    let rows = include_str!("../../../rules/natural.tsv").lines();
    let scalars = rows.filter_map(|row| {
        let name = row.strip_prefix("requestParameters.")?.strip_suffix("\tscalar\t2")?;
        (!name.contains('.')).then(|| name.to_owned())
    });
    let names: Vec<String> = scalars.take(2 * MOST_REPAIRS as usize).collect();
    assert_eq!(names.len(), 2 * MOST_REPAIRS as usize);
    let members = names.iter().map(|name| (name.clone(), json!("s"))).collect();
    let mut normalizer = shipped();
    let request = json!({ "requestParameters": Value::Object(members) });
    let mut document = made(&normalizer, ec2(request));
    let path = |name: &String| wants_object(&format!("requestParameters.{name}"));
    let mut repair = Repair::begin(&document, &path(&names[0])).unwrap();
    let mut forms = Vec::new();
    for name in &names {
        forms.extend(step(&mut normalizer, &mut repair, &mut document, &path(name)));
    }
    assert_eq!(forms.len(), MOST_REPAIRS as usize);
    assert_eq!(forms.last().unwrap()["trailhaul"]["repaired"], "minimal");
    assert_eq!(normalizer.table().learned().count(), MOST_REPAIRS as usize - 1);
}

#[test]
fn what_is_not_about_a_mapping_is_left_alone() {
    let document = made(&shipped(), ec2(json!({ "requestParameters": { "x": 1 } })));
    let is_repaired = |rejection: &Rejection| Repair::begin(&document, rejection).is_some();
    let named = wants_object("requestParameters.x");
    assert!(is_repaired(&named) && is_repaired(&too_many_fields()));
    for status in [0, 201, 413, 429, 500, 503] {
        assert!(!is_repaired(&Rejection { status, ..named.clone() }), "{status}");
    }
    let bare = |reason| {
        let kind = "illegal_argument_exception".to_owned();
        is_repaired(&Rejection { kind, ..refused(None, reason) })
    };
    assert!(!bare("pipeline says no"));
    for limit in [
        "Field name [x] is longer than the limit of [20] characters",
        "The number of nested documents has exceeded the allowed limit of [10000]. This limit can \
         be set by changing the [index.mapping.nested_objects.limit] index level setting.",
    ] {
        assert!(bare(limit), "{limit}");
    }
}

#[test]
fn a_field_of_awss_cannot_pose_as_a_repair() {
    let record = ec2(json!({ "trailhaul": { "repaired": "minimal" } }));
    let body: Value = serde_json::from_str(&made(&shipped(), record).body).unwrap();
    assert_eq!(body.get("trailhaul"), None);
    assert_eq!(body["record_rest"]["trailhaul"], json!({ "repaired": "minimal" }));
}

/// Paths of a document, of objects and scalars alike.
fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                found.push(path.clone());
                paths(inner, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, at, found)),
        _ => {}
    }
}

/// The strings and numbers of a record, as they stand in any JSON text of it.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|inner| leaves(inner, found)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

proptest! {
    /// Whatever is refused, and however often: the forms come to an end, none is sent twice, each
    /// has the time and holds every text of the event, and the last is the minimal one.
    #[test]
    fn every_way_ends_and_loses_nothing(
        record in record(),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8), 1..12),
    ) {
        let mut normalizer = shipped();
        let mut document = made(&normalizer, record.clone());
        let mut sent = HashSet::from([document.body.clone()]);
        let mut repair: Option<Repair> = None;
        let mut attempts = 0;
        let mut values = Vec::new();
        leaves(&record, &mut values);
        for (pick, kind) in picks.iter().cycle() {
            let body: Value = serde_json::from_str(&document.body).unwrap();
            let mut all = Vec::new();
            paths(&body, "", &mut all);
            let path = pick.get(&all);
            let rejection = match kind {
                0 => wants_object(path),
                1 => refuses_value(path, "keyword"),
                2 => refused(Some(path), "mapping set to strict"),
                _ => too_many_fields(),
            };
            let repair = repair.get_or_insert_with(|| Repair::begin(&document, &rejection).unwrap());
            let Some(body) = step(&mut normalizer, repair, &mut document, &rejection) else { break };
            attempts += 1;
            prop_assert!(attempts <= MOST_REPAIRS);
            prop_assert!(sent.insert(document.body.clone()), "sent twice: {body}");
            prop_assert_eq!(&body["@timestamp"], "2026-02-03T04:05:06Z");
            for leaf in &values {
                prop_assert!(document.body.contains(leaf), "{leaf} is not in {body}");
            }
            if let Some(original) = body["trailhaul"].get("original") {
                let original: Value = serde_json::from_str(original.as_str().unwrap()).unwrap();
                prop_assert_eq!(&original, &record);
            }
        }
        let last: Value = serde_json::from_str(&document.body).unwrap();
        prop_assert_eq!(&last["trailhaul"]["repaired"], "minimal");
    }
}
