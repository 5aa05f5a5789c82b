//! Rules that are proposed from what was seen: what they say, and that they settle it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use trailhaul::event::Rejection;
use trailhaul::normalize::{CatchAll, IndexPattern, Keeps, Rule, Shape, Suggest, Table, template};

use super::{document, event, from};

fn shipped() -> Table {
    Table::shipped().unwrap()
}

fn suggested(table: &Table, records: &[Value]) -> String {
    let mut suggest = Suggest::new(table);
    for record in records {
        suggest.event(&event(record.clone()));
    }
    suggest.toml()
}

fn with(rows: &str) -> Table {
    Table::with(rows, "suggested.toml").unwrap_or_else(|error| panic!("{error}\n{rows}"))
}

/// The proposed rules, of which each has to be one that `--rules` takes.
fn rules(rows: &str) -> Vec<Rule> {
    with(rows).rules().filter(|rule| rule.file == "suggested.toml").cloned().collect()
}

/// The one rule beside those for the members of what it is for.
fn only(rows: &str) -> Rule {
    let mut rules = rules(rows);
    rules.retain(|rule| !rule.reason.starts_with("A member of "));
    assert_eq!(rules.len(), 1, "{rows}");
    rules.remove(0)
}

fn request(service: &str, event_name: &str, request: Value) -> Value {
    let mut record = from(service, json!({"eventName": event_name}));
    record["requestParameters"] = request;
    record
}

/// The paths that are an object in one document and a scalar in another.
fn conflicts(table: &Table, records: &[Value]) -> Vec<String> {
    fn note(path: &str, value: &Value, seen: &mut BTreeMap<String, [bool; 2]>) {
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter().for_each(|item| note(path, item, seen)),
            Value::Object(members) => {
                seen.entry(path.to_owned()).or_default()[0] = true;
                members
                    .iter()
                    .for_each(|(name, value)| note(&format!("{path}/{name}"), value, seen));
            }
            _ => seen.entry(path.to_owned()).or_default()[1] = true,
        }
    }
    let mut seen = BTreeMap::new();
    for record in records {
        note("", &document(table, record.clone()), &mut seen);
    }
    seen.into_iter().filter(|(_, shapes)| *shapes == [true; 2]).map(|(path, _)| path).collect()
}

/// Those outside of the catch-alls, in which there may be any shapes.
fn named_conflicts(table: &Table, records: &[Value]) -> Vec<String> {
    let mut found = conflicts(table, records);
    found.retain(|path| !path.split('/').nth(1).is_some_and(|root| root.ends_with("_rest")));
    found
}

/// Whether what is above a rule's path has the same name in every document.
fn keeps_its_place(rule: &Rule, table: &Table, proposed: &[Rule]) -> bool {
    let is_above = |other: &&Rule| rule.path.starts_with(&format!("{}.", other.path));
    !table.rules().chain(proposed).filter(is_above).any(|other| other.keeps != Keeps::Object)
}

fn corpus() -> Vec<Value> {
    vec![
        request("aservice", "PutThing", json!({"thing": {"name": "a"}, "list": [{"x": 1}]})),
        request("aservice", "GetThing", json!({"thing": {"name": "b"}})),
        request("bservice", "DeleteThing", json!({"thing": {"name": {"first": "b"}}})),
        request("zservice", "OldThing", json!({"thing": "b", "list": ["x"]})),
        request("zservice", "OldThing", json!({"thing": "c"})),
        request("yservice", "OlderThing", json!({"thing": "c"})),
        request("zservice", "OldThing", json!({"thing": "d"})),
    ]
}

#[test]
fn the_shape_of_most_operations_keeps_the_name_and_the_reason_says_who_sent_which() {
    let rows = suggested(&shipped(), &corpus());
    let rules = rules(&rows);
    let paths: Vec<_> = rules.iter().map(|rule| (rule.path.as_str(), rule.keeps)).collect();
    assert_eq!(
        paths,
        [
            ("requestParameters.list", Keeps::Object),
            ("requestParameters.list.x", Keeps::Scalar),
            ("requestParameters.thing", Keeps::Object),
            ("requestParameters.thing.name", Keeps::Scalar),
            ("requestParameters.thing.name.first", Keeps::Scalar),
        ],
        "{rows}"
    );
    assert_eq!(
        rules[2].reason,
        "An object in 3 events (aservice, bservice; such as aservice GetThing), \
         a scalar in 4 events (yservice, zservice; such as yservice OlderThing)"
    );
    assert_eq!(rules[0].reason.matches("1 event (").count(), 2, "{}", rules[0].reason);
}

#[test]
fn the_rules_settle_what_they_were_proposed_for_and_nothing_is_left_to_propose() {
    let records = corpus();
    assert_eq!(conflicts(&shipped(), &records).len(), 3);
    let table = with(&suggested(&shipped(), &records));
    assert_eq!(conflicts(&table, &records), Vec::<String>::new());
    assert_eq!(suggested(&table, &records), "");
    for (path, shape) in [
        ("requestParameters.list", Shape::Object),
        ("requestParameters.list.x", Shape::Scalar),
        ("requestParameters.list_zservice", Shape::Scalar),
        ("requestParameters.thing", Shape::Object),
        ("requestParameters.thing.name", Shape::Scalar),
        ("requestParameters.thing.name_bservice.first", Shape::Scalar),
        ("requestParameters.thing_yservice", Shape::Scalar),
        ("requestParameters.thing_zservice", Shape::Scalar),
    ] {
        assert_eq!((shipped().shape_of(path), table.shape_of(path)), (None, Some(shape)), "{path}");
    }
    for record in &records {
        assert!(document(&shipped(), record.clone()).get("requestParameters_rest").is_some());
        assert_eq!(document(&table, record.clone()).get("requestParameters_rest"), None);
    }
    let old = document(&table, records[3].clone());
    assert_eq!(old["requestParameters"], json!({"thing_zservice": "b", "list_zservice": ["x"]}));
    // What was not seen has no name, and is held to the same shape.
    let unseen = document(&table, request("xservice", "NewThing", json!({"thing": 7})));
    assert_eq!(unseen["requestParameters"], json!({}));
    assert_eq!(unseen["requestParameters_rest"], json!({"thing": 7}));
}

#[test]
fn what_the_table_settles_is_not_proposed() {
    let conflict = |table: &Table| {
        suggested(
            table,
            &[
                from("kms", json!({"additionalEventData": "Grant ID: 1", "apiVersion": "1"})),
                from("s3", json!({"additionalEventData": {"x": 1}, "apiVersion": {"a": 1}})),
                from("s3", json!({"requestParameters": {"omitted": true, "reason": "large"}})),
                from("s3", json!({"responseElements": null, "resources": []})),
            ],
        )
    };
    assert_eq!(conflict(&shipped()), "");
}

#[test]
fn a_rule_for_some_services_stays_in_force_and_the_proposed_one_is_for_the_others() {
    let own = "[[rule]]\npath = \"requestParameters.thing\"\nkeeps = \"nothing\"\n\
               otherwise = \"drop\"\nservices = [\"zservice\"]\nreason = \"own\"\n";
    let table = Table::with(own, "own.toml").unwrap();
    let rows = suggested(&table, &corpus());
    let rule =
        rules(&rows).into_iter().find(|rule| rule.path == "requestParameters.thing").unwrap();
    assert_eq!(rule.services, ["yservice"], "{rows}");
    let both = with(&(own.to_owned() + &rows));
    assert_eq!(conflicts(&both, &corpus()), Vec::<String>::new());
    assert_eq!(document(&both, corpus()[3].clone())["requestParameters"].get("thing"), None);
}

#[test]
fn below_a_name_that_is_each_services_own_a_rule_is_for_that_service() {
    let data = |service: &str, name: &str, value: Value| {
        from(service, json!({"eventName": name, "additionalEventData": {"x": value}}))
    };
    let records = [
        data("aservice", "One", json!({"y": 1})),
        data("aservice", "Two", json!("text")),
        data("bservice", "Three", json!("text")),
    ];
    assert_eq!(conflicts(&shipped(), &records), ["/additionalEventData_rest/x"]);
    let rows = suggested(&shipped(), &records);
    let rules: Vec<_> =
        rules(&rows).into_iter().map(|rule| (rule.path, rule.keeps, rule.services)).collect();
    let services = vec!["aservice".to_owned()];
    assert_eq!(
        rules,
        [
            ("additionalEventData.x".to_owned(), Keeps::Object, services.clone()),
            ("additionalEventData.x.y".to_owned(), Keeps::Scalar, services),
        ]
    );
    let made = records.map(|record| document(&with(&rows), record));
    assert_eq!(made[0]["additionalEventData_aservice"], json!({"x": {"y": 1}}));
    assert_eq!(made[1]["additionalEventData_aservice"], json!({"x_aservice": "text"}));
    assert_eq!(made[2]["additionalEventData_rest"], json!({"x": "text"}));
    assert!(made[..2].iter().all(|made| made.get("additionalEventData_rest").is_none()));
}

fn refusal(path: &str, reason: &str) -> Rejection {
    let (kind, reason) = ("mapper_parsing_exception".to_owned(), reason.replace("PATH", path));
    Rejection { status: 400, kind, reason, path: Some(path.to_owned()) }
}

const WANTS_OBJECT: &str =
    "object mapping for [PATH] tried to parse field [x] as object, but found";
const REFUSES: &str = "failed to parse field [PATH] of type [long] in document with id";

/// The rows for letters, seen in this order and the other way round.
fn from_letters(letters: &[(&Value, Rejection)]) -> String {
    let rows = |letters: &mut dyn Iterator<Item = &(&Value, Rejection)>| {
        let table = shipped();
        let mut suggest = Suggest::new(&table);
        letters.for_each(|(record, refusal)| suggest.refused(&event((*record).clone()), refusal));
        suggest.toml()
    };
    let forth = rows(&mut letters.iter());
    assert_eq!(forth, rows(&mut letters.iter().rev()));
    forth
}

#[test]
fn a_refusal_teaches_the_rule_that_a_repair_would_learn() {
    let text = request("zservice", "OldThing", json!({"thing": "b"}));
    let object = request("aservice", "PutThing", json!({"thing": {"name": 1}}));
    let path = "requestParameters.thing";

    let rule = only(&from_letters(&[(&text, refusal(path, WANTS_OBJECT))]));
    assert_eq!((rule.path.as_str(), rule.keeps), (path, Keeps::Object));
    assert_eq!(rule.services, ["zservice"]);
    assert!(
        rule.reason.contains("1 event (zservice; such as zservice OldThing)"),
        "{}",
        rule.reason
    );

    let rule = only(&from_letters(&[(&object, refusal(path, REFUSES))]));
    assert_eq!((rule.keeps, rule.services), (Keeps::Scalar, vec!["aservice".to_owned()]));
    let rule = only(&from_letters(&[(&text, refusal(path, REFUSES))]));
    assert_eq!(rule.keeps, Keeps::Nothing);
    // Indices of different minds, and one service: no shape is taken everywhere.
    let other = request("zservice", "OtherThing", json!({"thing": {"name": 1}}));
    let both = [(&text, refusal(path, WANTS_OBJECT)), (&other, refusal(path, REFUSES))];
    let rows = from_letters(&both);
    let first = rules(&rows).remove(0);
    assert_eq!((first.keeps, first.services), (Keeps::Nothing, vec!["zservice".to_owned()]));
    let made = document(&with(&rows), text);
    assert_eq!(made["requestParameters"], json!({"thing_zservice": "b"}));
    let made = document(&with(&rows), other);
    assert_eq!(made["requestParameters"], json!({"thing_zservice": "{\"name\":1}"}));
}

#[test]
fn what_an_index_has_decides_between_two_shapes_that_were_sent() {
    let text = request("zservice", "OldThing", json!({"thing": "b"}));
    let objects = ["One", "Two"].map(|name| request("aservice", name, json!({"thing": {"a": 1}})));
    let path = "requestParameters.thing";
    let letters = [
        (&text, refusal("x", "y")),
        (&objects[0], refusal(path, REFUSES)),
        (&objects[1], refusal("x", "y")),
    ];
    let rule = only(&from_letters(&letters));
    assert_eq!((rule.path.as_str(), rule.keeps), (path, Keeps::Scalar));
    assert_eq!(rule.services, ["aservice"]);
}

fn mapping(properties: &Value) -> Value {
    json!({"cloudtrail-2026.01": {"mappings": {"properties": properties}}})
}

fn from_mapping(answer: &Value, records: &[Value]) -> String {
    let table = shipped();
    let mut suggest = Suggest::new(&table);
    for record in records {
        suggest.event(&event(record.clone()));
    }
    assert!(suggest.mapping(answer), "{answer}");
    suggest.toml()
}

#[test]
fn an_index_of_the_own_template_needs_no_rules() {
    for catch_all in [CatchAll::Flattened, CatchAll::FlatObject, CatchAll::Terms] {
        let own = template(catch_all, &IndexPattern::new("cloudtrail").unwrap(), &shipped());
        let answer = json!({"a": {"mappings": own["template"]["mappings"]}, "b": {"mappings": {}}});
        assert_eq!(from_mapping(&answer, &[]), "");
    }
}

#[test]
fn where_a_mapping_contradicts_the_table_documents_are_made_to_fit() {
    let foreign = mapping(&json!({
        "userAgent": {"properties": {"name": {"type": "keyword"}}},
        "tlsDetails": {"type": "keyword"},
        "readOnly": {"type": "boolean"},
        "eventTime": {"type": "date"},
        "awsRegion": {"type": "keyword"},
        "resources": {"type": "nested"},
        "recipientAccountId": {"type": "long"},
        "requestParameters": {"properties": {
            "unknown": {"type": "long"}, "maxResults": {"type": "long"}, "when": {"type": "date", "ignore_malformed": true},
            "enabled": {"type": "boolean"}, "name": {"type": "text"},
            "off": {"type": "object", "enabled": false},
        }},
        "additionalEventData_s3": {"type": "keyword"},
        "additionalEventData_kms": {"type": "text"},
    }));
    let rows = from_mapping(&foreign, &[]);
    let found: BTreeMap<String, Keeps> =
        rules(&rows).into_iter().map(|rule| (rule.path, rule.keeps)).collect();
    let expected = BTreeMap::from(
        [
            ("additionalEventData", Keeps::Nothing),
            ("recipientAccountId", Keeps::Nothing),
            ("requestParameters.maxResults", Keeps::Nothing),
            ("requestParameters.enabled", Keeps::Scalar),
            ("tlsDetails", Keeps::Scalar),
            ("userAgent", Keeps::Object),
        ]
        .map(|(path, keeps)| (path.to_owned(), keeps)),
    );
    assert_eq!(found, expected, "{rows}");
    let mut record = request(
        "s3",
        "PutObject",
        json!({"maxResults": "many", "enabled": "perhaps", "name": "a"}),
    );
    record["userAgent"] = json!("aws-cli/2.0");
    record["tlsDetails"] = json!({"tlsVersion": "TLSv1.3"});
    record["recipientAccountId"] = json!("123456789012");
    record["additionalEventData"] = json!({"x": 1});
    let made = document(&with(&rows), record);
    for (path, value) in [
        ("/record_rest/userAgent", json!("aws-cli/2.0")),
        ("/tlsDetails_rest/tlsVersion", json!("TLSv1.3")),
        ("/record_rest/recipientAccountId", json!("123456789012")),
        ("/requestParameters_rest/maxResults", json!("many")),
        ("/requestParameters_rest/enabled", json!("perhaps")),
        ("/requestParameters/name", json!("a")),
        ("/additionalEventData_s3", json!("{\"x\":1}")),
    ] {
        assert_eq!(made.pointer(path), Some(&value), "{path}: {made}");
    }
    assert!(rows.contains("keep to the type long in the index cloudtrail-2026.01"), "{rows}");
}

#[test]
fn indices_that_differ_leave_neither_shape_the_name() {
    let answer = json!({
        "a": {"mappings": {"properties": {"userAgent": {"type": "keyword"}}}},
        "b": {"mappings": {"properties": {"userAgent": {"type": "object"}}}},
    });
    let rule = only(&from_mapping(&answer, &[]));
    assert_eq!((rule.path.as_str(), rule.keeps), ("userAgent", Keeps::Nothing));
    assert!(
        rule.reason.contains("an object in the index b, a scalar in the index a"),
        "{}",
        rule.reason
    );
}

#[test]
fn an_unknown_field_follows_the_mapping_where_an_event_contradicts_it() {
    let answer = mapping(&json!({"requestParameters": {"properties": {
        "thing": {"type": "keyword"}, "list": {"type": "object"}, "calm": {"type": "keyword"},
    }}}));
    let record =
        request("aservice", "One", json!({"thing": {"a": 1}, "list": [{"b": 1}], "calm": 1}));
    let rule = only(&from_mapping(&answer, &[record]));
    assert_eq!((rule.path.as_str(), rule.keeps), ("requestParameters.thing", Keeps::Scalar));
    assert!(
        rule.reason.starts_with(
            "The documents do not keep to a scalar in the index cloudtrail-2026.01: an object in 1 event"
        ),
        "{}",
        rule.reason
    );
}

#[test]
fn paths_of_one_shape_are_counted_and_not_proposed() {
    let table = shipped();
    let mut suggest = Suggest::new(&table);
    for thing in [json!({"a": 1, "b": [{"c": "x"}, {}]}), json!({"a": 2, "b": []})] {
        let known = json!({"thing": thing, "maxResults": 5});
        suggest.event(&event(request("aservice", "PutThing", known)));
    }
    assert_eq!((suggest.toml().as_str(), suggest.unnamed()), ("", 2));
    let rows = "[[rule]]\npath = \"requestParameters.thing.a\"\nkeeps = \"scalar\"\n\
                otherwise = \"move\"\nreason = \"own\"\n";
    let table = with(rows);
    let mut suggest = Suggest::new(&table);
    suggest.event(&event(request("aservice", "PutThing", json!({"thing": {"a": 1}}))));
    assert_eq!(suggest.unnamed(), 0);
}

#[test]
fn what_is_no_mapping_is_told_apart() {
    let table = shipped();
    for other in
        [json!({}), json!([]), json!({"a": 1}), json!({"a": {"mappings": 1}}), json!({"error": {}})]
    {
        assert!(!Suggest::new(&table).mapping(&other), "{other}");
    }
}

/// Values below a few names, so that they meet each other in all shapes.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => any::<u8>().prop_map(|number| json!(number)),
        1 => Just(Value::Null),
        1 => Just(json!("HIDDEN_DUE_TO_SECURITY_REASONS")),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            3 => prop::collection::btree_map(name(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "c", "value", "attribute", "instancesSet", "policy"])
        .prop_map(str::to_owned)
}

fn record() -> impl Strategy<Value = Value> {
    let members = prop::collection::btree_map(name(), tree(), 0..4);
    let sections = select(vec!["requestParameters", "additionalEventData", "tlsDetails"]);
    let services = select(vec!["s3", "ec2", "kms", "aservice"]);
    (members, sections, services, select(vec!["One", "Two", "Three"])).prop_map(
        |(members, section, service, name)| {
            let members: serde_json::Map<_, _> = members.into_iter().collect();
            from(service, json!({"eventName": name, section: members}))
        },
    )
}

/// The fields of an index that somebody else has shaped.
fn properties() -> impl Strategy<Value = Value> {
    let leaf =
        select(vec!["keyword", "text", "long", "object"]).prop_map(|kind| json!({"type": kind}));
    let fields = leaf.prop_recursive(3, 12, 4, |inner| {
        prop::collection::btree_map(name(), inner, 1..4)
            .prop_map(|fields| json!({"properties": fields}))
    });
    let sections = select(vec!["requestParameters", "additionalEventData_s3", "tlsDetails"]);
    let fields = prop::collection::btree_map(sections, fields, 1..4);
    (fields, select(vec!["keyword", "object"])).prop_map(|(mut fields, aside)| {
        // For what is moved there is no third name, where a type does not fit.
        fields.insert("tlsDetails_ec2", json!({"type": aside}));
        if fields.get("additionalEventData_s3").is_some_and(|field| field["type"] == "long") {
            fields.remove("additionalEventData_s3");
        }
        json!(fields)
    })
}

/// The paths of a document that an index with these fields would refuse.
fn misfits(path: &str, document: &Value, fields: &Value) -> Vec<String> {
    let Value::Object(members) = document else { return Vec::new() };
    let below = |(name, value): (&String, &Value)| {
        let (field, path) = (&fields[name], format!("{path}/{name}"));
        let items = match value {
            Value::Array(_) => flat(value),
            one => vec![one],
        };
        let misfit = |item: &&&Value| match field {
            Value::Null => false,
            _ if item.is_null() => false,
            _ if field["type"] == "long" => !item.is_number(),
            _ if field["type"] == "object" || field.get("properties").is_some() => {
                !item.is_object()
            }
            _ => item.is_object(),
        };
        let mut found: Vec<String> = items.iter().filter(misfit).map(|_| path.clone()).collect();
        found.extend(items.iter().flat_map(|item| misfits(&path, item, &field["properties"])));
        found
    };
    members.iter().flat_map(below).collect()
}

fn flat(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        one => vec![one],
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_order_gives_the_same_text_and_the_rules_leave_no_path_two_shapes(
        (records, shuffled) in prop::collection::vec(record(), 1..12)
            .prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle()))
    ) {
        let table = shipped();
        let rows = suggested(&table, &records);
        prop_assert_eq!(&rows, &suggested(&table, &shuffled));
        let ruled = with(&rows);
        prop_assert_eq!(suggested(&ruled, &records), "", "{}", rows);
        prop_assert_eq!(named_conflicts(&ruled, &records), Vec::<String>::new(), "{}", rows);
        let rules = rules(&rows);
        for rule in rules.iter().filter(|rule| keeps_its_place(rule, &table, &rules)) {
            let shape = if rule.keeps == Keeps::Object { Shape::Object } else { Shape::Scalar };
            prop_assert_eq!(ruled.shape_of(&rule.path), Some(shape), "{}\n{}", rule.path, rows);
        }
    }

    #[test]
    fn events_and_a_mapping_give_rules_with_which_the_documents_fit_it(
        records in prop::collection::vec(record(), 1..6), fields in properties()
    ) {
        let rows = from_mapping(&mapping(&fields), &records);
        let ruled = with(&rows);
        for record in &records {
            let made = document(&ruled, record.clone());
            prop_assert_eq!(misfits("", &made, &fields), Vec::<String>::new(), "{}\n{}", made, rows);
        }
        prop_assert_eq!(named_conflicts(&ruled, &records), Vec::<String>::new(), "{}", rows);
    }
}
