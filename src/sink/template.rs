//! The index template, put in place before the first write.
//!
//! Before: the first document of an index fixes its mapping, and a template that comes after it
//! changes nothing. Putting it twice is harmless. Who may not put it can do without where an
//! administrator has: it is asked for then, and has to be as it is wanted.

pub mod rivals;
mod standing;

use serde_json::{Map, Value};

use crate::sink::error::{Refusal, SinkError};
use crate::sink::http::{Http, path_of};
use crate::sink::indices;
use crate::sink::reason::Cause;
use crate::sink::server::Server;
use crate::sink::setup::{self, Installed};
use crate::sink::verdict::Reply;

/// What [`lack`] says where there is no template of the name.
pub const NOT_THERE: &str = standing::NOT_THERE;

/// Puts a composable index template, or what is the same to an Elasticsearch that has none yet.
pub async fn install(
    http: &Http,
    server: &Server,
    name: &str,
    body: &Value,
) -> Result<(), SinkError> {
    let (path, body) = place(server, name, body);
    let reply = setup::patiently(|| http.put(&path, body.to_string()))
        .await
        .map_err(|failure| failure.into_error(http))?;
    let Err(error) = read(&reply, http.shown(), Installed::Template, name) else { return Ok(()) };
    let SinkError::Refused { url, refusal: Refusal::Forbidden { permission, .. } } = error else {
        return Err(error);
    };
    let there =
        setup::patiently(|| http.get(&path)).await.map_err(|failure| failure.into_error(http))?;
    match standing::lack(&there, name, &body) {
        None => {
            tracing::info!(name, "the index template is in place, put by somebody else");
            Ok(())
        }
        Some(lack) => {
            let refusal = Refusal::NoTemplate { permission, name: name.to_owned(), lack };
            Err(SinkError::Refused { url, refusal })
        }
    }
}

/// What is wrong with the template of this name that stands at the target; nothing if it is as this body
/// wants it.
pub async fn lack(
    http: &Http,
    server: &Server,
    name: &str,
    body: &Value,
) -> Result<Option<String>, SinkError> {
    let (path, body) = place(server, name, body);
    let there = setup::patiently(|| http.get(&path)).await;
    Ok(standing::lack(&there.map_err(|failure| failure.into_error(http))?, name, &body))
}

/// All templates that stand at the target, as far as [`rivals`] looks at them; or why they cannot be seen.
pub async fn all(http: &Http, server: &Server) -> Result<Value, String> {
    let path = if server.has_index_templates() {
        let of = "index_templates.index_template";
        format!(
            "_index_template?filter_path=index_templates.name,{of}.index_patterns,{of}.priority,{of}.data_stream"
        )
    } else {
        "_template?filter_path=*.index_patterns,*.order".to_owned()
    };
    indices::ask(http, &path).await
}

/// Where a template of this name stands, and in which form.
fn place(server: &Server, name: &str, body: &Value) -> (String, Value) {
    let path = path(server, name);
    (path, if server.has_index_templates() { body.clone() } else { legacy(body) })
}

/// Where a template of this name stands.
pub fn path(server: &Server, name: &str) -> String {
    let kind = if server.has_index_templates() { "_index_template" } else { "_template" };
    format!("{kind}/{}", path_of(name))
}

/// What the answer to a template or a pipeline says.
pub(super) fn read(reply: &Reply, url: &str, what: Installed, name: &str) -> Result<(), SinkError> {
    let cause = Cause::of_body(&reply.body);
    let url = url.to_owned();
    let refused = |refusal| Err(SinkError::Refused { url: url.clone(), refusal });
    let status = reply.status;
    match status {
        200..=299 if is_of_an_engine(&reply.body) => Ok(()),
        200..=299 => {
            let reason = format!(
                "it answers {status} without saying that it has taken it; look for a proxy that answers in its place"
            );
            Err(what.error(url, name, reason))
        }
        401 => refused(Refusal::Unauthorized { reason: format!("status 401: {}", cause.reason) }),
        403 if cause.kind == "cluster_block_exception" => {
            refused(Refusal::Blocked { index: None, reason: cause.reason })
        }
        403 => {
            let unnamed = || format!("to put the {} {name} ({})", what.noun(), cause.reason);
            let permission = cause.permission().unwrap_or_else(unnamed);
            refused(Refusal::Forbidden { permission, index: None })
        }
        _ => {
            let reason =
                if cause.reason.is_empty() { format!("status {status}") } else { cause.reason };
            Err(what.error(url, name, reason))
        }
    }
}

/// Without the template, the first documents would fix another mapping for good. An engine whose nodes
/// are slow acknowledges nothing, and has it all the same.
fn is_of_an_engine(body: &[u8]) -> bool {
    let said = serde_json::from_slice::<Value>(body).unwrap_or_default();
    said.get("acknowledged").is_some_and(Value::is_boolean)
}

/// The form before Elasticsearch 7.8: the parts of `template` at the top, and `order` for `priority`.
fn legacy(body: &Value) -> Value {
    let mut legacy = Map::new();
    if let Some(Value::Object(parts)) = body.get("template") {
        legacy.extend(parts.clone());
    }
    for (composable, name) in
        [("index_patterns", "index_patterns"), ("priority", "order"), ("version", "version")]
    {
        if let Some(value) = body.get(composable) {
            legacy.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(legacy)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &str) -> Result<(), String> {
        let reply = Reply { status, body: body.into(), ..Reply::default() };
        read(&reply, "http://x", Installed::Template, "cloudtrail")
            .map_err(|error| error.to_string())
    }

    #[test]
    fn answers_become_sentences() {
        assert_eq!(answer(200, r#"{"acknowledged":true}"#), Ok(()));
        assert_eq!(answer(200, r#"{"acknowledged":false}"#), Ok(()));
        for body in ["<html>Sign in</html>", "", "{}", r#"{"acknowledged""#] {
            assert!(answer(200, body).unwrap_err().contains("without saying that it has taken it"));
        }
        let forbidden = r#"{"error":{"type":"security_exception","reason":"no permissions for [indices:admin/index_template/put] and User [name=reader, backend_roles=[], requestedTenant=null]"},"status":403}"#;
        assert!(
            answer(403, forbidden)
                .unwrap_err()
                .contains("the permission indices:admin/index_template/put is lacking")
        );
        let unknown = r#"{"error":{"type":"illegal_argument_exception","reason":"composable template [bad] template after composition is invalid","caused_by":{"type":"illegal_argument_exception","reason":"invalid composite mappings for [bad]","caused_by":{"type":"mapper_parsing_exception","reason":"Failed to parse mapping [_doc]: No handler for type [flattened] declared on field [a]"}}},"status":400}"#;
        let reply = Reply { status: 400, body: unknown.into(), ..Reply::default() };
        let error = read(&reply, "http://x", Installed::Template, "cloudtrail").unwrap_err();
        assert!(
            error.is_unknown_field_type()
                && error
                    .to_string()
                    .starts_with("install the index template cloudtrail at http://x: ")
        );
        assert!(
            answer(401, "Unauthorized").unwrap_err().contains("the credentials are not accepted")
        );
    }

    #[test]
    fn the_old_form_has_the_same_parts() {
        let body = json!({"index_patterns": ["cloudtrail-*"], "priority": 200, "_meta": {"by": "x"},
            "template": {"settings": {"index.mapping.total_fields.limit": 5000}, "mappings": {"dynamic": true}}});
        assert_eq!(
            legacy(&body),
            json!({"index_patterns": ["cloudtrail-*"], "order": 200,
                "settings": {"index.mapping.total_fields.limit": 5000}, "mappings": {"dynamic": true}})
        );
    }
}
