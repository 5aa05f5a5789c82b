//! A cluster in the process: it keeps documents by index and id as `create` does, and misbehaves on request.

use std::collections::{HashMap, VecDeque};
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use trailhaul::event::{Document, Ticket};

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// The body, inflated when it says that it is gzip.
    pub(crate) fn plain(&self) -> Vec<u8> {
        if !self.headers.iter().any(|(name, value)| name == "content-encoding" && value == "gzip") {
            return self.body.clone();
        }
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(&self.body[..]).read_to_end(&mut plain).unwrap();
        plain
    }
}

/// What the cluster does with a request instead of its work.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Nothing: it does its work.
    None,
    /// Answers with this status, these headers and this body.
    Answer(u16, Vec<(&'static str, &'static str)>, String),
    /// Does its work, and then closes the connection in place of the answer.
    Close,
    /// Does its work, but says this of the item of this number in place of what it did.
    Item(usize, Value),
    /// Refuses every document, and says this of each.
    Refuse(Value),
}

const ROOT: &str = r#"{"version":{"number":"9.5.3"},"tagline":"You Know, for Search"}"#;

#[derive(Default)]
struct State {
    documents: HashMap<(String, String), String>,
    seen: Vec<Seen>,
    faults: VecDeque<Fault>,
    /// Plain bytes over which a body gets 413, or a closed connection.
    limit: Option<(usize, bool)>,
}

/// The cluster; dropping it ends it.
pub(crate) struct FakeCluster {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _tasks: JoinSet<()>,
}

impl FakeCluster {
    pub(crate) async fn start(faults: impl IntoIterator<Item = Fault>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            faults: faults.into_iter().collect(),
            ..State::default()
        }));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, _tasks: tasks }
    }

    pub(crate) fn limit(self, plain_bytes: usize, closes: bool) -> Self {
        self.state.lock().unwrap().limit = Some((plain_bytes, closes));
        self
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    pub(crate) fn documents(&self) -> usize {
        self.state.lock().unwrap().documents.len()
    }

    /// The text of a document, whatever its index.
    pub(crate) fn document(&self, id: &str) -> Option<String> {
        let state = self.state.lock().unwrap();
        let mut found = state.documents.iter().filter(|((_, other), _)| other == id);
        found.next().map(|(_, text)| text.clone())
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&state)));
            // A closed connection is what some of the tests are about.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await,
            );
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let seen = Seen {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: headers.collect(),
        body: body.collect().await.map_err(std::io::Error::other)?.to_bytes().to_vec(),
    };
    let mut state = state.lock().unwrap();
    state.seen.push(seen.clone());
    let plain = seen.plain();
    match state.limit {
        Some((limit, true)) if plain.len() > limit => return Err(std::io::Error::other("closed")),
        Some((limit, false)) if plain.len() > limit => return Ok(respond(413, &[], String::new())),
        _ => {}
    }
    match state.faults.pop_front().unwrap_or(Fault::None) {
        Fault::Answer(status, headers, body) => Ok(respond(status, &headers, body)),
        // What is asked and put before the first batch.
        Fault::None if seen.method == "GET" => Ok(respond(200, &[], ROOT.to_owned())),
        Fault::None if seen.method == "PUT" => {
            Ok(respond(200, &[], json!({"acknowledged": true}).to_string()))
        }
        Fault::None => {
            Ok(respond(200, &[], json!({"items": create(&mut state, &plain)}).to_string()))
        }
        Fault::Close => {
            create(&mut state, &plain);
            Err(std::io::Error::other("closed"))
        }
        Fault::Refuse(item) => {
            let text = std::str::from_utf8(&plain).unwrap();
            let ids = text
                .lines()
                .step_by(2)
                .map(|line| serde_json::from_str::<Value>(line).unwrap()["create"]["_id"].clone());
            let items = ids.map(|id| {
                let mut item = item.clone();
                item["_id"] = id;
                json!({ "create": item })
            });
            let body = json!({"errors": true, "items": items.collect::<Vec<_>>()});
            Ok(respond(200, &[], body.to_string()))
        }
        Fault::Item(number, item) => {
            let mut items = create(&mut state, &plain);
            items[number] = item;
            Ok(respond(200, &[], json!({"errors": true, "items": items}).to_string()))
        }
    }
}

fn create(state: &mut State, plain: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(plain).unwrap();
    assert!(text.ends_with('\n'));
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.chunks(2).map(|pair| {
        let action: Value = serde_json::from_str(pair[0]).unwrap();
        let member = |name: &str| action["create"][name].as_str().unwrap().to_owned();
        let (index, id) = (member("_index"), member("_id"));
        if state.documents.contains_key(&(index.clone(), id.clone())) {
            return json!({"create": {"_index": index, "_id": id, "status": 409, "error": {
                "type": "version_conflict_engine_exception",
                "reason": format!("[{id}]: version conflict, document already exists (current version [1])")}}});
        }
        let item = json!({"create": {"_index": index, "_id": id, "result": "created", "status": 201}});
        state.documents.insert((index, id), pair[1].to_owned());
        item
    });
    pairs.collect()
}

fn respond(status: u16, headers: &[(&str, &str)], body: String) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status);
    let response =
        headers.iter().fold(response, |response, (name, value)| response.header(*name, *value));
    response.body(Full::from(body)).unwrap()
}

/// A script that lets the questions before the first batch pass.
pub(crate) fn greeting() -> [Fault; 4] {
    [Fault::None, Fault::None, Fault::None, Fault::None]
}

/// Documents `0` to `count - 1`, each with so many bytes of value.
pub(crate) fn documents(count: usize, bytes: usize) -> Vec<Document> {
    let one = |number: usize| Document {
        id: number.to_string(),
        index: "cloudtrail-2026.11".into(),
        body: format!("{{\"n\":{number},\"v\":\"{}\"}}", "x".repeat(bytes)),
        verbatim: "{}".into(),
        flow: None,
        lookup: None,
        ticket: Ticket { region: 0, page: 0 },
    };
    (0..count).map(one).collect()
}
