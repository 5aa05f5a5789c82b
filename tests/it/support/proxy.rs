//! A proxy in front of AWS or of a target, which spoils one call and its repetition, or goes away.
//!
//! It understands as much of HTTP as it takes to tell which events a call carries: a fault is
//! addressed by them, so that it meets the same call however the run divides its work. All other
//! calls pass as they are, the host's name included, which is a part of AWS's signatures.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::fault::{Call, Fault, Script};
use super::message::{Answer, Request};

/// Calls that a fault hits: the one that it is addressed to, and the repetition.
const HITS: usize = 2;

/// Events that the answer to LookupEvents brings at most.
const PAGE_EVENTS: usize = 50;

#[derive(Debug)]
struct Way {
    upstream: String,
    client: reqwest::Client,
    script: Option<Script>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    events: BTreeSet<String>,
    access_keys: BTreeSet<String>,
    /// LookupEvents whose answers are on their way.
    lookups: usize,
    hits: usize,
}

/// It listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    way: Arc<Way>,
    serving: JoinSet<()>,
    /// Keeps the address from all others while it is away.
    kept: Option<TcpSocket>,
}

impl Proxy {
    pub(crate) async fn start(upstream: &str, script: Option<Script>) -> Self {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_mins(5)).build();
        let way = Way {
            upstream: upstream.to_owned(),
            client: client.unwrap(),
            script,
            seen: Mutex::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut proxy = Self { address, way: Arc::new(way), serving: JoinSet::new(), kept: None };
        proxy.serve(listener);
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many calls it has spoilt.
    pub(crate) fn hits(&self) -> usize {
        self.way.seen.lock().unwrap().hits
    }

    /// Spoils nothing from now on.
    pub(crate) fn heal(&self) {
        self.way.seen.lock().unwrap().hits = HITS;
    }

    /// How many events the calls carried so far.
    pub(crate) fn events(&self) -> usize {
        self.way.seen.lock().unwrap().events.len()
    }

    /// With which AWS keys the calls were signed so far.
    pub(crate) fn access_keys(&self) -> BTreeSet<String> {
        self.way.seen.lock().unwrap().access_keys.clone()
    }

    /// Breaks every connection, and refuses new ones.
    pub(crate) async fn go_away(&mut self) {
        self.serving.shutdown().await;
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        self.kept = Some(socket);
    }

    /// Listens again, at the same address.
    pub(crate) fn come_back(&mut self) {
        let socket = self.kept.take().expect("it has gone away");
        self.serve(socket.listen(1024).unwrap());
    }

    fn serve(&mut self, listener: TcpListener) {
        let way = Arc::clone(&self.way);
        self.serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let way = Arc::clone(&way);
                // A client that has been killed is what some of the tests are about.
                connections.spawn(async move { drop(way.pass(stream).await) });
            }
        });
    }
}

impl Way {
    /// One call, and the end of its connection.
    async fn pass(&self, mut stream: TcpStream) -> io::Result<()> {
        let request = Request::read(&mut stream).await?;
        let fault = self.meets(&request);
        if fault.is_some_and(Fault::keeps_from_acting) {
            return spoil(stream, fault, Answer::plain(200, "text/plain", "")).await;
        }
        let is_lookup = request.call() == Call::Lookup;
        self.seen.lock().unwrap().lookups += usize::from(is_lookup);
        let answer = request.forward(&self.client, &self.upstream).await;
        if is_lookup {
            self.looked_up(&answer);
        }
        spoil(stream, fault, answer?).await
    }

    fn looked_up(&self, answer: &io::Result<Answer>) {
        let mut seen = self.seen.lock().unwrap();
        seen.lookups -= 1;
        seen.events.extend(answer.iter().flat_map(Answer::page_ids));
    }

    /// Decides before anything is passed on: some faults keep the server from hearing of the call.
    /// What a page will bring is not known then; that all unseen events are on the pages under way
    /// is, since a run reads all of them.
    fn meets(&self, request: &Request) -> Option<Fault> {
        let mut seen = self.seen.lock().unwrap();
        seen.access_keys.extend(request.access_key().map(str::to_owned));
        seen.events.extend(request.bulk_ids());
        let Script { fault, moment, events } = self.script?;
        let call = request.call();
        let under_way = if call == Call::Lookup { seen.lookups + 1 } else { 0 };
        let carried = seen.events.len() + under_way * PAGE_EVENTS;
        if seen.hits == HITS || !moment.is(call, carried, events) {
            return None;
        }
        seen.hits += 1;
        Some(fault)
    }
}

async fn spoil(mut stream: TcpStream, fault: Option<Fault>, answer: Answer) -> io::Result<()> {
    let length = answer.body.len();
    match fault {
        None => answer.send(&mut stream, length, length).await,
        Some(Fault::Delay) => {
            tokio::time::sleep(Duration::from_secs(2)).await;
            answer.send(&mut stream, length, length).await
        }
        Some(Fault::ResetBefore | Fault::ResetAfter) => stream.set_zero_linger(),
        Some(Fault::TruncatedBody) => answer.send(&mut stream, length, length / 2).await,
        Some(Fault::WrongLength) => answer.send(&mut stream, length / 2, length).await,
        Some(Fault::InternalError) => {
            Answer::plain(500, "text/plain", "Internal Server Error").whole(&mut stream).await
        }
        Some(Fault::Unavailable) => {
            Answer::plain(503, "text/plain", "Service Unavailable").whole(&mut stream).await
        }
        Some(Fault::Garbage) => Answer::garbage(&mut stream).await,
        Some(Fault::HtmlPage) => {
            let page = "<!DOCTYPE html><html><body>Sign in</body></html>";
            Answer::plain(200, "text/html", page).whole(&mut stream).await
        }
    }
}
