//! What needs no names: keys, depths, arrays, and what trailhaul adds to a record.

use serde_json::{Value, json};
use trailhaul::event::{Lookup, Ticket};
use trailhaul::normalize::{IndexPattern, Layout, Normalizer, Table, service_of};

use super::{document, event, from};

fn table() -> Table {
    Table::shipped().unwrap()
}

#[test]
fn a_document_is_one_line_with_its_time_and_what_lookup_says() {
    let mut event =
        event(json!({"eventID": "x", "note": "two\nlines", "@timestamp": 1, "lookup": 2}));
    event.lookup = Some(Lookup {
        time: None,
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
            "record_rest": {"note": "two\nlines", "@timestamp": 1, "lookup": 2},
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
    let s = json!({"a_b": 2, "a_b_2": 3, "a_b_3": 1, "_empty": 4, "_empty_2": 5});
    assert_eq!(found["record_rest"], json!({"s": s, "_id": 6, "field_id": 7}));
}

#[test]
fn a_section_that_is_left_out_has_a_clean_name_too() {
    let note = json!({ "omitted": true, "originalSize": 1 });
    let found = document(&table(), json!({ "a.b\u{0}": note, "_id": note }));
    assert_eq!(found["record_rest"], json!({ "a_b_": note, "_id": note }));
}

#[test]
fn scalars_beside_objects_are_wrapped_in_arrays_of_arrays_too() {
    let found =
        document(&table(), json!({"s": {"m": [{"a": 1}, 2, [3, null], []], "n": [1, "x"]}}));
    let found = &found["record_rest"]["s"];
    assert_eq!(found["m"], json!([{"a": 1}, {"value": 2}, [{"value": 3}, null], []]));
    assert_eq!(found["n"], json!([1, "x"]));
}

#[test]
fn what_leaves_an_element_of_a_list_stands_at_its_place() {
    let set = json!([
        {"groupId": "sg-1"}, {"groupId": "sg-2", "new": 2}, {"groupId": {"odd": 3}}, "sg-4", null,
    ]);
    let record = json!({"requestParameters": {"groupSet": {"items": set}}, "resources": [
        {"ARN": "arn:aws:s3:::example"}, {"ARN": "arn:aws:s3:::other", "new": true},
    ]});
    let found = document(&table(), record);
    assert_eq!(
        found["requestParameters"]["groupSet"]["items"],
        json!([{"groupId": "sg-1"}, {"groupId": "sg-2"}, {}, null, null])
    );
    assert_eq!(
        found["requestParameters_rest"]["groupSet"]["items"],
        json!([{}, {"new": 2}, {"groupId": {"odd": 3}}, {"value": "sg-4"}, {}])
    );
    assert_eq!(found["resources_rest"], json!([{}, {"new": true}]));
}

#[test]
fn a_section_that_is_no_object_is_kept_in_the_record_s_catch_all() {
    for value in [json!("text"), json!(["text"]), json!([[{"a": 1}]]), json!([{"a": 1}, null])] {
        let found = document(&table(), json!({ "tlsDetails": value }));
        let kept = [&found["record_rest"]["tlsDetails"], &found["tlsDetails"]];
        assert!(kept.iter().any(|kept| !kept.is_null()), "{found}");
        assert!(found["tlsDetails_rest"].as_array().is_none_or(|l| l.iter().all(Value::is_object)));
        assert!(!found["tlsDetails_rest"].is_string(), "{found}");
    }
}

/// An object that is bytes in disguise has a text's shape, and the field takes `true` and `false` alone.
#[test]
fn what_a_boolean_field_does_not_take_is_not_made_a_text_of() {
    let bytes = json!({
        "hb": [1, -2], "offset": 0, "isReadOnly": false, "bigEndian": true, "nativeByteOrder": false,
    });
    for name in ["readOnly", "managementEvent"] {
        let found = document(&table(), json!({ name: bytes }));
        assert_eq!(found.get(name), None, "{found}");
        assert_eq!(found["record_rest"][name], bytes, "{found}");
    }
}

#[test]
fn a_leaf_that_is_too_long_for_a_catch_all_is_kept_beside_it() {
    let text = "é".repeat(15_990);
    let record =
        json!({"requestParameters": {"new": {"list": [text, "short"]}, "bucketName": text}});
    let found = document(&table(), record);
    assert_eq!(found["requestParameters"]["bucketName"], json!(text), "a keyword says for itself");
    assert_eq!(found["requestParameters_rest"]["new"]["list"], json!([null, "short"]));
    let long = format!("requestParameters.new.list={text}");
    assert_eq!(found["trailhaul"], json!({ "long": [long] }));
    let fits = "x".repeat(32_000 - "requestParameters.new".len());
    let found = document(&table(), json!({"requestParameters": {"new": fits}}));
    assert_eq!(found["requestParameters_rest"]["new"], json!(fits));
    assert_eq!(found.get("trailhaul"), None);
}

#[test]
fn engines_without_a_type_for_it_get_a_list_of_the_leaves() {
    let mut table = table();
    let record = json!({
        "requestParameters": {"new": {"a": [1, {"b": true}, "x"], "n": null}, "bucketName": "example"},
        "other": [{"x": 1.50}, {"x": 1.50}],
    });
    let plain = document(&table, record.clone());
    table.list_terms(true);
    let mut found = document(&table, record);
    let members = found.as_object_mut().unwrap();
    assert_eq!(
        members.remove("requestParameters_rest_terms"),
        Some(json!(["new.a.b=true", "new.a.value=1", "new.a.value=x"]))
    );
    assert_eq!(members.remove("record_rest_terms"), Some(json!(["other.x=1.5"])));
    assert_eq!(found, plain, "and nothing else");
}

#[test]
fn where_sections_are_one_field_they_stand_as_aws_wrote_them() {
    let table = table().with_layout(Layout::Flattened, 5000);
    let sections = json!({
        "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances",
        "requestParameters": {"attribute": {"value": "x"}, "iamInstanceProfile": "web", "a.b": [1]},
        "responseElements": {"omitted": true, "originalSize": 1, "reason": "too large"},
        "additionalEventData": {"x": 1},
    });
    let mut record = sections.clone();
    record["serviceEventDetails"] = json!("text");
    record["userIdentity"] = json!({"type": "Root", "new": 1});
    record["apiVersion"] = json!("2016-11-15");
    let mut found = document(&table, record);
    let members = found.as_object_mut().unwrap();
    members.remove("@timestamp");
    assert_eq!(members.remove("record_rest"), Some(json!({"serviceEventDetails": "text"})));
    assert_eq!(members.remove("userIdentity"), Some(json!({"type": "Root"})));
    assert_eq!(members.remove("userIdentity_rest"), Some(json!({"new": 1})));
    assert_eq!(members.remove("apiVersion_ec2"), Some(json!("2016-11-15")));
    let mut expected = sections;
    expected["requestParameters"] =
        json!({"attribute": {"value": "x"}, "iamInstanceProfile": "web", "a_b": [1]});
    assert_eq!(found, expected);
}

#[test]
fn what_is_nested_too_deep_becomes_its_text() {
    let nest = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({ "k": inner }));
    let objects = document(&table(), json!({ "s": nest(18) }));
    let (mut inner, mut levels) = (&objects["record_rest"]["s"], 0);
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
    assert_eq!(found["trailhaul"]["long"], json!([format!("s.text={text}")]));
    assert_eq!(found["record_rest"]["s"]["digits"], json!("9".repeat(1001)));
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
    assert_eq!(found["record_rest"]["apiVersion"], json!("1"), "no field for an unknown one");
}
