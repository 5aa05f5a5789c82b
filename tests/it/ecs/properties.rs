//! What must hold for any record whatever.

use proptest::prelude::*;
use serde_json::{Value, json};
use trailhaul::normalize::Copies;

use super::{document, ecs, event};
use crate::normalize::properties::{number_leaves, record};

const SECTIONS: [&str; 4] =
    ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"];

/// Records with members that rows know, in any shape.
fn any_record() -> impl Strategy<Value = Value> {
    let known = prop::sample::select(vec![
        "userIdentity",
        "tlsDetails",
        "resources",
        "insightDetails",
        "sourceIPAddress",
        "userAgent",
        "eventName",
        "errorCode",
        "readOnly",
        "eventTime",
        "addendum",
    ]);
    let shapes = prop_oneof![
        Just(
            json!({"arn": "a", "type": "AssumedRole", "sessionContext": {"sessionIssuer": {"userName": "x"}}})
        ),
        Just(json!([{"ARN": "a", "x": {"y": "z"}}, "b"])),
        Just(json!(["a", ["b", {"c": "d"}]])),
        Just(json!("-")),
        Just(json!(7)),
        Just(json!({"a\u{0}b": "c", "": {"": "d"}})),
    ];
    (record(), prop::collection::btree_map(known, shapes, 0..5)).prop_map(|(mut record, more)| {
        for (name, value) in more {
            record[name] = value;
        }
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_depends_on_its_own_event_alone(one in any_record(), two in any_record()) {
        let forth = [document(one.clone()), document(two.clone())];
        let back = [document(two), document(one)];
        prop_assert_eq!(&forth[0], &back[1]);
        prop_assert_eq!(&forth[1], &back[0]);
    }

    #[test]
    fn no_content_of_an_event_is_lost_but_what_is_not_kept(mut record in any_record()) {
        let mut count = 0;
        number_leaves(&mut record, &mut count);
        for names in ["request,response,additional,details", "request.text", "request.flattened", "none"] {
            let ecs = ecs().with_copies(Copies::named(names.split(',')).unwrap());
            let found = Value::Object(ecs.document(&event(record.clone()))).to_string();
            let mut wanted = record.clone();
            for section in SECTIONS {
                let name = section.trim_end_matches("Parameters").trim_end_matches("Elements");
                let name = name.trim_end_matches("EventData").replace("serviceEventDetails", "details");
                if !names.contains(&name) {
                    wanted.as_object_mut().unwrap().remove(section);
                }
            }
            let wanted = wanted.to_string();
            for number in 0..count {
                let leaf = format!("leaf-{number}-");
                prop_assert!(
                    !wanted.contains(&leaf) || found.contains(&leaf),
                    "{} is not in {} with --keep {}", leaf, found, names
                );
            }
        }
    }

    /// What stands at a field that an index maps is what the field takes.
    #[test]
    fn typed_fields_have_their_types(record in any_record()) {
        let found = document(record);
        let cloudtrail = &found["aws"]["cloudtrail"];
        prop_assert!(cloudtrail["read_only"].is_null() || cloudtrail["read_only"].is_boolean());
        for name in ["request_parameters", "response_elements", "additional_eventdata"] {
            prop_assert!(cloudtrail[name].is_null() || cloudtrail[name].is_string());
            let flattened = &cloudtrail["flattened"][name];
            let is_list = flattened.as_array().is_some_and(|l| l.iter().all(Value::is_object));
            prop_assert!(flattened.is_null() || flattened.is_object() || is_list, "{}", flattened);
        }
        for path in [["user", "name"], ["event", "action"], ["tls", "version"], ["source", "address"]] {
            prop_assert!(!found[path[0]][path[1]].is_object(), "{}", found);
        }
    }
}
