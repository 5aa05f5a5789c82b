//! What a user may do at the target, found out without a write.
//!
//! Elasticsearch says it of whoever asks. OpenSearch's security plugin tries a request without carrying it
//! out, from 3.2 on; that it does so is shown by a request that changes nothing, before one is sent that
//! would. An engine without security refuses nobody. Everywhere else it is not known: what was not
//! shown is never taken for allowed.
//!
//! APIs: <https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-has-privileges>,
//! <https://docs.opensearch.org/latest/security/access-control/permissions/>.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::limits::SHORT_ANSWER_BYTES;
use crate::sink::auth::{Auth, guess_aws};
use crate::sink::failure::Failure;
use crate::sink::http::{Http, path_of};
use crate::sink::reason::Cause;
use crate::sink::server::{Product, Server};
use crate::sink::setup;
use crate::sink::verdict::Reply;

/// Whether something is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum May {
    /// It is, and how that was shown.
    Yes(String),
    /// It is not: the permission that is lacking.
    No(String),
    /// Nobody says, and why.
    Unknown(String),
}

/// What a load needs to be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privileges {
    /// To put the index template.
    pub template: May,
    /// To make indices and create documents in them.
    pub documents: May,
}

/// What is wanted, in the names that the target knows.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The template's name.
    pub template: &'a str,
    /// The template.
    pub body: &'a Value,
    /// The indices, with wildcards.
    pub glob: &'a str,
    /// One of them.
    pub index: &'a str,
}

/// Has the security plugin answer whether it would let a request pass, in place of letting it.
const DRY: &str = "perform_permission_check=true";

impl Privileges {
    fn both(may: May) -> Self {
        Self { template: may.clone(), documents: may }
    }

    /// Asks.
    pub async fn ask(http: &Http, server: &Server, wanted: &Wanted<'_>) -> Self {
        // A policy of the domain's may refuse what its engine does not.
        let is_policed = matches!(http.auth(), Auth::None) && guess_aws(http.host()).is_some();
        if is_policed || matches!(http.auth(), Auth::SigV4(_)) {
            let why = "IAM decides when it is written, and does not say before";
            return Self::both(May::Unknown(why.to_owned()));
        }
        match server.product {
            Product::Elasticsearch | Product::ElasticServerless => {
                elasticsearch(http, wanted).await
            }
            Product::OpenSearch => opensearch(http, wanted).await,
            Product::AossServerless => {
                Self::both(May::Unknown("a collection does not say it before".to_owned()))
            }
        }
    }
}

async fn elasticsearch(http: &Http, wanted: &Wanted<'_>) -> Privileges {
    let asked = json!({
        "cluster": ["manage_index_templates"],
        "index": [{ "names": [wanted.glob], "privileges": ["auto_configure", "create_doc"] }],
    });
    let path = "_security/user/_has_privileges";
    match setup::patiently(|| http.get_with(path, asked.to_string())).await {
        Ok(reply) => of_elasticsearch(&reply, wanted.glob),
        Err(failure) => Privileges::both(May::Unknown(failure.into_error(http).to_string())),
    }
}

fn of_elasticsearch(reply: &Reply, glob: &str) -> Privileges {
    #[derive(Deserialize)]
    struct Held {
        cluster: Value,
        index: Value,
    }
    let Ok(held) = serde_json::from_slice::<Held>(&reply.body) else {
        return Privileges::both(without_an_answer(reply));
    };
    let shown = |held: &Value, names: &[&str]| {
        let lacking = names.iter().find(|name| held.get(**name) != Some(&Value::Bool(true)));
        lacking.map_or_else(
            || May::Yes(format!("the engine says so of {}", names.join(" and "))),
            |name| May::No((*name).to_owned()),
        )
    };
    let of_index = held.index.get(glob).unwrap_or(&Value::Null);
    Privileges {
        template: shown(&held.cluster, &["manage_index_templates"]),
        documents: shown(of_index, &["auto_configure", "create_doc"]),
    }
}

/// What it means that nobody knew what to say.
fn without_an_answer(reply: &Reply) -> May {
    let cause = Cause::of_body(&reply.body);
    let words = [
        "no handler found",
        "Security must be explicitly enabled",
        "security is not enabled",
        // Before 8, what no plugin knows is taken for the path of a document.
        "no such index [_security]",
        "no such index [_plugins]",
        "does not support having a body",
    ];
    if matches!(reply.status, 400 | 404 | 405 | 500) && words.iter().any(|words| cause.says(words))
    {
        return May::Yes("the engine has no security, so nobody is refused".to_owned());
    }
    May::Unknown(match cause.permission() {
        Some(permission) => format!("the permission {permission} to ask is lacking"),
        None if cause.reason.is_empty() => format!("the answer was status {}", reply.status),
        None => format!("the answer was status {}: {}", reply.status, cause.reason),
    })
}

async fn opensearch(http: &Http, wanted: &Wanted<'_>) -> Privileges {
    // Changes nothing, whatever the target makes of the question.
    let is_known = is_trial(http.get(&format!("_cluster/health?{DRY}")).await);
    let of_roles = match setup::patiently(|| http.get("_plugins/_security/authinfo")).await {
        Ok(reply) => of_roles(&reply),
        Err(failure) => May::Unknown(failure.into_error(http).to_string()),
    };
    match of_roles {
        May::Unknown(_) if is_known => by_trial(http, wanted).await,
        may => Privileges::both(may),
    }
}

/// Whether the target has said what it would do, and not done it.
fn is_trial(answer: Result<Reply, Failure>) -> bool {
    answer.is_ok_and(|reply| serde_json::from_slice::<Trial>(&reply.body).is_ok())
}

/// Only where a trial has shown itself to be one.
async fn by_trial(http: &Http, wanted: &Wanted<'_>) -> Privileges {
    let path = format!("_index_template/{}?{DRY}", path_of(wanted.template));
    let template = dry(http.put(&path, wanted.body.to_string()).await);
    let index = path_of(wanted.index);
    let bulk = json!({ "create": { "_index": wanted.index, "_id": "trailhaul-check" } });
    let lines = format!("{bulk}\n{{}}\n");
    let bulk = dry(http.post(&format!("_bulk?{DRY}"), lines, SHORT_ANSWER_BYTES).await);
    let create =
        dry(http.put(&format!("{index}/_create/trailhaul-check?{DRY}"), "{}".to_owned()).await);
    let make = dry(http.put(&format!("{index}?{DRY}"), "{}".to_owned()).await);
    let lacking = [bulk, create, make].into_iter().find(|may| !matches!(may, May::Yes(_)));
    let documents = lacking.unwrap_or_else(|| {
        let why = "a trial finds nothing lacking, but cannot ask for indices:data/write/bulk[s]";
        May::Unknown(why.to_owned())
    });
    Privileges { template, documents }
}

/// The answer of a trial.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trial {
    access_allowed: bool,
    missing_privileges: Vec<String>,
}

/// What a trial says.
fn dry(answer: Result<Reply, Failure>) -> May {
    match answer {
        Ok(reply) => match serde_json::from_slice::<Trial>(&reply.body) {
            Ok(trial) if trial.access_allowed => May::Yes("a trial is let through".to_owned()),
            Ok(trial) => May::No(trial.missing_privileges.join(", ")),
            Err(_) => without_an_answer(&reply),
        },
        Err(failure) => May::Unknown(failure.reason),
    }
}

/// What the roles say that a user has: of one alone is it known what it allows.
fn of_roles(reply: &Reply) -> May {
    #[derive(Deserialize)]
    struct Who {
        roles: Vec<String>,
    }
    match serde_json::from_slice::<Who>(&reply.body) {
        Ok(who) if who.roles.iter().any(|role| role == "all_access") => {
            May::Yes("the user has the role all_access".to_owned())
        }
        Ok(_) => May::Unknown("this version does not say what a user may do".to_owned()),
        Err(_) => without_an_answer(reply),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.into(), ..Reply::default() }
    }

    #[test]
    fn elasticsearch_says_what_one_may() {
        let answer = |template, configure, create| {
            let body = json!({ "username": "x", "has_all_requested": false, "application": {},
                "cluster": { "manage_index_templates": template },
                "index": { "ct-*": { "auto_configure": configure, "create_doc": create } } });
            of_elasticsearch(&reply(200, &body.to_string()), "ct-*")
        };
        let all = answer(true, true, true);
        assert!(matches!((all.template, all.documents), (May::Yes(_), May::Yes(_))));
        assert_eq!(answer(false, true, true).template, May::No("manage_index_templates".into()));
        assert_eq!(answer(true, false, true).documents, May::No("auto_configure".into()));
        assert_eq!(answer(true, true, false).documents, May::No("create_doc".into()));
        let none = of_elasticsearch(&reply(200, r#"{"cluster":{},"index":{}}"#), "ct-*");
        assert!(matches!((none.template, none.documents), (May::No(_), May::No(_))));
    }

    #[test]
    fn without_security_nobody_is_refused_and_any_other_answer_shows_nothing() {
        let error =
            |reason: &str| json!({ "error": { "type": "x", "reason": reason } }).to_string();
        let plain = |reason: &str| json!({ "error": reason }).to_string();
        let cases = [
            (400, plain("no handler found for uri [/_security/user/_has_privileges]"), true),
            (500, error("Security must be explicitly enabled when using a [basic] license"), true),
            (404, error("no such index [_security]"), true),
            (403, error("no permissions for [cluster:x] and User [name=x]"), false),
            (200, "<html>Sign in</html>".to_owned(), false),
            (200, "{}".to_owned(), false),
            (404, "<html>not found</html>".to_owned(), false),
            (200, error("no handler found"), false),
        ];
        for (status, body, shown) in cases {
            let may = without_an_answer(&reply(status, &body));
            assert_eq!(matches!(may, May::Yes(_)), shown, "{status} {body}: {may:?}");
            assert!(!matches!(may, May::No(_)));
        }
    }

    #[test]
    fn a_trial_is_one_only_when_it_says_so() {
        let may = |body: &str| dry(Ok(reply(200, body)));
        assert!(matches!(may(r#"{"accessAllowed":true,"missingPrivileges":[]}"#), May::Yes(_)));
        let refused = may(r#"{"accessAllowed":false,"missingPrivileges":["a","b"]}"#);
        assert_eq!(refused, May::No("a, b".into()));
        for body in [r#"{"acknowledged":true}"#, r#"{"status":"green"}"#, ""] {
            assert!(matches!(may(body), May::Unknown(_)), "{body}");
        }
    }

    #[test]
    fn of_a_role_alone_is_known_what_it_allows() {
        let may = |body: &str| of_roles(&reply(200, body));
        assert!(matches!(may(r#"{"roles":["own_index","all_access"]}"#), May::Yes(_)));
        assert!(matches!(may(r#"{"roles":["loader"]}"#), May::Unknown(_)));
        assert!(matches!(may("{}"), May::Unknown(_)));
    }
}
