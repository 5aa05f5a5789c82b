//! A batch as the body of a bulk request.
//!
//! One `create` action and one document a line. `create` never overwrites, and is the one operation
//! that data streams take. The index stands in the action and not in the path, so that one
//! request serves several indices and the path needs no escaping, in which signers differ.

use std::io::Write;

use flate2::write::GzEncoder;
use hyper::body::Bytes;
use serde::Serialize;

use crate::event::{Document, Rejection};
use crate::limits;

/// What begins every action line.
pub(crate) const ACTION: &str = "{\"create\":{\"_index\":";

/// How bodies are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// As they are: for proxies that cannot take `Content-Encoding`.
    Off,
    /// gzip of this level.
    Gzip(u32),
}

impl Default for Compression {
    fn default() -> Self {
        Self::Gzip(limits::GZIP_LEVEL)
    }
}

/// One bulk request's body.
#[derive(Debug, Clone)]
pub struct Payload {
    /// The bytes to send.
    pub bytes: Bytes,
    /// Whether they are gzip.
    pub gzip: bool,
    /// How many they are before compression.
    pub plain_bytes: usize,
}

#[derive(Serialize)]
struct Action<'a> {
    create: Create<'a>,
}

#[derive(Serialize)]
struct Create<'a> {
    _index: &'a str,
    _id: &'a str,
}

/// Bytes that a document takes in a body, when neither id nor index needs escaping.
pub(crate) fn size(document: &Document) -> usize {
    const AROUND: usize = "{\"create\":{\"_index\":\"\",\"_id\":\"\"}}\n\n".len();
    document.body.len() + document.index.len() + document.id.len() + AROUND
}

/// Why a document must not be sent at all, if so: its id would fail the whole request, and its
/// neighbours with it.
pub(crate) fn unsendable(document: &Document) -> Option<Rejection> {
    let reason = if document.id.is_empty() {
        "the id is empty".to_owned()
    } else if document.id.len() > limits::ID_BYTES {
        format!("the id has {} bytes, and {} is the most", document.id.len(), limits::ID_BYTES)
    } else {
        return None;
    };
    Some(Rejection { status: 0, kind: "invalid_id".to_owned(), reason, path: None })
}

/// Appends a document with its action, as two lines.
pub(crate) fn write_pair(out: &mut Vec<u8>, document: &Document) {
    let action = Action { create: Create { _index: &document.index, _id: &document.id } };
    // Neither strings nor a vector can fail to take JSON.
    if serde_json::to_writer(&mut *out, &action).is_ok() {
        out.push(b'\n');
        out.extend_from_slice(document.body.as_bytes());
        out.push(b'\n');
    }
}

/// The body for these documents.
pub fn encode(documents: &[&Document], compression: Compression) -> Payload {
    let mut plain = Vec::with_capacity(documents.iter().map(|document| size(document)).sum());
    for document in documents {
        write_pair(&mut plain, document);
    }
    let plain_bytes = plain.len();
    let packed = match compression {
        Compression::Off => None,
        Compression::Gzip(level) => gzip(&plain, level),
    };
    let gzip = packed.is_some();
    Payload { bytes: Bytes::from(packed.unwrap_or(plain)), gzip, plain_bytes }
}

fn gzip(plain: &[u8], level: u32) -> Option<Vec<u8>> {
    let packed = Vec::with_capacity(plain.len() / 4);
    let mut encoder = GzEncoder::new(packed, flate2::Compression::new(level));
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::sink::testing::document;

    #[test]
    fn a_body_is_pairs_of_lines() {
        let first = document("a\"b", "{\"x\":1}");
        let second = document("2", "{}");
        let payload = encode(&[&first, &second], Compression::Off);
        let text = std::str::from_utf8(&payload.bytes).unwrap();
        assert_eq!(
            text,
            "{\"create\":{\"_index\":\"cloudtrail-2026.11\",\"_id\":\"a\\\"b\"}}\n{\"x\":1}\n\
             {\"create\":{\"_index\":\"cloudtrail-2026.11\",\"_id\":\"2\"}}\n{}\n"
        );
        assert!(text.starts_with(ACTION) && !payload.gzip);
        assert_eq!(payload.plain_bytes, size(&first) + 1 + size(&second));
    }

    #[test]
    fn gzip_gives_the_same_body_back() {
        let one = document("1", &format!("{{\"x\":\"{}\"}}", "y".repeat(10_000)));
        let plain = encode(&[&one], Compression::Off);
        let packed = encode(&[&one], Compression::default());
        assert!(packed.gzip && packed.bytes.len() < plain.bytes.len() / 10);
        let mut back = Vec::new();
        flate2::read::MultiGzDecoder::new(&packed.bytes[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, plain.bytes);
        assert_eq!(packed.plain_bytes, plain.bytes.len());
    }

    #[test]
    fn an_id_that_would_fail_the_whole_request_is_not_sent() {
        assert!(unsendable(&document(&"i".repeat(512), "{}")).is_none());
        let rejection = unsendable(&document(&"i".repeat(513), "{}")).unwrap();
        assert_eq!((rejection.status, rejection.kind.as_str()), (0, "invalid_id"));
        // Bytes count, not characters.
        assert!(unsendable(&document(&"é".repeat(257), "{}")).is_some());
        assert!(unsendable(&document("", "{}")).is_some());
    }
}
