//! The exact answers of Elasticsearch 7.10 to 9.5 and OpenSearch 1.3 to 3.8, and what they mean.

use serde_json::{Value, json};
use trailhaul::event::{Document, Rejection};
use trailhaul::sink::Refusal;
use trailhaul::sink::verdict::{Decision, Outcome, Reply, interpret};

use crate::fake_cluster::documents;

fn read(status: u16, body: &str, sent: usize, plain_bytes: usize) -> Outcome {
    let documents = documents(sent, 9);
    let documents: Vec<&Document> = documents.iter().collect();
    interpret(&Reply { status, body: body.into(), ..Reply::default() }, &documents, plain_bytes)
}

fn one(item: &Value) -> Outcome {
    read(200, &json!({"took": 1, "errors": true, "items": [{"create": item}]}).to_string(), 1, 100)
}

fn error(status: u16, kind: &str, reason: &str) -> Value {
    json!({"_index": "i", "_type": "_doc", "_id": "0", "status": status,
        "error": {"type": kind, "reason": reason, "index": "i", "shard": "0", "index_uuid": "x"}})
}

fn decision(item: &Value) -> Decision {
    match one(item) {
        Outcome::Items(mut decisions) if decisions.len() == 1 => decisions.remove(0),
        other => panic!("{item}: {other:?}"),
    }
}

fn rejection(item: &Value) -> Rejection {
    match decision(item) {
        Decision::Rejected(rejection) => rejection,
        other => panic!("{item}: {other:?}"),
    }
}

#[test]
fn successes() {
    assert_eq!(
        decision(&json!({"_id": "0", "result": "created", "status": 201})),
        Decision::Created
    );
    assert_eq!(decision(&json!({"status": 201})), Decision::Created);
    assert_eq!(
        decision(&json!({"_id": "0", "status": 201, "failure_store": "not_applicable_or_unknown"})),
        Decision::Created
    );
    let conflict = "[0]: version conflict, document already exists (current version [1])";
    assert_eq!(
        decision(&error(409, "version_conflict_engine_exception", conflict)),
        Decision::Exists
    );
}

#[test]
fn successes_that_are_none() {
    assert_eq!(
        rejection(
            &json!({"_id": "0", "status": 201, "result": "created", "failure_store": "used"})
        )
        .kind,
        "failure_store"
    );
    assert_eq!(
        rejection(&json!({"_id": "0", "status": 200, "_version": -4, "result": "noop"})).kind,
        "dropped"
    );
    assert_eq!(
        rejection(&json!({"_id": "0", "status": 201, "error": {"type": "x", "reason": "y"}}))
            .reason,
        "y"
    );
}

#[test]
fn documents_that_are_not_taken_name_the_field() {
    let table = [
        (
            error(
                400,
                "mapper_parsing_exception",
                "object mapping for [o] tried to parse field [o] as object, but found a concrete value",
            ),
            Some("o"),
        ),
        (
            error(
                400,
                "document_parsing_exception",
                "[1:9] object mapping for [obj] tried to parse field [obj] as object, but found a concrete value",
            ),
            Some("obj"),
        ),
        (
            error(400, "illegal_argument_exception", "Limit of total fields [5] has been exceeded"),
            None,
        ),
        (
            error(
                400,
                "strict_dynamic_mapping_exception",
                "[1:16] mapping set to strict, dynamic introduction of [new] within [st] is not allowed",
            ),
            Some("st.new"),
        ),
        (
            error(
                400,
                "illegal_argument_exception",
                "Limit of mapping depth [20] has been exceeded due to object field [n.n]",
            ),
            Some("n.n"),
        ),
        (
            error(
                400,
                "illegal_argument_exception",
                "DocValuesField \"n\" is too large, must be <= 32766",
            ),
            Some("n"),
        ),
        (error(400, "mapper_parsing_exception", "failed to parse, document is empty"), None),
        // An unknown form with an error that is a plain string.
        (json!({"status": 400, "error": "no"}), None),
        (
            json!({"status": 404, "_id": "0", "error": {"type": "document_missing_exception", "reason": "[0]: document missing"}}),
            None,
        ),
    ];
    for (item, path) in table {
        let rejection = rejection(&item);
        assert_eq!(rejection.path.as_deref(), path, "{item}");
        assert_eq!(u64::from(rejection.status), item["status"].as_u64().unwrap());
        assert!(!rejection.reason.is_empty());
    }
    let chained = json!({"_id": "0", "status": 400, "error": {"type": "mapper_parsing_exception", "reason": "failed to parse",
        "caused_by": {"type": "parse_exception", "reason": "The depth of the field has exceeded the allowed limit of [20]. This limit can be set by changing the [index.mapping.depth.limit] index level setting."}}});
    assert!(
        rejection(&chained)
            .reason
            .starts_with("failed to parse: The depth of the field has exceeded")
    );
}

const PARSING: &str = "mapper_parsing_exception";
const PARSING_8: &str = "document_parsing_exception";
const ARGUMENT: &str = "illegal_argument_exception";

/// What the engines say about a document's own fault: the outer type and reason, the inner reason, and
/// the path in them.
const FAULTS: [(&str, &str, &str, Option<&str>); 32] = [
    (
        PARSING,
        "object mapping for [o] tried to parse field [null] as object, but found a concrete value",
        "",
        Some("o"),
    ),
    (
        PARSING,
        "failed to parse field [k] of type [keyword] in document with id 'x'. Preview of field's value: '{y=1}'",
        "Can't get text on a START_OBJECT at 1:7",
        Some("k"),
    ),
    (
        PARSING_8,
        "[1:18] failed to parse field [msg] of type [keyword] in document with id '4'. Preview of field's value: '{sub=1}'",
        "Expected text at 1:9 but found START_OBJECT",
        Some("msg"),
    ),
    (
        PARSING,
        "failed to parse field [l] of type [long] in document with id 'x'. Preview of field's value: '1.0E30'",
        "Numeric value (1e+30) out of range of long (-9223372036854775808 - 9223372036854775807)\n at [Source: REDACTED]",
        Some("l"),
    ),
    (
        PARSING,
        "failed to parse field [l] of type [long] in document with id 'x'. Preview of field's value: 'abc'",
        "For input string: \"abc\"",
        Some("l"),
    ),
    (
        PARSING,
        "failed to parse field [d] of type [date] in document with id 'x'. Preview of field's value: ''",
        "cannot parse empty date",
        Some("d"),
    ),
    (
        PARSING,
        "failed to parse field [b] of type [boolean] in document with id 'x'. Preview of field's value: 'maybe'",
        "Failed to parse value [maybe] as only [true] or [false] are allowed.",
        Some("b"),
    ),
    (
        PARSING,
        "failed to parse field [ip] of type [ip] in document with id 'x'. Preview of field's value: 'cloudtrail.amazonaws.com'",
        "'cloudtrail.amazonaws.com' is not an IP string literal.",
        Some("ip"),
    ),
    (
        PARSING,
        "failed to parse field [_id] of type [_id] in document with id 'x'. Preview of field's value: '1'",
        "Field [_id] is a metadata field and cannot be added inside a document. Use the index API request parameters.",
        Some("_id"),
    ),
    (
        PARSING_8,
        "[1:11] failed to parse field [attrs] of type [flattened] in document with id '8'. Preview of field's value: 'scalar'",
        "Failed to parse object: expecting token of type [START_OBJECT] but found [VALUE_STRING]",
        Some("attrs"),
    ),
    (
        ARGUMENT,
        "mapper [a.b] cannot be changed from type [long] to [ObjectMapper]",
        "",
        Some("a.b"),
    ),
    (ARGUMENT, "can't merge a non object mapping [o] with an object mapping", "", Some("o")),
    (
        PARSING_8,
        "[1:89] failed to parse: Limit of total fields [20] has been exceeded while adding new fields [10]",
        "Limit of total fields [20] has been exceeded while adding new fields [10]",
        None,
    ),
    (
        PARSING,
        "failed to parse",
        "Limit of total fields [20] has been exceeded while adding new fields [10]",
        None,
    ),
    (
        PARSING,
        "failed to parse",
        "The depth of the nested array field has exceeded the allowed limit of [20]. This limit can be set by changing the [index.mapping.depth.limit] index level setting.",
        None,
    ),
    (
        PARSING,
        "failed to parse",
        "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)",
        None,
    ),
    (
        ARGUMENT,
        "Document contains at least one immense term in field=\"k\" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped.",
        "bytes can be at most 32766 in length; got 32767",
        Some("k"),
    ),
    (
        PARSING_8,
        "[1:11] failed to parse field [nopre] of type [keyword] in document with id '7'. Preview of field's value: 'xx'",
        "Document contains at least one immense term in field=\"nopre\" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped.",
        Some("nopre"),
    ),
    (PARSING, "failed to parse", "field name cannot be an empty string", None),
    (PARSING, "failed to parse", "field name cannot contain only the character [.]", None),
    (PARSING, "failed to parse", "Index -1 out of bounds for length 0", None),
    (
        PARSING,
        "failed to parse",
        "object field starting or ending with a [.] makes object resolution ambiguous: [a..b]",
        None,
    ),
    (PARSING, "failed to parse", "object field cannot contain only whitespace: ['a. .b']", None),
    (
        "strict_dynamic_mapping_exception",
        "mapping set to strict, dynamic introduction of [b] within [_doc] is not allowed",
        "",
        Some("b"),
    ),
    (
        PARSING,
        "failed to parse",
        "documents must contain a single-valued timestamp field '@timestamp' of date type",
        None,
    ),
    (
        PARSING_8,
        "[1:8] failed to parse: data stream timestamp field [@timestamp] is missing",
        "data stream timestamp field [@timestamp] is missing",
        None,
    ),
    (PARSING, "failed to parse", "Unexpected end-of-input within/between Object entries", None),
    (PARSING_8, "[1:2] failed to parse: [1:6] Unexpected end of file", "", None),
    (
        PARSING,
        "failed to parse",
        "Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes",
        None,
    ),
    (PARSING, "failed to parse", "Duplicate field 'a'", None),
    (PARSING, "failed to parse", "Invalid UTF-8 start byte 0xff", None),
    (ARGUMENT, "if _id is specified it must not be empty", "", None),
];

#[test]
fn every_engine_s_words_are_a_rejection_with_the_path_that_they_name() {
    for (kind, reason, inner, path) in FAULTS {
        for store in [None, Some("not_enabled"), Some("failed")] {
            let mut item = error(400, kind, reason);
            if !inner.is_empty() {
                item["error"]["caused_by"] = json!({ "type": "inner", "reason": inner });
            }
            if let Some(store) = store {
                item["failure_store"] = json!(store);
            }
            let rejection = rejection(&item);
            assert_eq!((rejection.status, rejection.kind.as_str()), (400, kind), "{item}");
            assert_eq!(rejection.path.as_deref(), path, "{item}");
            let inner = inner.split("\n at [Source").next().unwrap();
            assert!(rejection.reason.contains(inner), "{}", rejection.reason);
        }
    }
}

#[test]
fn what_passes_is_kept_for_another_try() {
    let table = [
        error(
            429,
            "es_rejected_execution_exception",
            "rejected execution of org.elasticsearch.action.support.replication.TransportWriteAction$1@6f645c4a on EsThreadPoolExecutor[name = Node 1/write, queue capacity = 2]",
        ),
        error(
            429,
            "rejected_execution_exception",
            "rejected execution of org.opensearch.action.support.replication.TransportWriteAction$1@71d52bf1 on OpenSearchThreadPoolExecutor[name = Node 1/write, queue capacity = 2]",
        ),
        error(
            429,
            "cluster_block_exception",
            "index [road] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];",
        ),
        error(
            403,
            "cluster_block_exception",
            "index [x] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];",
        ),
        error(
            503,
            "unavailable_shards_exception",
            "[na][0] primary shard is not active Timeout: [1s]",
        ),
        error(500, "mapper_exception", "timed out while waiting for a dynamic mapping update"),
        error(500, "string_index_out_of_bounds_exception", "String index out of range: 0"),
        error(
            503,
            "process_cluster_event_timeout_exception",
            "failed to process cluster event (put-mapping) within 30s",
        ),
        error(
            429,
            "circuit_breaking_exception",
            "[parent] Data too large, data for [indices:data/write/bulk[s]] would be [1/1b], which is larger than the limit of [0/0b]",
        ),
        error(
            408,
            "receive_timeout_transport_exception",
            "[n][127.0.0.1:9300][x] request_id [1] timed out",
        ),
        // Not the conflict that means "it is there".
        error(409, "resource_already_exists_exception", "index [x/abc] already exists"),
        error(400, "resource_already_exists_exception", "index [x/abc] already exists"),
    ];
    for item in table {
        assert!(matches!(decision(&item), Decision::Retry(_)), "{item}");
    }
}

#[test]
fn what_all_others_would_meet_too_ends_the_run() {
    let index = || Some("cloudtrail-2026.11".to_owned());
    let table = [
        (
            error(
                403,
                "cluster_block_exception",
                "index [wb] blocked by: [FORBIDDEN/8/index write (api)];",
            ),
            Refusal::Blocked {
                index: index(),
                reason: "index [wb] blocked by: [FORBIDDEN/8/index write (api)];".into(),
            },
        ),
        (
            error(
                403,
                "cluster_block_exception",
                "index [ro] blocked by: [FORBIDDEN/5/index read-only (api)];",
            ),
            Refusal::Blocked {
                index: index(),
                reason: "index [ro] blocked by: [FORBIDDEN/5/index read-only (api)];".into(),
            },
        ),
        (
            error(
                403,
                "security_exception",
                "no permissions for [indices:data/write/bulk[s], indices:data/write/index] and User [name=partial, backend_roles=[], requestedTenant=null]",
            ),
            Refusal::Forbidden {
                permission: "indices:data/write/bulk[s], indices:data/write/index".into(),
                index: index(),
            },
        ),
        (
            error(
                403,
                "security_exception",
                "action [indices:data/write/index:op_type/create] is unauthorized for user [joe] with effective roles [loader] on indices [ok-1], this action is granted by the index privileges [create,index,write,all]",
            ),
            Refusal::Forbidden {
                permission: "indices:data/write/index:op_type/create".into(),
                index: index(),
            },
        ),
        (
            error(
                404,
                "index_not_found_exception",
                "no such index [auto-no] and [action.auto_create_index] is [false]",
            ),
            Refusal::NoIndex { index: "cloudtrail-2026.11".into() },
        ),
        (
            error(
                400,
                "illegal_argument_exception",
                "Document ID is not supported in create/index operation request",
            ),
            Refusal::NoIds,
        ),
    ];
    for (item, refusal) in table {
        assert_eq!(one(&item), Outcome::Refused(refusal), "{item}");
    }
}

#[test]
fn what_is_lacking_ends_the_run_in_its_rarer_forms_too() {
    let index = || Some("cloudtrail-2026.11".to_owned());
    let table = [
        (
            error(404, "index_not_found_exception", "no such index [dup] and [require_alias] request flag is [true] and [dup] is not an alias"),
            Refusal::NoIndex { index: "cloudtrail-2026.11".into() },
        ),
        (
            error(403, "security_exception", "no permissions for [indices:admin/mapping/put] and User [name=x, backend_roles=[], requestedTenant=null]"),
            Refusal::Forbidden { permission: "indices:admin/mapping/put".into(), index: index() },
        ),
        (
            error(403, "security_exception", "no permissions for [] and User [name=x, backend_roles=[], requestedTenant=null]"),
            Refusal::Forbidden {
                permission: "no permissions for [] and User [name=x, backend_roles=[], requestedTenant=null]".into(),
                index: index(),
            },
        ),
    ];
    for (item, refusal) in table {
        assert_eq!(one(&item), Outcome::Refused(refusal), "{item}");
    }
}

#[test]
fn what_is_wrong_with_an_index_ends_the_run_too() {
    for item in [
        error(
            400,
            "invalid_index_name_exception",
            "Invalid index name [CloudTrail-X], must be lowercase",
        ),
        error(400, "index_closed_exception", "closed"),
        error(
            400,
            "invalid_index_name_exception",
            "Invalid index name [_x], must not start with '_', '-', or '+'",
        ),
        error(
            400,
            "illegal_argument_exception",
            "only write ops with an op_type of create are allowed in data streams",
        ),
        error(
            400,
            "validation_exception",
            "Validation Failed: 1: this action would add [2] total LOCAL_ONLY shards, but this cluster currently has [32]/[1] maximum LOCAL_ONLY shards open;",
        ),
        error(
            400,
            "validation_exception",
            "Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [32]/[1] maximum shards open;",
        ),
        error(
            400,
            "validation_exception",
            "Validation Failed: 1: this action would add [2] shards, but this cluster currently has [26]/[1] maximum normal shards open; for more information",
        ),
        error(
            400,
            "illegal_argument_exception",
            "no write index is defined for alias [al2]. The write index may be explicitly disabled",
        ),
        error(400, "illegal_argument_exception", "pipeline with id [missing] does not exist"),
    ] {
        assert!(matches!(one(&item), Outcome::Refused(Refusal::BadIndex { .. })), "{item}");
    }
}

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
