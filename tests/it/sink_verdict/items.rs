//! What an engine says of documents that it took, has already, or cannot take.

use super::*;

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
