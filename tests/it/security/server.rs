//! A server of the test's own, with TLS or without: a target that takes everything, or whatever
//! malice a test gives it. It keeps what it is asked.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::support::fault::Call;
use crate::support::message::Request;

/// How a request is answered.
pub(super) enum Answer {
    /// With these bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// With the first bytes, then with the others again and again, without an end.
    Endless(Vec<u8>, Vec<u8>),
    /// The same, one byte a second.
    Drip(Vec<u8>),
}

/// It listens until it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    _serving: JoinSet<()>,
}

type Respond = Arc<dyn Fn(&Request) -> Answer + Send + Sync>;

impl Server {
    pub(super) async fn start(
        respond: impl Fn(&Request) -> Answer + Send + Sync + 'static,
        tls: Option<TlsAcceptor>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, Arc::new(respond), tls, Arc::clone(&seen)));
        Self { address, seen, _serving: serving }
    }

    /// `HOST:PORT`, with the host of its address.
    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many whole requests it has seen that are like this.
    pub(super) fn count(&self, like: impl Fn(&Request) -> bool) -> usize {
        self.seen.lock().unwrap().iter().filter(|request| like(request)).count()
    }
}

async fn accept(
    listener: TcpListener,
    respond: Respond,
    tls: Option<TlsAcceptor>,
    seen: Arc<Mutex<Vec<Request>>>,
) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (respond, tls, seen) = (Arc::clone(&respond), tls.clone(), Arc::clone(&seen));
        // A client that goes away is what the tests are about.
        connections.spawn(async move {
            match tls {
                None => drop(serve(stream, respond, seen).await),
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        drop(serve(stream, respond, seen).await);
                    }
                }
            }
        });
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    respond: Respond,
    seen: Arc<Mutex<Vec<Request>>>,
) -> io::Result<()> {
    let request = Request::read(&mut stream).await?;
    let answer = respond(&request);
    seen.lock().unwrap().push(request);
    match answer {
        Answer::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Answer::Endless(first, again) => {
            stream.write_all(&first).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
        Answer::Drip(bytes) => {
            for byte in bytes.chunks(1).cycle() {
                stream.write_all(byte).await?;
                stream.flush().await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        }
    }
}

/// An answer with a JSON body.
pub(super) fn json(status: u16, body: &str) -> Answer {
    Answer::Bytes(head(status, &format!("content-length: {}\r\n", body.len()), body))
}

/// A head with these headers, and what follows it.
pub(super) fn head(status: u16, headers: &str, rest: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n");
    format!("{head}connection: close\r\n{headers}\r\n{rest}").into_bytes()
}

/// What a good target answers, behind a proxy too.
pub(super) fn good(request: &Request) -> Answer {
    if request.is(Call::Probe) {
        return json(200, r#"{"version":{"distribution":"opensearch","number":"3.8.0"}}"#);
    }
    let items: Vec<_> = request
        .bulk_ids()
        .iter()
        .map(|id| json!({ "create": { "_id": id, "status": 201 } }))
        .collect();
    json(200, &json!({ "acknowledged": true, "items": items }).to_string())
}

pub(super) fn is_bulk(request: &Request) -> bool {
    !request.bulk_ids().is_empty()
}

/// An AWS of one page of events.
pub(super) fn good_aws(request: &Request) -> Answer {
    if !request.is(Call::Lookup) {
        return identity();
    }
    let time = jiff::Timestamp::now().as_second() - 3_600;
    let events = ["one", "two"].map(|id| {
        let record = json!({"eventID": id, "eventTime": jiff::Timestamp::from_second(time).unwrap(),
            "eventSource": "ec2.amazonaws.com", "requestParameters": {"mode": "b"}});
        json!({"EventId": id, "EventTime": time, "CloudTrailEvent": record.to_string()})
    });
    json(200, &json!({ "Events": events }).to_string())
}

/// What STS answers.
pub(super) fn identity() -> Answer {
    let body = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/Alice</Arn>\
        <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account>\
        </GetCallerIdentityResult></GetCallerIdentityResponse>";
    json(200, body)
}
