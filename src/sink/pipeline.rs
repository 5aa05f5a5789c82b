//! An ingest pipeline, put in place for shippers that send to it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::sink::error::SinkError;
use crate::sink::http::Http;
use crate::sink::setup::{self, Installed};
use crate::sink::template;

/// Puts it; one that is there under the name is replaced.
pub async fn install(http: &Http, name: &str, body: &Value) -> Result<(), SinkError> {
    let path = format!("_ingest/pipeline/{name}");
    let reply = setup::patiently(|| http.put(&path, body.to_string()))
        .await
        .map_err(|failure| failure.into_error(http))?;
    template::read(&reply, http.shown(), Installed::Pipeline, name)
}

#[derive(Deserialize)]
struct Nodes {
    nodes: BTreeMap<String, Node>,
}

#[derive(Deserialize)]
struct Node {
    ingest: Option<Ingest>,
}

#[derive(Deserialize)]
struct Ingest {
    processors: Vec<Processor>,
}

#[derive(Deserialize)]
struct Processor {
    r#type: String,
}

/// The types of processors that every node has on which pipelines run; none where the target does not say:
/// the user may not ask, or it has no such call.
pub async fn processors(http: &Http) -> Result<Option<BTreeSet<String>>, SinkError> {
    let reply = setup::patiently(|| http.get("_nodes/ingest"))
        .await
        .map_err(|failure| failure.into_error(http))?;
    Ok(if reply.status == 200 { told(&reply.body) } else { None })
}

fn told(body: &[u8]) -> Option<BTreeSet<String>> {
    let nodes: Nodes = serde_json::from_slice(body).ok()?;
    let of = |ingest: Ingest| -> BTreeSet<_> {
        ingest.processors.into_iter().map(|processor| processor.r#type).collect()
    };
    let of_nodes = nodes.nodes.into_values().filter_map(|node| node.ingest).map(of);
    of_nodes.reduce(|all, one| &all & &one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_node_has_counts() {
        let body = br#"{"nodes": {
            "a": {"ingest": {"processors": [{"type": "set"}, {"type": "geoip"}]}},
            "b": {"name": "takes no documents"},
            "c": {"ingest": {"processors": [{"type": "set"}]}}
        }}"#;
        assert_eq!(told(body), Some(BTreeSet::from(["set".to_owned()])));
        assert_eq!(told(br#"{"nodes": {}}"#), None);
        assert_eq!(told(b"no answer"), None);
    }
}
