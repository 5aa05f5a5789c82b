//! What needs no names: keys, depths, arrays, and what trailhaul adds to a record.

use serde_json::{Value, json};
use trailhaul::event::{Lookup, Ticket};
use trailhaul::normalize::{IndexPattern, Normalizer, Table, service_of};

use super::{document, event, from};

fn table() -> Table {
    Table::shipped().unwrap()
}

#[test]
fn a_document_is_one_line_with_its_time_and_what_lookup_says() {
    let mut event =
        event(json!({"eventID": "x", "note": "two\nlines", "@timestamp": 1, "lookup": 2}));
    event.lookup = Some(Lookup {
        username: Some("alice".to_owned()),
        resources: vec![
            (Some("AWS::S3::Bucket".to_owned()), Some("example".to_owned())),
            (None, Some("key".to_owned())),
        ],
    });
    let normalizer =
        Normalizer::new(table().into(), IndexPattern::new("cloudtrail-%Y.%m").unwrap());
    assert_eq!(normalizer.body(&event), normalizer.document(event.clone(), TICKET).body);
    let document = normalizer.document(event, TICKET);
    assert_eq!(&*document.index, "cloudtrail-2026.02");
    assert!(!document.body.contains('\n'));
    let body: Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!(
        body,
        json!({
            "@timestamp": "2026-02-03T04:05:06Z",
            "eventID": "x",
            "note": "two\nlines",
            "field_@timestamp": 1,
            "field_lookup": 2,
            "lookup": {
                "Username": "alice",
                "Resources": [
                    {"ResourceType": "AWS::S3::Bucket", "ResourceName": "example"},
                    {"ResourceName": "key"},
                ],
            },
        })
    );
}

const TICKET: Ticket = Ticket { region: 0, page: 0 };

#[test]
fn an_empty_lookup_adds_nothing() {
    let mut event = event(json!({}));
    event.lookup = Some(Lookup::default());
    let normalizer = Normalizer::new(table().into(), IndexPattern::new("ct").unwrap());
    assert_eq!(normalizer.body(&event), r#"{"@timestamp":"2026-02-03T04:05:06Z"}"#);
}

#[test]
fn keys_that_clean_to_one_name_are_all_kept() {
    let found = document(
        &table(),
        json!({"s": {"a.b": 1, "a_b": 2, "a\u{0}b": 3, "": 4, " ": 5}, "_id": 6, "field_id": 7}),
    );
    assert_eq!(found["s"], json!({"a_b": 2, "a_b_2": 3, "a_b_3": 1, "_empty": 4, "_empty_2": 5}));
    assert_eq!((&found["field_id"], &found["field_id_2"]), (&json!(7), &json!(6)));
}

#[test]
fn a_section_that_is_left_out_has_a_clean_name_too() {
    let note = json!({ "omitted": true, "originalSize": 1 });
    let found = document(&table(), json!({ "a.b\u{0}": note, "_id": note }));
    assert_eq!((&found["a_b__omitted"], &found["field_id_omitted"]), (&note, &note));
}

#[test]
fn scalars_beside_objects_are_wrapped_in_arrays_of_arrays_too() {
    let found =
        document(&table(), json!({"s": {"m": [{"a": 1}, 2, [3, null], []], "n": [1, "x"]}}));
    assert_eq!(found["s"]["m"], json!([{"a": 1}, {"value": 2}, [{"value": 3}, null], []]));
    assert_eq!(found["s"]["n"], json!([1, "x"]));
}

#[test]
fn what_is_nested_too_deep_becomes_its_text() {
    let nest = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({ "k": inner }));
    let objects = document(&table(), json!({ "s": nest(18) }));
    let (mut inner, mut levels) = (&objects["s"], 0);
    while inner.is_object() {
        inner = &inner["k"];
        levels += 1;
    }
    assert_eq!((levels, inner), (17, &json!("{\"k\":1}")));

    let arrays = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let found = document(&table(), json!({ "a": arrays })).to_string();
    assert!(found.contains(&format!("{}\"{}1", "[".repeat(18), "[".repeat(22))), "{found}");
    let of_objects = (0..40).fold(json!({"x": 1}), |inner, _| json!([inner]));
    let found = document(&table(), json!({ "a": of_objects })).to_string();
    assert!(found.contains("[{\"value\":\"[["), "{found}");
}

#[test]
fn long_values_stay_whole() {
    let text = "é".repeat(40_000);
    let digits: Value = serde_json::from_str(&"9".repeat(1001)).unwrap();
    let found = document(&table(), json!({"s": {"text": text, "digits": digits, "exact": 1.50}}));
    assert_eq!(found["s"]["text"], json!(text));
    assert_eq!(found["s"]["digits"], json!("9".repeat(1001)));
    let exact: Value = serde_json::from_str(r#"{"s":{"n":12345678901234567890123.4500}}"#).unwrap();
    assert!(document(&table(), exact).to_string().contains("12345678901234567890123.4500"));
}

#[test]
fn a_service_is_named_fit_for_a_field() {
    for (source, expected) in [
        ("s3.amazonaws.com", "s3"),
        ("s3-outposts.amazonaws.com", "s3-outposts"),
        ("app.example.com", "app_example_com"),
        ("", "unknown"),
    ] {
        assert_eq!(service_of(source), expected);
    }
    let found = document(&table(), from("a.b", json!({"apiVersion": "1"})));
    assert_eq!(found["apiVersion_a_b"], json!("1"));
}
