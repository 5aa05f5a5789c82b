//! What has nothing to do with the document: it is tried again, or ends the run.

use super::*;

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
