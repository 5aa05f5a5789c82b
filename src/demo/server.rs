//! The endpoint: takes connections, hands whole requests to the service, sends what comes back.
//!
//! All that happens here is I/O: waiting out a latency, closing a connection early. Its tasks live
//! in one set that is dropped with the server, so nothing outlives it.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::account::Account;
use super::calls::LoggedCall;
use super::faults::Scripted;
use super::record::Event;
use super::sending::Sending;
use super::service::{Delivery, Options, Reply, Service};
use super::sigv4::{Credentials, Received};
use crate::limits::{DEMO_ACCEPT_PAUSE, DEMO_REQUEST_BYTES_MAX};

/// A simulated AWS that listens on 127.0.0.1 until it is dropped.
pub struct SimulatedAws {
    endpoint: String,
    service: Arc<Service>,
    _serving: JoinSet<()>,
}

impl SimulatedAws {
    /// Starts to serve an account.
    pub async fn start(account: Account, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let service = Arc::new(Service::new(account, options));
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, Arc::clone(&service)));
        Ok(Self { endpoint, service, _serving: serving })
    }

    /// The URL that `AWS_ENDPOINT_URL` should hold.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every call so far, in the order in which they were decided on.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.service.calls()
    }

    /// Makes events appear in a region, new ones or late ones; false when there is no such region.
    #[must_use]
    pub fn add_events(&self, region: &str, events: Vec<Event>) -> bool {
        self.service.add(region, events)
    }

    /// Knows these keys too from now on.
    pub fn issue(&self, credentials: Credentials) {
        self.service.issue(credentials);
    }

    /// From now on, the keys of this id have expired.
    pub fn expire(&self, access_key: &str) {
        self.service.expire(access_key);
    }

    /// Replaces what goes wrong from now on.
    pub fn set_faults(&self, faults: Vec<Scripted>) {
        self.service.set_faults(faults);
    }
}

async fn accept(listener: TcpListener, service: Arc<Service>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve(stream, Arc::clone(&service)));
            }
            // Out of file descriptors, most likely: it passes as connections end.
            Err(_) => tokio::time::sleep(DEMO_ACCEPT_PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, service: Arc<Service>) {
    // Without this, a small answer can wait 40 ms for the client's acknowledgement.
    stream.set_nodelay(true).ok();
    let handler = service_fn(|request| answer(request, Arc::clone(&service)));
    let ended = http1::Builder::new().serve_connection(TokioIo::new(stream), handler).await;
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}

/// One request's answer; an error closes the connection without one.
async fn answer(
    request: Request<Incoming>,
    service: Arc<Service>,
) -> io::Result<Response<Sending>> {
    let (head, body) = request.into_parts();
    let body =
        Limited::new(body, DEMO_REQUEST_BYTES_MAX).collect().await.map_err(io::Error::other)?;
    let body = body.to_bytes();
    let received = Received {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        body: &body,
    };
    let Reply { delay, delivery, request_id } = service.reply(received, Instant::now());
    if delay > Duration::ZERO {
        tokio::time::sleep(delay).await;
    }
    let (answer, whole) = match delivery {
        Delivery::Whole(answer) => (answer, true),
        Delivery::CutShort(answer) => (answer, false),
        Delivery::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
    };
    let mut response = Response::builder()
        .status(answer.status)
        .header("content-type", answer.content_type)
        .header("x-amzn-requestid", request_id);
    if let Some(error_type) = answer.error_type {
        response = response.header("x-amzn-errortype", error_type);
    }
    response.body(Sending::new(answer.body, whole)).map_err(io::Error::other)
}
