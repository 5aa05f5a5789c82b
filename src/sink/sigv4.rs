//! AWS Signature Version 4, over the bytes that are sent.
//!
//! A request is signed when it is complete, compressed body included, and signed anew each time it is
//! sent, with credentials asked for anew: both age. `x-amz-content-sha256` is always there:
//! OpenSearch Serverless refuses a request without it, and domains take it.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use http::{HeaderName, HeaderValue};

/// Signs for one service in one region.
#[derive(Clone)]
pub struct SigV4 {
    /// `es` or `aoss`.
    pub service: String,
    /// The region of the target.
    pub region: String,
    /// Where the credentials come from; it caches and refreshes them.
    pub credentials: SharedCredentialsProvider,
}

/// Why a request was not signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignError {
    /// What is wrong.
    pub(crate) reason: String,
    /// Whether it may pass: a slow credentials endpoint, for one.
    pub(crate) passing: bool,
}

impl SignError {
    pub(crate) fn new(reason: &(impl ToString + ?Sized)) -> Self {
        Self { reason: reason.to_string(), passing: false }
    }
}

impl From<CredentialsError> for SignError {
    fn from(error: CredentialsError) -> Self {
        let passing = matches!(
            error,
            CredentialsError::ProviderTimedOut(_) | CredentialsError::ProviderError(_)
        );
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            reason = format!("{reason}: {inner}");
            source = inner.source();
        }
        Self { reason, passing }
    }
}

impl fmt::Debug for SigV4 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.describe())
    }
}

impl SigV4 {
    /// Service and region.
    pub fn describe(&self) -> String {
        format!("an AWS signature for {} in {}", self.service, self.region)
    }

    pub(crate) async fn sign(&self, request: &mut reqwest::Request) -> Result<(), SignError> {
        let credentials = self.credentials.provide_credentials().await?;
        let identity = credentials.into();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|error| SignError::new(&error))?
            .into();
        let (instructions, _signature) = sign(signable(request)?, &parameters)
            .map_err(|error| SignError::new(&error))?
            .into_parts();
        let (headers, _no_query) = instructions.into_parts();
        for header in headers {
            let mut value =
                HeaderValue::from_str(header.value()).map_err(|error| SignError::new(&error))?;
            value.set_sensitive(header.sensitive() || header.name() == "authorization");
            request.headers_mut().insert(HeaderName::from_static(header.name()), value);
        }
        Ok(())
    }
}

/// The request as it will be sent; the host is taken from the URL, without a default port.
fn signable(request: &reqwest::Request) -> Result<SignableRequest<'_>, SignError> {
    let headers = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
    SignableRequest::new(
        request.method().as_str(),
        request.url().as_str(),
        headers,
        SignableBody::Bytes(body),
    )
    .map_err(|error| SignError::new(&error))
}
