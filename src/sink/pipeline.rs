//! An ingest pipeline, put in place for shippers that send to it.

use serde_json::Value;

use crate::sink::error::SinkError;
use crate::sink::http::Http;
use crate::sink::{setup, template};

/// Puts it; one that is there under the name is replaced.
pub async fn install(http: &Http, name: &str, body: &Value) -> Result<(), SinkError> {
    let path = format!("_ingest/pipeline/{name}");
    let reply = setup::patiently(|| http.put(&path, body.to_string()))
        .await
        .map_err(|failure| failure.into_error(http))?;
    template::read(&reply, http.shown(), name).map_err(|error| match error {
        SinkError::Template { url, name, reason } => SinkError::Pipeline { url, name, reason },
        other => other,
    })
}
