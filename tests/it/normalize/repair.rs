//! The decision what a refused document becomes: by the event, the table and the refusal alone.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use trailhaul::event::{Document, Event, Item, Lookup, Rejection, Ticket};
use trailhaul::limits::MOST_REPAIRS;
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
    let next = repair.next(normalizer.table(), document, rejection)?;
    if let Some(rule) = next.rule {
        normalizer.learn(rule);
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

#[test]
fn a_rule_is_learned_by_the_index_s_shape_and_the_value_s() {
    let request = |value: Value| json!({ "requestParameters": { "x": value, "y": "beside" } });
    let path = "requestParameters.x";
    for (rejection, value, keeps, aside, moved) in [
        (wants_object(path), json!("s"), "object", "scalar", json!("s")),
        (wants_object(path), json!(["s", "t"]), "object", "scalar", json!(["s", "t"])),
        (refuses_value(path, "flattened"), json!(7), "object", "scalar", json!(7)),
        (refuses_value(path, "keyword"), json!({ "a": 1 }), "scalar", "object", json!({ "a": 1 })),
        (refuses_value(path, "long"), json!([{ "a": 1 }]), "scalar", "object", json!([{ "a": 1 }])),
        (refuses_value(path, "date"), json!("now"), "nothing", "scalar", json!("now")),
        (
            refused(Some(path), &format!("mapper [{path}] cannot be changed from type [a] to [b]")),
            json!({ "a": 1 }),
            "scalar",
            "object",
            json!({ "a": 1 }),
        ),
        (
            refused(
                Some(path),
                &format!("can't merge a non object mapping [{path}] with an object mapping"),
            ),
            json!("s"),
            "object",
            "scalar",
            json!("s"),
        ),
    ] {
        let (body, normalizer) = first(ec2(request(value)), &rejection);
        assert_eq!(body["requestParameters"], json!({ "x_ec2": moved, "y": "beside" }));
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
fn a_learned_rule_leaves_other_services_and_fitting_values_alone() {
    let taught = |record| first(record, &refuses_value("requestParameters.x", "keyword")).1;
    let normalizer = taught(ec2(json!({ "requestParameters": { "x": { "a": 1 } } })));
    let x = |service: &str, value: Value| {
        let record = super::from(service, json!({ "requestParameters": { "x": value } }));
        let body: Value = serde_json::from_str(&made(&normalizer, record).body).unwrap();
        body["requestParameters"].clone()
    };
    assert_eq!(x("ec2", json!({ "b": 2 })), json!({ "x_ec2": { "b": 2 } }));
    assert_eq!(x("ec2", json!("plain")), json!({ "x": "plain" }));
    assert_eq!(x("rds", json!({ "b": 2 })), json!({ "x": { "b": 2 } }));
}

#[test]
fn a_path_below_what_a_shipped_rule_moved_is_learned_in_awss_names() {
    let record = ec2(json!({ "additionalEventData": { "x": { "a": 1 }, "y": 2 } }));
    let (body, normalizer) = first(record, &refuses_value("additionalEventData_ec2.x", "keyword"));
    assert_eq!(body["additionalEventData_ec2"], json!({ "x_ec2": { "a": 1 }, "y": 2 }));
    let learned = learned_toml(normalizer.table().learned());
    assert!(learned.contains("path = \"additionalEventData.x\""), "{learned}");
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
        let body: Value = serde_json::from_str(&document.body).unwrap();
        body["requestParameters"].clone()
    };
    // The shipped rule moves a policy as text, and one of FMS as an object.
    let aside = wants_object("requestParameters.policy_ec2");
    let (body, turned) = first(request("ec2", &json!("text")), &aside);
    assert_eq!(body["requestParameters"], json!({ "policy_ec2": { "value": "text" } }));
    assert_eq!(body.get("trailhaul"), None, "{body}");
    let aside = refuses_value("requestParameters.policy_fms", "keyword");
    let (body, _) = first(request("fms", &json!({ "a": 1 })), &aside);
    assert_eq!(body["requestParameters"], json!({ "policy_fms": r#"{"a":1}"# }));

    // What else the shipped rule does, it does as before; also when it is read again.
    let toml = learned_toml(turned.table().learned());
    let mut read = Table::shipped().unwrap();
    read.learn_from(&toml, "state.learned.toml").unwrap();
    for turned in [&turned, &normalizer(read)] {
        let moved = |value: Value| json!({ "policy_ec2": value });
        assert_eq!(made_of(turned, "ec2", json!([""])), moved(json!({ "value": "" })), "{toml}");
        assert_eq!(made_of(turned, "ec2", json!({ "a": 1 })), moved(json!({ "a": 1 })));
        assert_eq!(made_of(turned, "iam", json!("text")), json!({ "policy_iam": "text" }));
    }

    // There is no third name for what fits neither, and no turning back.
    let type_refuses = refuses_value("requestParameters.policy_ec2", "date");
    let (body, untaught) = first(request("ec2", &json!("text")), &type_refuses);
    assert_eq!(body["trailhaul"]["repaired"], "text", "{body}");
    assert_eq!(untaught.table().learned().count(), 0);
    let mut turned = turned;
    let mut document = made(&turned, request("ec2", &json!("text")));
    let back = refuses_value("requestParameters.policy_ec2", "keyword");
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
    let record = |value: Value| ec2(json!({ "requestParameters": { "x": value } }));
    let path = "requestParameters.x";
    let (_, mut normalizer) = first(record(json!({ "a": 1 })), &refuses_value(path, "keyword"));
    let mut document = made(&normalizer, record(json!("s")));
    let rejection = wants_object(path);
    let mut repair = Repair::begin(&document, &rejection).unwrap();
    let body = step(&mut normalizer, &mut repair, &mut document, &rejection).unwrap();
    // Objects were moved first, so that is the shape of what is moved.
    assert_eq!(body["requestParameters"], json!({ "x_ec2": { "value": "s" } }));
    assert_eq!(normalizer.table().learned().count(), 1);
}

#[test]
fn what_was_learned_on_the_way_is_tried_before_anything_else() {
    let record = || ec2(json!({ "requestParameters": { "x": "s" } }));
    let rejection = wants_object("requestParameters.x");
    let early = made(&shipped(), record());
    let (body, normalizer) = first(record(), &rejection);
    let mut repair = Repair::begin(&early, &rejection).unwrap();
    let next = repair.next(normalizer.table(), &early, &rejection).unwrap();
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
    assert_eq!(forms[0]["requestParameters"], json!({ "a": 1 }));
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
    let lookup = Lookup { username: Some("jane".to_owned()), resources: Vec::new() };
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
    let next = repair.next(shipped().table(), &document, &rejection).unwrap();
    let body: Value = serde_json::from_str(&next.body).unwrap();
    let request = body["requestParameters"].as_object().unwrap();
    assert_eq!(request["mode_ec2"], "last", "{request:?}");
    assert_eq!(request["mode_2"], "first", "{request:?}");
    assert!(request["deep"].is_object(), "{request:?}");
}

#[test]
fn an_event_with_more_conflicts_than_attempts_ends_in_the_minimal_form() {
    let names: Vec<String> = (0..2 * MOST_REPAIRS).map(|n| format!("x{n}")).collect();
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
    assert_eq!(body["field_trailhaul"], json!({ "repaired": "minimal" }));
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
