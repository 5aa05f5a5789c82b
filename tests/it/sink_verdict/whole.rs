//! Answers that are about a request as a whole.

use super::*;

#[derive(Debug, PartialEq)]
enum Class {
    Retry,
    Split,
    Refused,
}

/// Whatever it says of each: if it does not say it of these documents, one for one, it says nothing.
#[test]
fn an_answer_that_is_not_of_the_request_decides_nothing() {
    let created = |operation: &str, id: &str| json!({ operation: { "_id": id, "status": 201 } });
    let (zero, one) = (created("create", "0"), created("create", "1"));
    let mut both = zero.clone();
    both["index"] = json!({ "status": 201 });
    let table = [
        ("too few", json!([zero])),
        ("none", json!([])),
        ("too many", json!([zero, one, one])),
        ("swapped", json!([one, zero])),
        ("one twice", json!([zero, zero])),
        ("of another id", json!([zero, created("create", "2")])),
        ("of another operation", json!([zero, created("index", "1")])),
        ("of two operations", json!([both, one])),
        ("of no operation", json!([zero, {}])),
        // By number they are right, by position they are not.
        ("an empty one among them", json!([zero, {}, one])),
        ("no object", json!([zero, 1])),
        ("without a status", json!([zero, { "create": { "_id": "1" } }])),
        ("with a status that is none", json!([zero, { "create": { "_id": "1", "status": -1 } }])),
        ("no list", json!({})),
    ];
    for (name, items) in table {
        let body = json!({ "took": 1, "errors": false, "items": items }).to_string();
        assert_eq!(class(&read(200, &body, 2, 100)), Class::Retry, "{name}");
    }
    for body in ["", "[]", "null", "<html>", r#"{"errors":false}"#, r#"{"took":1,"items":[{"cr"#] {
        assert_eq!(class(&read(200, body, 2, 100)), Class::Retry, "{body}");
    }
    // A closed index gives no id, and an alias or a data stream the index behind it.
    let open = json!({ "items": [
        { "create": { "_index": ".ds-x-000001", "_id": "0", "_type": "_doc", "status": 201 } },
        { "create": { "_index": "i", "_id": null, "status": 409, "error": { "type": "version_conflict_engine_exception" } } },
    ] });
    assert_eq!(
        read(200, &open.to_string(), 2, 100),
        Outcome::Items(vec![Decision::Created, Decision::Exists])
    );
}

fn class(outcome: &Outcome) -> Class {
    match outcome {
        Outcome::Retry { .. } => Class::Retry,
        Outcome::Split(_) => Class::Split,
        Outcome::Refused(_) => Class::Refused,
        Outcome::Items(_) => panic!("{outcome:?}"),
    }
}

/// What the engines say of a request as a whole.
const WHOLE: [(u16, &str, &str, Class); 10] = [
    (400, "parse_exception", "request body is required", Class::Retry),
    (
        400,
        "illegal_argument_exception",
        "The bulk request must be terminated by a newline [\\n]",
        Class::Split,
    ),
    (
        400,
        "json_parse_exception",
        "Unrecognized token 'nope': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        Class::Split,
    ),
    (
        400,
        "illegal_argument_exception",
        "Malformed action/metadata line [1], expected one of [create, delete, index, update] but found [insert]",
        Class::Split,
    ),
    (
        400,
        "action_request_validation_exception",
        "Validation Failed: 1: index is missing;",
        Class::Split,
    ),
    (
        500,
        "illegal_state_exception",
        "There are no ingest nodes in this cluster, unable to forward request to an ingest node.",
        Class::Retry,
    ),
    (
        503,
        "cluster_block_exception",
        "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];",
        Class::Retry,
    ),
    (
        401,
        "security_exception",
        "missing authentication credentials for REST request [/_bulk]",
        Class::Refused,
    ),
    (
        401,
        "security_exception",
        "unable to authenticate with provided credentials and anonymous access is not allowed for this request",
        Class::Refused,
    ),
    (
        403,
        "security_exception",
        "action [indices:data/write/bulk] is unauthorized for user [joe] with effective roles [x]",
        Class::Refused,
    ),
];

#[test]
fn every_engine_s_words_about_a_whole_request() {
    for (status, kind, reason, expected) in WHOLE {
        let error = json!({ "root_cause": [], "type": kind, "reason": reason });
        let body = json!({ "error": error, "status": status }).to_string();
        assert_eq!(class(&read(status, &body, 2, 100)), expected, "{body}");
    }
}

#[test]
fn whole_requests() {
    let blocked = r#"{"error":{"root_cause":[],"type":"cluster_block_exception","reason":"blocked by: [FORBIDDEN/13/cluster read-only / allow delete (api)];"},"status":403}"#;
    let pressure = |operation: u64, most: u64| {
        format!(
            r#"{{"error":{{"type":"rejected_execution_exception","reason":"rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes={operation}, max_coordinating_and_primary_bytes={most}]"}},"status":429}}"#
        )
    };
    let breaker = r#"{"error":{"type":"circuit_breaking_exception","reason":"[in_flight_requests] Data too large, data for [<http_request>] would be [80156/78.2kb], which is larger than the limit of [10240/10kb]","bytes_wanted":80156,"durability":"TRANSIENT"},"status":429}"#;
    let table: [(u16, &str, usize, Class); 26] = [
        (413, "", 100, Class::Split),
        (413, "<html>nginx</html>", 100, Class::Split),
        (429, &pressure(40_338, 10_240), 40_000, Class::Split),
        (429, &pressure(9_288, 409_600), 400_000, Class::Split),
        (429, &pressure(9_288, 53_687_091), 9_000, Class::Retry),
        (429, breaker, 80_000, Class::Split),
        (429, breaker, 900, Class::Retry),
        (429, "", 100, Class::Retry),
        (502, "<html>", 100, Class::Retry),
        (503, "OpenSearch Security not initialized.", 100, Class::Retry),
        (504, "", 100, Class::Retry),
        (500, r#"{"error":"x","status":500}"#, 100, Class::Retry),
        (408, "", 100, Class::Retry),
        (404, "<html>default backend</html>", 100, Class::Retry),
        (400, "<html>bad gateway</html>", 100, Class::Retry),
        (403, r#"{"message":"Request throttled due to too many requests"}"#, 100, Class::Retry),
        (
            400,
            r#"{"error":{"type":"action_request_validation_exception","reason":"Validation Failed: 1: id [i] is too long"},"status":400}"#,
            100,
            Class::Split,
        ),
        (401, "Unauthorized", 100, Class::Refused),
        (403, blocked, 100, Class::Refused),
        (
            403,
            r#"{"Message":"User: anonymous is not authorized to perform: es:ESHttpPost"}"#,
            100,
            Class::Refused,
        ),
        (
            403,
            r#"{"message":"The request signature we calculated does not match the signature you provided."}"#,
            100,
            Class::Refused,
        ),
        (404, r#"{"ok":false,"message":"Unknown resource."}"#, 100, Class::Refused),
        (
            405,
            r#"{"error":"Incorrect HTTP method for uri [/_bulk] and method [POST]","status":405}"#,
            100,
            Class::Refused,
        ),
        (
            406,
            r#"{"error":"Content-Type header [text/plain] is not supported","status":406}"#,
            100,
            Class::Refused,
        ),
        (302, "", 100, Class::Refused),
        (501, "", 100, Class::Refused),
    ];
    for (status, body, plain_bytes, expected) in table {
        assert_eq!(class(&read(status, body, 2, plain_bytes)), expected, "{status} {body}");
    }
    // A document that is alone: too large by the engine's own figures, or not at all.
    assert_eq!(class(&read(429, &pressure(40_338, 10_240), 1, 40_000)), Class::Split);
    assert_eq!(class(&read(429, &pressure(9_288, 409_600), 1, 400_000)), Class::Retry);
}

#[test]
fn a_403_says_whether_it_is_the_permission_or_the_credentials() {
    let body = r#"{"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk] and User [name=nobody, backend_roles=[], requestedTenant=null]"},"status":403}"#;
    assert_eq!(
        read(403, body, 1, 9),
        Outcome::Refused(Refusal::Forbidden {
            permission: "indices:data/write/bulk".into(),
            index: None
        })
    );
    let body = r#"{"message":"The security token included in the request is invalid."}"#;
    assert!(matches!(read(403, body, 1, 9), Outcome::Refused(Refusal::Unauthorized { .. })));
}

/// Elasticsearch 9 counts several times a document's bytes where it writes it, so that the limit may be
/// below what one document takes.
#[test]
fn what_can_never_be_written_for_its_size_is_not_tried_again() {
    let refused = |own: u64| {
        let mut item = error(
            429,
            "es_rejected_execution_exception",
            &format!(
                "rejected execution of primary operation [coordinating_and_primary_bytes=3816451, replica_bytes=0, all_bytes=3816451, primary_operation_bytes={own}, max_primary_bytes=8388608]"
            ),
        );
        item["_id"] = json!("0");
        json!({"items": [{"create": item}]}).to_string()
    };
    assert_eq!(class(&read(200, &refused(15_265_004), 1, 1_900_000)), Class::Split);
    assert!(matches!(
        read(200, &refused(8_000_000), 1, 1_900_000),
        Outcome::Items(decisions) if matches!(decisions[0], Decision::Retry(_))
    ));
}

#[test]
fn all_items_refused_for_the_size_of_the_request_is_a_request_that_is_too_large() {
    let busy = |id: &str| {
        let mut item = error(
            429,
            "es_rejected_execution_exception",
            "rejected execution of coordinating operation [coordinating_and_primary_bytes=402867, replica_bytes=0, all_bytes=402867, coordinating_operation_bytes=9288, max_coordinating_bytes=409600]",
        );
        item["_id"] = json!(id);
        json!({"create": item})
    };
    let all = json!({"items": [busy("0"), busy("1")]}).to_string();
    assert_eq!(class(&read(200, &all, 2, 390_000)), Class::Split);
    let some = json!({"items": [busy("0"), {"create": {"_id": "1", "status": 201}}]}).to_string();
    assert!(
        matches!(read(200, &some, 2, 390_000), Outcome::Items(decisions) if decisions[1] == Decision::Created)
    );
}
