//! Questions to an index, for a report. Nothing is written.
//!
//! An answer is whole or an error: parts of an index that do not answer would make its sums too small,
//! and nobody would see it.

use serde_json::Value;

use crate::limits;
use crate::sink::error::{Refusal, SinkError};
use crate::sink::http::{Http, path_of};
use crate::sink::reason::Cause;
use crate::sink::setup;
use crate::sink::verdict::Reply;

const WHOLE: &str =
    "ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false";

/// Has all that was written be found. Gives why that cannot be done, which is no reason not to ask: what
/// is found is right, and an engine looks for the newest by itself within a second.
pub async fn refresh(http: &Http, indices: &str) -> Result<(), String> {
    let path =
        format!("{}/_refresh?ignore_unavailable=true&allow_no_indices=true", path_of(indices));
    let reply = setup::patiently(|| http.post(&path, String::new(), limits::REPORT_ANSWER_BYTES));
    let reply = reply.await.map_err(|failure| failure.into_error(http).to_string())?;
    if (200..300).contains(&reply.status) {
        return Ok(());
    }
    let cause = Cause::of_body(&reply.body);
    Err(cause.permission().map_or_else(
        || format!("status {} to a refresh", reply.status),
        |permission| format!("the permission {permission} is lacking"),
    ))
}

/// The answer to a search in the indices that match.
pub async fn ask(http: &Http, indices: &str, body: &Value) -> Result<Value, SinkError> {
    let path = format!("{}/_search?{WHOLE}", path_of(indices));
    let text = body.to_string();
    let reply = setup::patiently(|| http.post(&path, text.clone(), limits::REPORT_ANSWER_BYTES));
    read(&reply.await.map_err(|failure| failure.into_error(http))?, http.shown(), indices)
}

/// Gives every row of the aggregation `rows` to `take`; `page` makes the search for those behind the last
/// one of the page before.
pub async fn rows(
    http: &Http,
    indices: &str,
    page: impl Fn(Option<&Value>) -> Value,
    take: &mut dyn FnMut(&Value),
) -> Result<(), SinkError> {
    let mut after: Option<Value> = None;
    loop {
        let mut answer = ask(http, indices, &page(after.as_ref())).await?;
        let rows = answer.pointer("/aggregations/rows/buckets").and_then(Value::as_array);
        rows.into_iter().flatten().for_each(&mut *take);
        // The last page has none.
        match answer.pointer_mut("/aggregations/rows/after_key").map(Value::take) {
            Some(key) if after.as_ref() != Some(&key) => after = Some(key),
            _ => return Ok(()),
        }
    }
}

/// Gives every document to `take`, in the order of the search; `page` makes the search as for [`rows`].
pub async fn hits(
    http: &Http,
    indices: &str,
    page: impl Fn(Option<&Value>) -> Value,
    take: &mut dyn FnMut(&Value),
) -> Result<(), SinkError> {
    let mut after: Option<Value> = None;
    loop {
        let answer = ask(http, indices, &page(after.as_ref())).await?;
        let hits = answer.pointer("/hits/hits").and_then(Value::as_array);
        hits.into_iter().flatten().for_each(&mut *take);
        match hits.and_then(|hits| hits.last()?.get("sort").cloned()) {
            Some(sort) if after.as_ref() != Some(&sort) => after = Some(sort),
            _ => return Ok(()),
        }
    }
}

fn read(reply: &Reply, url: &str, indices: &str) -> Result<Value, SinkError> {
    let refused = |refusal| Err(SinkError::Unsearchable { url: url.to_owned(), refusal });
    let cause = Cause::of_body(&reply.body);
    let index = indices.to_owned();
    match reply.status {
        200 => match serde_json::from_slice::<Value>(&reply.body) {
            Ok(answer) if answer.get("hits").is_some() => match unanswered(&answer) {
                None => Ok(answer),
                Some(reason) => refused(Refusal::NoAnswer { index, reason }),
            },
            _ => {
                let reason = "no answer to a search".to_owned();
                refused(Refusal::Unexpected { status: 200, reason })
            }
        },
        401 => refused(Refusal::Unauthorized { reason: format!("status 401: {}", cause.reason) }),
        403 => {
            let permission = cause.permission();
            let permission = permission.unwrap_or_else(|| format!("to search ({})", cause.reason));
            refused(Refusal::Forbidden { permission, index: Some(index) })
        }
        404 if cause.kind != "index_not_found_exception" => {
            refused(Refusal::Unexpected { status: 404, reason: cause.reason })
        }
        404 => refused(Refusal::NoAnswer { index, reason: "it does not exist".to_owned() }),
        status => {
            let reason = format!("status {status}: {}", cause.reason);
            refused(Refusal::NoAnswer { index, reason })
        }
    }
}

/// What kept a part of the index from answering.
fn unanswered(answer: &Value) -> Option<String> {
    if answer.get("timed_out") == Some(&Value::Bool(true)) {
        return Some("it took too long".to_owned());
    }
    let shards = answer.get("_shards")?;
    let number = |name| shards.get(name).and_then(Value::as_u64).unwrap_or_default();
    let failed = number("failed");
    (failed > 0).then(|| format!("{failed} of its {} shards do not answer", number("total")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Value, String> {
        let reply = Reply { status, body: body.into(), ..Reply::default() };
        read(&reply, "http://x", "cloudtrail-*").map_err(|error| error.to_string())
    }

    #[test]
    fn an_answer_of_a_part_of_an_index_is_none() {
        let whole = r#"{"timed_out":false,"_shards":{"total":2,"failed":0},"hits":{}}"#;
        assert!(answer(200, whole).is_ok());
        for (part, said) in [
            (whole.replace("\"failed\":0", "\"failed\":1"), "1 of its 2 shards do not answer"),
            (whole.replace("false", "true"), "it took too long"),
            ("<html>".to_owned(), "no answer to a search"),
        ] {
            let error = answer(200, &part).unwrap_err();
            assert!(error.starts_with("search http://x: ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_refusal_is_named_with_a_next_step() {
        let forbidden = r#"{"error":{"type":"security_exception","reason":"no permissions for [indices:data/read/search] and User [name=x]"},"status":403}"#;
        let text = r#"{"error":{"type":"search_phase_execution_exception","reason":"all shards failed","caused_by":{"type":"illegal_argument_exception","reason":"Fielddata is disabled on text fields"}},"status":400}"#;
        for (status, body, said, step) in [
            (403, forbidden, "the permission indices:data/read/search is lacking", "grant it"),
            (401, "Unauthorized", "the credentials are not accepted", "check --auth"),
            (400, text, "Fielddata is disabled", "check --index and --layout"),
        ] {
            let error = answer(status, body).unwrap_err();
            assert!(error.contains(said) && error.contains(step), "{error}");
        }
    }
}
