//! Requests to the target: one client, one address, one way to authenticate.
//!
//! No redirect is followed, since it would carry credentials to where nobody wanted them. Nothing is
//! retried here: whether a repetition makes sense is decided above, from the whole answer.

use std::error::Error as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::limits;
use crate::secret::Secret;
use crate::sink::auth::Auth;
use crate::sink::bulk::Payload;
use crate::sink::error::SinkError;
use crate::sink::failure::Failure;
use crate::sink::reason;
use crate::sink::verdict::Reply;

/// How connections are made.
#[derive(Debug, Clone, Default)]
pub struct HttpOptions {
    /// Certificates of authorities to trust beside the system's, as a PEM file.
    pub ca_cert: Option<PathBuf>,
    /// Whether any certificate is taken.
    pub insecure: bool,
}

/// The target, reachable by HTTP.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    base: Url,
    shown: String,
    auth: Auth,
}

impl Http {
    /// Reads the address, which may have a path prefix, and a user and password when nothing else says how to
    /// authenticate.
    pub fn new(target: &str, auth: Auth, options: &HttpOptions) -> Result<Self, SinkError> {
        let mut base = parse(target)?;
        let from_url = take_user(&mut base);
        let auth = match (auth, from_url) {
            (Auth::None, Some(basic)) => basic,
            (auth, _) => auth,
        };
        let shown = base.as_str().trim_end_matches('/').to_owned();
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self { client: client(&shown, options)?, base, shown, auth })
    }

    /// Whether address and certificates can be used, so far as that is seen without a connection.
    pub fn check(target: &str, options: &HttpOptions) -> Result<(), SinkError> {
        parse(target)?;
        options.ca_cert.as_deref().map_or(Ok(Vec::new()), certificates).map(|_| ())
    }

    /// The address, without user and password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The host's name.
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Whether the address is `http:`, so that a TLS port would close the connection.
    pub(crate) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// Whether a password or key travels where others can read it: to another host, unencrypted.
    pub fn exposes_a_secret(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        let sent = matches!(self.auth, Auth::Basic { .. } | Auth::ApiKey(_));
        sent && self.is_plain() && !here
    }

    /// How requests are authenticated.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Sends a bulk body.
    pub async fn bulk(&self, payload: Payload) -> Result<Reply, Failure> {
        let mut request = self.request(Method::POST, "_bulk")?;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
        if payload.gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        *request.body_mut() = Some(payload.bytes.into());
        self.send(request, limits::ANSWER_BYTES).await
    }

    /// Asks for a path below the address.
    pub async fn get(&self, path: &str) -> Result<Reply, Failure> {
        let request = self.request(Method::GET, path)?;
        self.send(request, limits::SHORT_ANSWER_BYTES).await
    }

    /// The same where the answer may be long: the mapping of an index.
    pub async fn get_long(&self, path: &str) -> Result<Reply, Failure> {
        let request = self.request(Method::GET, path)?;
        self.send(request, limits::ANSWER_BYTES).await
    }

    /// Asks a question that has a JSON body.
    pub async fn get_with(&self, path: &str, body: String) -> Result<Reply, Failure> {
        self.json(Method::GET, path, body, limits::SHORT_ANSWER_BYTES).await
    }

    /// Puts a JSON body.
    pub async fn put(&self, path: &str, body: String) -> Result<Reply, Failure> {
        self.json(Method::PUT, path, body, limits::SHORT_ANSWER_BYTES).await
    }

    /// Posts a JSON body, or lines of them, and reads so many bytes of the answer at most.
    pub async fn post(&self, path: &str, body: String, most: usize) -> Result<Reply, Failure> {
        self.json(Method::POST, path, body, most).await
    }

    /// Takes away what stands at a path.
    pub async fn delete(&self, path: &str) -> Result<Reply, Failure> {
        let request = self.request(Method::DELETE, path)?;
        self.send(request, limits::SHORT_ANSWER_BYTES).await
    }

    async fn json(
        &self,
        method: Method,
        path: &str,
        body: String,
        most: usize,
    ) -> Result<Reply, Failure> {
        let mut request = self.request(method, path)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        self.send(request, most).await
    }

    fn request(&self, method: Method, path: &str) -> Result<reqwest::Request, Failure> {
        let url = self.base.join(path).map_err(|error| Failure::unsendable(&error))?;
        Ok(reqwest::Request::new(method, url))
    }

    /// Sends it and reads so many bytes of the answer at most.
    async fn send(&self, mut request: reqwest::Request, most: usize) -> Result<Reply, Failure> {
        self.auth.authorize(&mut request).await?;
        let mut response = self.client.execute(request).await?;
        if response.status().is_redirection()
            && let Some(to) = text(response.headers(), LOCATION.as_str())
        {
            return Err(Failure::redirect(without_secrets(&self.base, &to)));
        }
        let mut reply = Reply {
            status: response.status().as_u16(),
            content_type: text(response.headers(), CONTENT_TYPE.as_str())
                .map(|kind| reason::redact(&kind, limits::CAUSE_CHARS)),
            retry_after: retry_after(response.headers(), Timestamp::now()),
            elastic: response.headers().contains_key("x-elastic-product"),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await? {
            if reply.body.len() + chunk.len() > most {
                return Err(Failure::endless(most));
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

fn parse(target: &str) -> Result<Url, SinkError> {
    // A text that is no URL may still hold a password: it is not repeated.
    let bad =
        |target: &str, reason: String| SinkError::BadTarget { target: target.to_owned(), reason };
    let url = Url::parse(target)
        .map_err(|error| bad("URL", format!("{error}; it should look like https://host:9200")))?;
    let host = url.host_str().unwrap_or_default();
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("URL", "it begins with neither http:// nor https://".to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad(
            host,
            "a query or fragment has no meaning in it; give it as https://host:9200/path"
                .to_owned(),
        ));
    }
    Ok(url)
}

/// Takes user and password out of the address.
fn take_user(url: &mut Url) -> Option<Auth> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let user = decode(url.username());
    let password = Secret::new(decode(url.password().unwrap_or_default()));
    let cleared = url.set_username("").and_then(|()| url.set_password(None));
    (cleared.is_ok() && !user.is_empty()).then_some(Auth::Basic { user, password })
}

fn client(shown: &str, options: &HttpOptions) -> Result<reqwest::Client, SinkError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("trailhaul/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits::CONNECT_TIMEOUT)
        .timeout(limits::REQUEST_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .tls_danger_accept_invalid_certs(options.insecure);
    if let Some(path) = &options.ca_cert {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder
        .build()
        .map_err(|error| SinkError::NoConnection { url: shown.to_owned(), problem: cause(&error) })
}

fn cause(error: &reqwest::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, SinkError> {
    let bad = |reason: String| SinkError::CaCert { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    let certificates =
        reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| bad(error.to_string()))?;
    if certificates.is_empty() {
        return Err(bad("there is no certificate in it; a PEM file is wanted".to_owned()));
    }
    // They are read as certificates by a client alone; with the system's, it would not say whose is bad.
    let alone = reqwest::Client::builder().tls_certs_only(certificates.clone()).build();
    alone.map_err(|error| bad(cause(&error)))?;
    Ok(certificates)
}

/// Where a redirect leads, without what may carry a secret.
fn without_secrets(base: &Url, to: &str) -> String {
    let Ok(mut url) = base.join(to) else { return "no URL".to_owned() };
    url.set_query(None);
    url.set_fragment(None);
    take_user(&mut url);
    reason::redact(url.as_str(), limits::CAUSE_CHARS)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Seconds, or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    Duration::try_from(date.timestamp().duration_since(now)).ok()
}

/// A name of an index, or a pattern, as a part of a path; `*` and `,` keep what they mean. A `+` that
/// stands there by itself is a space to Elasticsearch.
pub fn path_of(name: &str) -> String {
    name.replace('%', "%25").replace('+', "%2B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_password_leave_the_url() {
        let http =
            Http::new("https://joe:p%40ss@host:9200/prefix", Auth::None, &HttpOptions::default())
                .unwrap();
        assert_eq!(http.shown(), "https://host:9200/prefix");
        assert_eq!(
            http.request(Method::POST, "_bulk").unwrap().url().as_str(),
            "https://host:9200/prefix/_bulk"
        );
        let Auth::Basic { user, password } = http.auth() else { panic!("{:?}", http.auth()) };
        assert_eq!((user.as_str(), password.reveal()), ("joe", "p@ss"));
        assert!(!format!("{http:?}").contains("p@ss") && !format!("{http:?}").contains("p%40ss"));
        assert!(!http.is_plain() && http.host() == "host");
    }

    #[test]
    fn an_address_that_cannot_be_used_is_named_without_secrets() {
        for target in [
            "joe:s3cret@host:9200",
            "ftp://joe:s3cret@host",
            "https://joe:s3cret@host/?a=b",
            "https://joe:s3cret@",
        ] {
            let error =
                Http::new(target, Auth::None, &HttpOptions::default()).unwrap_err().to_string();
            assert!(error.starts_with("use target ") && !error.contains("s3cret"), "{error}");
        }
        let options = HttpOptions { ca_cert: Some("/nowhere/ca.pem".into()), insecure: false };
        let error = Http::new("https://h", Auth::None, &options).unwrap_err().to_string();
        assert!(error.contains("/nowhere/ca.pem"), "{error}");
    }

    #[test]
    fn a_secret_is_exposed_by_plain_http_to_another_host() {
        for (target, exposed) in [
            ("http://joe:pw@es.example:9200", true),
            ("http://joe:pw@192.0.2.1:9200", true),
            ("http://joe:pw@[2001:db8::1]:9200", true),
            ("https://joe:pw@es.example:9200", false),
            ("http://es.example:9200", false),
            ("http://joe:pw@localhost:9200", false),
            ("http://joe:pw@127.0.0.1:9200", false),
            ("http://joe:pw@[::1]:9200", false),
        ] {
            let http = Http::new(target, Auth::None, &HttpOptions::default()).unwrap();
            assert_eq!(http.exposes_a_secret(), exposed, "{target}");
        }
    }

    #[test]
    fn where_a_redirect_leads_is_told_without_secrets() {
        let base = Url::parse("https://host:9200/prefix/").unwrap();
        for (to, told) in [
            ("http://joe:pw@other/a?token=s3cret#s3cret", "http://other/a"),
            ("/login", "https://host:9200/login"),
            ("https://[", "no URL"),
        ] {
            assert_eq!(without_secrets(&base, to), told);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let at = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            retry_after(&headers, Timestamp::UNIX_EPOCH + Duration::from_hours(24))
        };
        assert_eq!(at("7"), Some(Duration::from_secs(7)));
        assert_eq!(at("Fri, 02 Jan 1970 00:01:00 GMT"), Some(Duration::from_mins(1)));
        assert_eq!(at("Thu, 01 Jan 1970 00:01:00 GMT"), None);
        assert_eq!(at("soon"), None);
    }
}
