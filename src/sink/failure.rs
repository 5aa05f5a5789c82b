//! Why a request had no answer.

use std::error::Error;
use std::io;

use crate::limits;
use crate::sink::error::SinkError;
use crate::sink::http::Http;
use crate::sink::reason;
use crate::sink::sigv4::SignError;

/// What kept the answer away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Nobody listens.
    ConnectionRefused,
    /// The host's name is not known.
    UnknownHost,
    /// The certificate's authority is not trusted.
    UnknownAuthority,
    /// The certificate is wrong in another way: another name, expired.
    BadCertificate,
    /// The other side does not speak TLS.
    NotTls,
    /// The connection was closed or reset before there was a whole answer.
    Closed,
    /// It took too long.
    Timeout,
    /// The answer goes on for longer than any answer should.
    Endless,
    /// It sends one to another address, which is the reason.
    Redirect,
    /// There are no AWS credentials.
    NoCredentials,
    /// Anything else.
    Other,
}

/// A request without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kept it away.
    pub kind: FailureKind,
    /// The words of whoever noticed, without the URL.
    pub reason: String,
}

impl Failure {
    pub(crate) fn unsendable(reason: &(impl ToString + ?Sized)) -> Self {
        Self { kind: FailureKind::Other, reason: reason.to_string() }
    }

    pub(crate) fn endless(most: usize) -> Self {
        let reason = format!("the answer is longer than {} MiB", most >> 20);
        Self { kind: FailureKind::Endless, reason }
    }

    pub(crate) fn redirect(to: String) -> Self {
        Self { kind: FailureKind::Redirect, reason: to }
    }

    /// Whether sending it again can help.
    pub(crate) fn passes(&self) -> bool {
        !matches!(
            self.kind,
            FailureKind::UnknownAuthority
                | FailureKind::BadCertificate
                | FailureKind::NotTls
                | FailureKind::Endless
                | FailureKind::Redirect
                | FailureKind::NoCredentials
        )
    }

    /// Whether the request may have been carried out all the same.
    pub(crate) fn may_have_acted(&self) -> bool {
        matches!(self.kind, FailureKind::Closed | FailureKind::Timeout | FailureKind::Other)
    }

    /// As an error, for one that does not pass or at a point where waiting makes no sense.
    pub(crate) fn into_error(self, http: &Http) -> SinkError {
        let url = http.shown().to_owned();
        let problem = match self.kind {
            FailureKind::NoCredentials => return SinkError::Credentials { url, reason: self.reason },
            FailureKind::ConnectionRefused => {
                "the connection was refused; check host and port, and that the cluster runs".to_owned()
            }
            FailureKind::UnknownHost => "its host's name is not known; check the spelling and the DNS".to_owned(),
            FailureKind::UnknownAuthority => {
                "its certificate is of an authority that is not trusted; name the authority's certificate with --ca-cert FILE".to_owned()
            }
            FailureKind::BadCertificate => format!(
                "its certificate is not valid for it ({}); check the host in the URL, and the certificate's names and dates",
                self.reason
            ),
            FailureKind::NotTls => "it does not speak TLS; try http:// instead".to_owned(),
            FailureKind::Closed if http.is_plain() => {
                "it closed the connection without an answer; if the port expects TLS, try https:// instead".to_owned()
            }
            FailureKind::Closed => format!("it closed the connection without an answer ({})", self.reason),
            FailureKind::Timeout => "it did not answer in time; check host, port and firewalls".to_owned(),
            FailureKind::Endless => format!("{}; check that the URL is that of an Elasticsearch or OpenSearch", self.reason),
            FailureKind::Redirect => format!(
                "it redirects to {}, where neither credentials nor documents are taken; if that is the target, give it with --to",
                self.reason
            ),
            FailureKind::Other => self.reason,
        };
        SinkError::NoConnection { url, problem }
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        let kind = if error.passing { FailureKind::Other } else { FailureKind::NoCredentials };
        Self { kind, reason: error.reason }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let timeout = error.is_timeout();
        let dns = error.is_dns();
        let error = error.without_url();
        let mut reasons = vec![error.to_string()];
        let mut io_kind = None;
        let mut incomplete = false;
        let mut source = error.source();
        while let Some(inner) = source {
            io_kind = inner.downcast_ref::<io::Error>().map(io::Error::kind).or(io_kind);
            incomplete |= inner.downcast_ref::<hyper::Error>().is_some_and(|error| {
                error.is_incomplete_message() || error.is_closed() || error.is_canceled()
            });
            let text = inner.to_string();
            if !reasons.contains(&text) {
                reasons.push(text);
            }
            source = inner.source();
        }
        let reason = reason::redact(&reasons.join(": "), limits::CAUSE_CHARS);
        let kind = match io_kind {
            _ if dns || reason.contains("failed to lookup address") => FailureKind::UnknownHost,
            _ if reason.contains("UnknownIssuer") => FailureKind::UnknownAuthority,
            _ if reason.contains("invalid peer certificate") => FailureKind::BadCertificate,
            _ if reason.contains("InvalidContentType") || reason.contains("corrupt message") => {
                FailureKind::NotTls
            }
            _ if timeout => FailureKind::Timeout,
            Some(io::ErrorKind::ConnectionRefused) => FailureKind::ConnectionRefused,
            Some(
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::NotConnected
                | io::ErrorKind::UnexpectedEof,
            ) => FailureKind::Closed,
            _ if incomplete => FailureKind::Closed,
            _ => FailureKind::Other,
        };
        Self { kind, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::auth::Auth;
    use crate::sink::http::HttpOptions;

    #[test]
    fn what_is_wrong_with_a_certificate_comes_with_a_next_step() {
        let http = Http::new("https://h", Auth::None, &HttpOptions::default()).unwrap();
        for (kind, step) in [
            (FailureKind::UnknownAuthority, "--ca-cert FILE"),
            (FailureKind::BadCertificate, "check the host in the URL"),
            (FailureKind::NotTls, "try http://"),
            (FailureKind::Redirect, "it redirects to why, "),
        ] {
            let error = Failure { kind, reason: "why".to_owned() }.into_error(&http).to_string();
            assert!(error.starts_with("reach https://h: ") && error.contains(step), "{error}");
        }
    }
}
