//! What a trial writes to the target, and how it is taken away again.

use crate::event::Document;
use crate::sink::bulk::{self, Compression};
use crate::sink::error::{Refusal, SinkError};
use crate::sink::http::{Http, path_of};
use crate::sink::reason::Cause;
use crate::sink::setup;
use crate::sink::verdict::{self, Decision, Outcome};

/// Writes one document as a run writes many, but once: whoever tries it is waiting.
pub async fn write(http: &Http, document: &Document) -> Result<(), SinkError> {
    let payload = bulk::encode(&[document], Compression::default());
    let plain_bytes = payload.plain_bytes;
    let reply = http.bulk(payload).await.map_err(|failure| failure.into_error(http))?;
    let refused = |refusal| Err(SinkError::Refused { url: http.shown().to_owned(), refusal });
    let status = reply.status;
    let reason = match verdict::interpret(&reply, &[document], plain_bytes) {
        Outcome::Refused(refusal) => return refused(refusal),
        Outcome::Retry { reason, .. } => reason,
        Outcome::Split(rejection) => rejection.reason,
        Outcome::Items(decisions) => match decisions.into_iter().next() {
            Some(Decision::Created | Decision::Exists) => return Ok(()),
            Some(Decision::Rejected(rejection) | Decision::Retry(rejection)) => rejection.reason,
            None => "it says nothing of the document".to_owned(),
        },
    };
    refused(Refusal::Unexpected { status, reason })
}

/// Whether nothing stands at a path, as far as this user is told.
pub async fn is_gone(http: &Http, path: &str) -> bool {
    http.get(path).await.is_ok_and(|reply| reply.status == 404)
}

/// Takes an index away, or the data stream that a template made of it; what is not there is no fault.
pub async fn remove_index(http: &Http, index: &str) -> Result<(), String> {
    let index = path_of(index);
    match remove(http, &index).await {
        // It has to be called what it is.
        Err(reason) if reason.contains("data stream") => {
            remove(http, &format!("_data_stream/{index}")).await
        }
        removed => removed,
    }
}

/// Takes away what stands at a path; what is not there is no fault.
pub async fn remove(http: &Http, path: &str) -> Result<(), String> {
    let reply = setup::patiently(|| http.delete(path)).await;
    let reply = reply.map_err(|failure| failure.into_error(http).to_string())?;
    let cause = Cause::of_body(&reply.body);
    match reply.status {
        200..=299 | 404 => Ok(()),
        status => Err(cause.permission().map_or_else(
            || format!("status {status}: {}", cause.reason),
            |permission| format!("the permission {permission} is lacking"),
        )),
    }
}
