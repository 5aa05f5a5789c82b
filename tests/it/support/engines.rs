//! The real engines that `scripts/test` started, and how a test looks into them directly.
//!
//! It talks HTTP by itself, and not through the code under test: what is asserted here must not
//! depend on what is tested. Every helper panics where the engine does not do what is asked;
//! only `get`, `put`, `post` and `request` hand back a refusal, for tests that want one.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::variable;

/// What an engine answers whose memory or whose queue is full for the moment.
const IS_BUSY: [u16; 2] = [429, 503];

/// Documents that one page of [`Engine::search_all`] asks for; 10,000 is the engines' limit.
const PAGE_DOCUMENTS: usize = 2000;

/// The engines without security that run.
///
/// Empty only where `scripts/test` says that engines are skipped.
pub(crate) fn engines() -> Vec<Engine> {
    listed("TRAILHAUL_TEST_ENGINES").split_whitespace().map(Engine::parse).collect()
}

/// One of them by name, for a test of what only this engine has.
pub(crate) fn engine(name: &str) -> Option<Engine> {
    found(engines().into_iter().find(|engine| engine.name == name), name)
}

/// Runs a test on each engine without security, side by side: most of its time, each one waits.
pub(crate) async fn on_every_engine<F>(test: impl Fn(Engine) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut runs: JoinSet<()> = engines().into_iter().map(test).collect();
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
}

/// The engines with security that run, each as its administrator.
pub(crate) fn secured() -> Vec<Secured> {
    listed("TRAILHAUL_TEST_SECURE").lines().map(Secured::parse).collect()
}

/// One of them by name.
pub(crate) fn secured_engine(name: &str) -> Option<Secured> {
    found(secured().into_iter().find(|secured| secured.engine.name == name), name)
}

fn listed(name: &str) -> String {
    variable(name).unwrap_or_else(|| {
        assert!(
            skipping(),
            "{name} is not set: run the tests through scripts/test, which starts the engines, \
             or set TRAILHAUL_TEST_SKIP_ENGINES=1 to leave out what needs them"
        );
        String::new()
    })
}

fn found<T>(engine: Option<T>, name: &str) -> Option<T> {
    assert!(engine.is_some() || skipping(), "the engine {name} is not among those that run");
    engine
}

fn skipping() -> bool {
    variable("TRAILHAUL_TEST_SKIP_ENGINES").is_some()
}

/// A running engine.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    /// As `scripts/engine` calls it.
    pub(crate) name: String,
    /// Without a slash at the end.
    pub(crate) url: String,
    client: Client,
    login: Option<(String, String)>,
}

/// What an engine answered; `body` is null where it is not JSON.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Engine {
    /// Parses `NAME=URL`.
    pub(crate) fn parse(entry: &str) -> Self {
        let (name, url) = entry.split_once('=').expect("NAME=URL");
        let client = client_builder().build().unwrap();
        Self { name: name.to_owned(), url: url.to_owned(), client, login: None }
    }

    /// Whether it is one without a type for a catch-all: it gets the lists of their leaves.
    pub(crate) fn is_old(&self) -> bool {
        ["elasticsearch-7.10", "opensearch-1"].contains(&self.name.as_str())
    }

    /// Every document of the indices that match, by `_id`, as it stands now.
    ///
    /// Panics where one id is in two of them: that is an event loaded twice.
    pub(crate) async fn search_all(&self, indices: &str) -> BTreeMap<String, Value> {
        self.refresh(indices).await;
        let first = json!({ "size": PAGE_DOCUMENTS, "sort": ["_doc"] });
        let path = format!("{indices}/_search?scroll=1m&ignore_unavailable=true");
        let mut page = self.post(&path, &first).await.expect_ok();
        let mut all = BTreeMap::new();
        loop {
            assert_eq!(page["_shards"]["failed"], json!(0), "{}: {page}", self.name);
            let hits = page["hits"]["hits"].as_array().expect("hits").clone();
            if hits.is_empty() {
                break;
            }
            for mut hit in hits {
                let id = hit["_id"].as_str().expect("an id").to_owned();
                let twice = all.insert(id.clone(), hit["_source"].take());
                assert!(twice.is_none(), "{}: {id} is in two indices of {indices}", self.name);
            }
            let next = json!({ "scroll": "1m", "scroll_id": page["_scroll_id"] });
            page = self.post("_search/scroll", &next).await.expect_ok();
        }
        if page["_scroll_id"].is_string() {
            let done = json!({ "scroll_id": page["_scroll_id"] });
            self.request(Method::DELETE, "_search/scroll", done.to_string()).await.expect_ok();
        }
        all
    }

    /// How many documents the indices that match hold now.
    pub(crate) async fn count(&self, indices: &str) -> u64 {
        self.refresh(indices).await;
        let body = self.get(&format!("{indices}/_count?ignore_unavailable=true")).await.expect_ok();
        body["count"].as_u64().expect("a count")
    }

    /// The indices that match, by name.
    pub(crate) async fn indices(&self, pattern: &str) -> Vec<String> {
        let path = format!("{pattern}/_settings?ignore_unavailable=true");
        let body = self.get(&path).await.expect_ok();
        body.as_object().expect("settings by index").keys().cloned().collect()
    }

    /// Deletes the indices and data streams that match, by name, as engines that want names do,
    /// and the templates that trailhaul has put for them.
    pub(crate) async fn delete(&self, pattern: &str) {
        let template = format!("_index_template/trailhaul-{pattern}");
        // Refused where there is none.
        self.request(Method::DELETE, &template, String::new()).await;
        // Refused where there are no data streams, such as in Elasticsearch 7.10 without x-pack.
        self.request(Method::DELETE, &format!("_data_stream/{pattern}"), String::new()).await;
        for index in self.indices(pattern).await {
            self.request(Method::DELETE, &index, String::new()).await.expect_ok();
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, String::new()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::PUT, path, body.to_string()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path, body.to_string()).await
    }

    /// Any request; `path` is without the slash at the start, `body` JSON or NDJSON.
    pub(crate) async fn request(&self, method: Method, path: &str, body: String) -> Answer {
        let (status, text) = self.text(method, path, body).await;
        Answer { status, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// The same with the answer as it comes.
    pub(crate) async fn text(&self, method: Method, path: &str, body: String) -> (u16, String) {
        for pause in [1, 4, 15, 30] {
            let answer = self.text_once(method.clone(), path, body.clone()).await;
            if !IS_BUSY.contains(&answer.0) {
                return answer;
            }
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
        self.text_once(method, path, body).await
    }

    /// What it says now, also where it is busy.
    pub(crate) async fn get_once(&self, path: &str) -> Value {
        let (_, text) = self.text_once(Method::GET, path, String::new()).await;
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn text_once(&self, method: Method, path: &str, body: String) -> (u16, String) {
        let mut request = self.client.request(method, format!("{}/{path}", self.url));
        if let Some((user, password)) = &self.login {
            request = request.basic_auth(user, Some(password));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.unwrap_or_else(|e| panic!("{}: {e:?}", self.name));
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn refresh(&self, indices: &str) {
        let path = format!("{indices}/_refresh?ignore_unavailable=true");
        self.request(Method::POST, &path, String::new()).await.expect_ok();
    }
}

impl Answer {
    /// The body of a request that went well.
    pub(crate) fn expect_ok(self) -> Value {
        assert!((200..300).contains(&self.status), "HTTP {}: {}", self.status, self.text);
        self.body
    }
}

/// A running engine that asks who one is.
#[derive(Debug, Clone)]
pub(crate) struct Secured {
    /// Logged in as the administrator.
    pub(crate) engine: Engine,
    pub(crate) user: String,
    pub(crate) password: String,
    /// Who signed its certificate; none where it has no TLS.
    pub(crate) ca: Option<PathBuf>,
}

impl Secured {
    /// Parses `NAME=URL;user=USER;password=PASSWORD[;ca=PATH]`.
    fn parse(line: &str) -> Self {
        let mut parts = line.split(';');
        let mut engine = Engine::parse(parts.next().expect("NAME=URL"));
        let pairs: BTreeMap<_, _> = parts.map(|p| p.split_once('=').expect("KEY=VALUE")).collect();
        let (user, password) = (pairs["user"].to_owned(), pairs["password"].to_owned());
        let ca = pairs.get("ca").map(PathBuf::from);
        if let Some(path) = &ca {
            let pem = std::fs::read(path).unwrap();
            let certificates = Certificate::from_pem_bundle(&pem).unwrap();
            engine.client = client_builder().tls_certs_only(certificates).build().unwrap();
        }
        engine.login = Some((user.clone(), password.clone()));
        Self { engine, user, password, ca }
    }

    /// The same engine for another user.
    pub(crate) fn login(&self, user: &str, password: &str) -> Engine {
        Engine { login: Some((user.to_owned(), password.to_owned())), ..self.engine.clone() }
    }

    /// The same engine without a user.
    pub(crate) fn anonymous(&self) -> Engine {
        Engine { login: None, ..self.engine.clone() }
    }
}

fn client_builder() -> ClientBuilder {
    Client::builder().timeout(Duration::from_mins(5)).no_proxy()
}
