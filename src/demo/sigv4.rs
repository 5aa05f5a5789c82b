//! Signature Version 4, from AWS's side: who signed this request, and is it what was signed?
//!
//! Everything is recomputed from the request as it arrived, with no help of the signing code that
//! clients use: only the key derivation and the HMAC are borrowed. It decides nothing about
//! regions or permissions.

use std::time::{Duration, SystemTime};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use http::HeaderMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::token::hex;
use super::wire::Refusal;
use crate::limits::DEMO_CLOCK_SKEW_SECONDS;

/// Keys that the simulated account knows.
#[derive(Clone)]
pub struct Credentials {
    /// The access key's id.
    pub access_key: String,
    /// The secret.
    pub secret: String,
    /// The session token, for temporary credentials.
    pub session_token: Option<String>,
}

impl Default for Credentials {
    /// The example key of AWS's documentation.
    fn default() -> Self {
        Self {
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: None,
        }
    }
}

/// A request as it arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// The `Authorization` header, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) access_key: String,
    date: String,
    pub(super) region: String,
    pub(super) service: String,
    signed_headers: String,
    signature: String,
}

impl Claim {
    /// What the request claims about itself; nothing of it is verified yet.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let header = header(headers, "authorization");
        if header.is_empty() {
            let message = "Missing Authentication Token";
            return Err(Refusal::new("MissingAuthenticationTokenException", message));
        }
        Self::parse(&header).ok_or_else(|| {
            let message = "Authorization header requires Credential, SignedHeaders and Signature.";
            Refusal::new("IncompleteSignatureException", message)
        })
    }

    fn parse(header: &str) -> Option<Self> {
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| {
            fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let mut scope = field("Credential")?.split('/');
        let mut next = || scope.next().map(str::to_owned);
        let claim = Self {
            access_key: next()?,
            date: next()?,
            region: next()?,
            service: next()?,
            signed_headers: field("SignedHeaders")?.to_owned(),
            signature: field("Signature")?.to_owned(),
        };
        (next()? == "aws4_request" && next().is_none()).then_some(claim)
    }

    /// Whether these credentials signed this very request, lately.
    pub(super) fn verify(
        &self,
        request: Received<'_>,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let token = header(request.headers, "x-amz-security-token");
        let known = self.access_key == credentials.access_key
            && token == credentials.session_token.as_deref().unwrap_or_default();
        if !known {
            return Err(unrecognized());
        }
        let stamp = header(request.headers, "x-amz-date");
        let signed_at = parse_stamp(&stamp).filter(|_| stamp.starts_with(&self.date));
        let signed_at = signed_at.ok_or_else(|| {
            let message = "Authorization header requires existence of a matching X-Amz-Date.";
            Refusal::new("IncompleteSignatureException", message)
        })?;
        let skew = now.as_second().saturating_sub(signed_at.as_second());
        if skew.abs() > DEMO_CLOCK_SKEW_SECONDS {
            let what = if skew > 0 { "Signature expired" } else { "Signature not yet current" };
            return Err(Refusal::new("InvalidSignatureException", format!("{what}: {stamp}")));
        }
        if self.expected(request, &stamp, signed_at, &credentials.secret) != self.signature {
            let message = "The request signature we calculated does not match the signature you \
                provided. Check your AWS Secret Access Key and signing method.";
            return Err(Refusal::new("InvalidSignatureException", message));
        }
        Ok(())
    }

    fn expected(&self, request: Received<'_>, stamp: &str, at: Timestamp, secret: &str) -> String {
        let canonical = self.canonical_request(request);
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let canonical = hex(&Sha256::digest(canonical));
        let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{canonical}");
        let since = Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default());
        let day = SystemTime::UNIX_EPOCH + since;
        let key = generate_signing_key(secret, day, &self.region, &self.service);
        calculate_signature(key, text.as_bytes())
    }

    fn canonical_request(&self, request: Received<'_>) -> String {
        let mut pairs: Vec<String> = request
            .query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
            .collect();
        pairs.sort();
        let names = self.signed_headers.split(';');
        let headers: Vec<String> =
            names.map(|name| format!("{name}:{}", header(request.headers, name))).collect();
        [
            request.method,
            request.path,
            &pairs.join("&"),
            &headers.join("\n"),
            "",
            &self.signed_headers,
            &hex(&Sha256::digest(request.body)),
        ]
        .join("\n")
    }
}

/// The refusal of keys that are not known here, which is also what a region says that the account
/// has not enabled.
pub(super) fn unrecognized() -> Refusal {
    let message = "The security token included in the request is invalid.";
    Refusal::new("UnrecognizedClientException", message)
}

/// All values of a header in canonical form; empty when there is none.
fn header(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let values = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
    values.collect::<Vec<_>>().join(",")
}

fn parse_stamp(stamp: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    /// The example of the IAM user guide, "Signature Version 4 examples" (`ListUsers`),
    /// whose signature AWS published.
    const PUBLISHED: [(&str, &str); 4] = [
        ("host", "iam.amazonaws.com"),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("x-amz-date", "20150830T123600Z"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
    ];

    fn headers(change: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in PUBLISHED.iter().chain(change) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn verify(headers: &HeaderMap, body: &[u8], keys: &Credentials, now: &str) -> &'static str {
        let query = "Version=2010-05-08&Action=ListUsers";
        let request = Received { method: "GET", path: "/", query, headers, body };
        let outcome = Claim::read(headers)
            .and_then(|claim| claim.verify(request, keys, now.parse().unwrap()));
        outcome.map_or_else(|refusal| refusal.code, |()| "ok")
    }

    fn keys() -> Credentials {
        Credentials {
            access_key: "AKIDEXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: None,
        }
    }

    const THEN: &str = "2015-08-30T12:36:00Z";

    #[test]
    fn the_published_example_verifies() {
        assert_eq!(verify(&headers(&[]), b"", &keys(), THEN), "ok");
    }

    #[test]
    fn what_was_not_signed_is_refused() {
        let other_secret = Credentials { secret: "other".to_owned(), ..keys() };
        let other_key = Credentials { access_key: "AKIAOTHER".to_owned(), ..keys() };
        let session = Credentials { session_token: Some("token".to_owned()), ..keys() };
        let plain = headers(&[]);
        let cases = [
            ("body", verify(&plain, b"x", &keys(), THEN), "InvalidSignatureException"),
            ("secret", verify(&plain, b"", &other_secret, THEN), "InvalidSignatureException"),
            ("key", verify(&plain, b"", &other_key, THEN), "UnrecognizedClientException"),
            ("no token", verify(&plain, b"", &session, THEN), "UnrecognizedClientException"),
            (
                "token of unknown origin",
                verify(&headers(&[("x-amz-security-token", "t")]), b"", &keys(), THEN),
                "UnrecognizedClientException",
            ),
            (
                "header",
                verify(&headers(&[("host", "example.com")]), b"", &keys(), THEN),
                "InvalidSignatureException",
            ),
            (
                "date",
                verify(&headers(&[("x-amz-date", "20150831T123600Z")]), b"", &keys(), THEN),
                "IncompleteSignatureException",
            ),
            (
                "old",
                verify(&plain, b"", &keys(), "2015-08-30T12:41:01Z"),
                "InvalidSignatureException",
            ),
            (
                "early",
                verify(&plain, b"", &keys(), "2015-08-30T12:30:59Z"),
                "InvalidSignatureException",
            ),
            ("in time", verify(&plain, b"", &keys(), "2015-08-30T12:41:00Z"), "ok"),
        ];
        for (name, outcome, expected) in cases {
            assert_eq!(outcome, expected, "{name}");
        }
    }

    #[test]
    fn a_request_without_a_whole_authorization_is_refused() {
        let credential = "Credential=A/20150830/us-east-1/iam/aws4_request";
        let cases = [
            (String::new(), "MissingAuthenticationTokenException"),
            ("Basic YWJj".to_owned(), "IncompleteSignatureException"),
            ("AWS4-HMAC-SHA256".to_owned(), "IncompleteSignatureException"),
            (format!("AWS4-HMAC-SHA256 {credential}"), "IncompleteSignatureException"),
            (
                "AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host, Signature=0".to_owned(),
                "IncompleteSignatureException",
            ),
        ];
        for (value, code) in cases {
            let headers = headers(&[("authorization", &value)]);
            assert_eq!(Claim::read(&headers).unwrap_err().code, code, "{value}");
        }
    }
}
