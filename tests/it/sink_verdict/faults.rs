//! Every engine's words about a document's own fault.

use super::*;

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
