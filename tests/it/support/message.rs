//! HTTP/1.1 messages as the proxy passes them on, and the events that they carry.

use std::io;

use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::fault::Call;

/// Headers of one connection and not of the message.
const HOP_BY_HOP: [&str; 4] = ["connection", "content-length", "keep-alive", "transfer-encoding"];

type Headers = Vec<(String, String)>;

/// A request whose body has a stated length, as those of the command have.
#[derive(Debug)]
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Headers,
    body: Vec<u8>,
}

impl Request {
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
        let mut lines = text.lines();
        let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
        let (method, path) = (first.next().unwrap(), first.next().unwrap());
        let headers: Headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = find(&headers, "content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = bytes.split_off(head + 4);
        while body.len() < length {
            if stream.read_buf(&mut body).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(Self { method, path, headers, body })
    }

    /// What it says of itself, as a server may repeat it.
    pub(crate) fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// What it asks for; [`bulk_ids`](Self::bulk_ids) has what it brings.
    pub(crate) fn call(&self) -> Call {
        let aws = find(&self.headers, "x-amz-target").unwrap_or_default();
        let form = self.body.starts_with(b"Action=GetCallerIdentity");
        // A proxy is asked for the whole URL (RFC 9112, 3.2.2).
        let of_url = self.path.strip_prefix("http://").and_then(|url| url.split_once('/'));
        let path = of_url.map_or_else(|| self.path.clone(), |(_, path)| format!("/{path}"));
        match (self.method.as_str(), path.as_str()) {
            ("POST", "/") if aws.ends_with(".LookupEvents") => Call::Lookup,
            ("POST", "/") if form => Call::Identity,
            ("POST", "/listRegions") => Call::Regions,
            ("GET", "/") => Call::Probe,
            ("PUT", path) if path.contains("_template/") => Call::Template,
            ("POST", path) if path.ends_with("/_bulk") => Call::Bulk,
            _ => Call::Other,
        }
    }

    /// Whether it asks for this.
    pub(crate) fn is(&self, call: Call) -> bool {
        self.call() == call
    }

    /// Whose AWS signature it carries; none where it carries none.
    pub(crate) fn access_key(&self) -> Option<&str> {
        let (_, credential) = find(&self.headers, "authorization")?.split_once(" Credential=")?;
        credential.split('/').next()
    }

    /// The ids of a bulk request's documents; none of another request.
    pub(crate) fn bulk_ids(&self) -> Vec<String> {
        let plain = self.bulk_text();
        let actions = plain.lines().step_by(2).map(|line| serde_json::from_str(line).unwrap());
        actions.map(|action: Value| text(&action["create"]["_id"])).collect()
    }

    /// The plain body of a bulk request; nothing of another request.
    pub(crate) fn bulk_text(&self) -> String {
        if self.call() != Call::Bulk {
            return String::new();
        }
        match find(&self.headers, "content-encoding") {
            Some(_) => io::read_to_string(flate2::read::MultiGzDecoder::new(&self.body[..])),
            None => io::read_to_string(&self.body[..]),
        }
        .unwrap()
    }

    pub(crate) async fn forward(
        &self,
        client: &reqwest::Client,
        upstream: &str,
    ) -> io::Result<Answer> {
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut request = client.request(method, format!("{upstream}{}", self.path));
        for (name, value) in passed_on(&self.headers) {
            request = request.header(name, value);
        }
        let response = request.body(self.body.clone()).send().await.map_err(io::Error::other)?;
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(header).collect(),
            body: response.bytes().await.map_err(io::Error::other)?.to_vec(),
        })
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn plain(status: u16, kind: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// The ids of the events on a page of LookupEvents; none where it is no page.
    pub(crate) fn page_ids(&self) -> Vec<String> {
        let Ok(page) = serde_json::from_slice::<Value>(&self.body) else { return Vec::new() };
        let events = page["Events"].as_array().into_iter().flatten();
        events.map(|event| text(&event["EventId"])).collect()
    }

    pub(crate) async fn whole(self, stream: &mut TcpStream) -> io::Result<()> {
        let length = self.body.len();
        self.send(stream, length, length).await
    }

    /// Says that it is so long, sends so much of it, and ends the connection.
    pub(crate) async fn send(
        &self,
        stream: &mut TcpStream,
        said: usize,
        sent: usize,
    ) -> io::Result<()> {
        let mut head = vec![format!("HTTP/1.1 {} -", self.status)];
        head.extend(passed_on(&self.headers).map(|(name, value)| format!("{name}: {value}")));
        head.push(format!("content-length: {said}\r\nconnection: close\r\n\r\n"));
        let mut message = head.join("\r\n").into_bytes();
        message.extend_from_slice(&self.body[..sent]);
        stream.write_all(&message).await?;
        stream.shutdown().await
    }

    pub(crate) async fn garbage(stream: &mut TcpStream) -> io::Result<()> {
        let bytes: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(512).collect();
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    }
}

fn passed_on(headers: &Headers) -> impl Iterator<Item = &(String, String)> {
    headers.iter().filter(|(name, _)| !HOP_BY_HOP.contains(&name.as_str()))
}

fn find<'a>(headers: &'a Headers, wanted: &str) -> Option<&'a str> {
    headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
