//! Which product answers, in which version.
//!
//! A probe says two things before the first event is read: that the target can be reached with these
//! credentials, and what it can do. It decides nothing from a version that it was not told: a user who
//! may not ask is given the benefit of the doubt, with a warning.

use std::fmt;

use serde::Deserialize;

use crate::limits;
use crate::sink::auth::guess_aws;
use crate::sink::error::{Refusal, SinkError};
use crate::sink::http::Http;
use crate::sink::reason::{self, Cause};
use crate::sink::setup;
use crate::sink::verdict::Reply;

/// The family that a target is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Elasticsearch, or Amazon's domains of it up to 7.10.
    Elasticsearch,
    /// OpenSearch, or Amazon's domains of it.
    OpenSearch,
    /// Elastic Cloud Serverless.
    ElasticServerless,
    /// Amazon OpenSearch Serverless.
    AossServerless,
}

/// What the target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The family.
    pub product: Product,
    /// Major and minor version, where they mean something and are known.
    pub version: Option<(u32, u32)>,
    /// For people: `OpenSearch 3.8.0`.
    pub name: String,
    /// What a person should know about how this was found out.
    pub warning: Option<String>,
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

#[derive(Deserialize)]
struct Root {
    version: Version,
    tagline: Option<String>,
}

#[derive(Deserialize)]
struct Version {
    number: String,
    distribution: Option<String>,
    build_flavor: Option<String>,
}

impl Server {
    /// Asks the target what it is.
    pub async fn probe(http: &Http) -> Result<Self, SinkError> {
        // Serverless collections have no `GET /`.
        if guess_aws(http.host()).is_some_and(|host| host.service == "aoss") {
            let name = "Amazon OpenSearch Serverless".to_owned();
            return Ok(Self {
                product: Product::AossServerless,
                version: None,
                name,
                warning: None,
            });
        }
        let reply =
            setup::patiently(|| http.get("")).await.map_err(|failure| failure.into_error(http))?;
        Self::read(&reply, http.shown())
    }

    /// Whether composable index templates are there; they came with Elasticsearch 7.8.
    pub fn has_index_templates(&self) -> bool {
        self.product != Product::Elasticsearch
            || self.version.is_none_or(|version| version >= (7, 8))
    }

    /// Reads the answer to `GET /`.
    pub fn read(reply: &Reply, url: &str) -> Result<Self, SinkError> {
        let cause = || Cause::of_body(&reply.body);
        let told = |cause: &Cause| match cause.reason.as_str() {
            "" => format!("status {}", reply.status),
            reason => format!("status {}: {reason}", reply.status),
        };
        let refused = |refusal| Err(SinkError::Refused { url: url.to_owned(), refusal });
        match reply.status {
            200 => Self::recognize(reply, url),
            401 => refused(Refusal::Unauthorized { reason: told(&cause()) }),
            403 => Ok(Self::assumed(reply, &cause())),
            429 | 500..=599 => Err(SinkError::NoConnection {
                url: url.to_owned(),
                problem: format!("it is not ready ({}); try again when it is", told(&cause())),
            }),
            _ => Err(SinkError::NotAnEngine { url: url.to_owned(), reason: told(&cause()) }),
        }
    }

    /// A user who may write but not ask. An AWS signature that is wrong is told by the first write.
    fn assumed(reply: &Reply, cause: &Cause) -> Self {
        let product = if reply.elastic { Product::Elasticsearch } else { Product::OpenSearch };
        let name = if reply.elastic { "Elasticsearch" } else { "OpenSearch" };
        let lacking = cause.permission().unwrap_or_else(|| cause.reason.clone());
        Self {
            product,
            version: None,
            name: format!("{name} of unknown version"),
            warning: Some(format!(
                "the target does not say what it is (403, {lacking}); {name} is assumed"
            )),
        }
    }

    fn recognize(reply: &Reply, url: &str) -> Result<Self, SinkError> {
        let Ok(root) = serde_json::from_slice::<Root>(&reply.body) else {
            let content = reply.content_type.as_deref().unwrap_or("no content type");
            let reason = format!("it answers GET / with {content} and no version");
            return Err(SinkError::NotAnEngine { url: url.to_owned(), reason });
        };
        let version = root.version;
        let number = reason::redact(&version.number, limits::CAUSE_CHARS);
        let mut parts = number.split('.').map(|part| part.parse().ok());
        let pair = parts.next().flatten().zip(parts.next().flatten());
        let tagline = root.tagline.unwrap_or_default();
        let (product, pair, name) = if version.build_flavor.as_deref() == Some("serverless") {
            // Its number says nothing about what it can do.
            (Product::ElasticServerless, None, "Elastic Cloud Serverless".to_owned())
        } else if version.distribution.as_deref() == Some("opensearch")
            || tagline.contains("OpenSearch")
        {
            (Product::OpenSearch, pair, format!("OpenSearch {number}"))
        } else if reply.elastic || tagline == "You Know, for Search" {
            (Product::Elasticsearch, pair, format!("Elasticsearch {number}"))
        } else {
            let reason = format!("it calls itself {:?}", version.distribution.unwrap_or(tagline));
            return Err(SinkError::NotAnEngine { url: url.to_owned(), reason });
        };
        Ok(Self { product, version: pair, name, warning: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            content_type: Some("text/html".to_owned()),
            body: body.into(),
            ..Reply::default()
        }
    }

    #[test]
    fn products_are_told_apart() {
        let table = [
            (
                r#"{"version":{"distribution":"opensearch","number":"3.8.0"},"tagline":"The OpenSearch Project: https://opensearch.org/"}"#,
                Product::OpenSearch,
                Some((3, 8)),
                "OpenSearch 3.8.0",
            ),
            (
                r#"{"version":{"number":"7.10.2","build_flavor":"unknown"},"tagline":"You Know, for Search"}"#,
                Product::Elasticsearch,
                Some((7, 10)),
                "Elasticsearch 7.10.2",
            ),
            (
                r#"{"version":{"number":"9.5.3","build_flavor":"default"},"tagline":"You Know, for Search"}"#,
                Product::Elasticsearch,
                Some((9, 5)),
                "Elasticsearch 9.5.3",
            ),
            (
                r#"{"version":{"number":"8.11.0","build_flavor":"serverless"},"tagline":"You Know, for Search"}"#,
                Product::ElasticServerless,
                None,
                "Elastic Cloud Serverless",
            ),
        ];
        for (body, product, version, name) in table {
            let server = Server::read(&reply(200, body), "http://x").unwrap();
            assert_eq!(
                (server.product, server.version, server.name.as_str()),
                (product, version, name)
            );
            assert!(server.has_index_templates() && server.warning.is_none());
        }
        let old = r#"{"version":{"number":"7.7.1"},"tagline":"You Know, for Search"}"#;
        assert!(!Server::read(&reply(200, old), "http://x").unwrap().has_index_templates());
    }

    #[test]
    fn what_is_no_engine_is_told() {
        let table = [
            (200, "<html>welcome</html>", "it is no Elasticsearch or OpenSearch"),
            (200, r#"{"ok":true}"#, "it is no Elasticsearch or OpenSearch"),
            (404, "<html>not found</html>", "status 404: <html>not found</html>"),
            (401, "Unauthorized", "the credentials are not accepted (status 401: Unauthorized)"),
            (503, "OpenSearch Security not initialized.", "it is not ready (status 503"),
        ];
        for (status, body, expected) in table {
            let error = Server::read(&reply(status, body), "http://x").unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn who_may_not_ask_may_still_write() {
        let body = r#"{"error":{"type":"security_exception","reason":"no permissions for [cluster:monitor/main] and User [name=nobody]"},"status":403}"#;
        let server = Server::read(&reply(403, body), "http://x").unwrap();
        assert_eq!(server.product, Product::OpenSearch);
        assert!(server.warning.unwrap().contains("cluster:monitor/main"));
    }
}
