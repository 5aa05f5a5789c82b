//! How requests prove who sends them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use http::header::AUTHORIZATION;

use crate::secret::Secret;
use crate::sink::sigv4::{SigV4, SignError};

/// The way to authenticate.
#[derive(Debug, Clone, Default)]
pub enum Auth {
    /// Nothing is sent.
    #[default]
    None,
    /// `Authorization: Basic`.
    Basic {
        /// The user's name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// `Authorization: ApiKey`, with the key as Elasticsearch encodes it.
    ApiKey(Secret),
    /// AWS Signature Version 4.
    SigV4(SigV4),
}

impl Auth {
    /// An API key, as `id:key` or encoded as Kibana shows it.
    pub fn api_key(key: &Secret) -> Self {
        let key = key.reveal().trim();
        // The encoded form has no colon in its alphabet.
        if key.contains(':') {
            Self::ApiKey(Secret::new(BASE64_STANDARD.encode(key)))
        } else {
            Self::ApiKey(Secret::new(key))
        }
    }

    /// The way, without what proves it.
    pub fn describe(&self) -> String {
        match self {
            Self::None => "no authentication".to_owned(),
            Self::Basic { user, .. } => format!("user {user}"),
            Self::ApiKey(_) => "an API key".to_owned(),
            Self::SigV4(signer) => signer.describe(),
        }
    }

    /// Adds the headers; last, when the request has its final body.
    pub(crate) async fn authorize(&self, request: &mut reqwest::Request) -> Result<(), SignError> {
        let value = match self {
            Self::None => return Ok(()),
            Self::Basic { user, password } => {
                let pair = format!("{user}:{}", password.reveal());
                format!("Basic {}", BASE64_STANDARD.encode(pair))
            }
            Self::ApiKey(key) => format!("ApiKey {}", key.reveal()),
            Self::SigV4(signer) => return signer.sign(request).await,
        };
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| SignError::new("the API key has characters that no header can carry"))?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }
}

/// What a host of Amazon's says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsHost {
    /// The name that signatures carry: `es` for domains, `aoss` for serverless collections.
    pub service: &'static str,
    /// The region.
    pub region: String,
}

/// Reads service and region from a host such as `search-x.eu-west-1.es.amazonaws.com`, or
/// one of the dual-stack names, such as `search-x.aos.eu-west-1.on.aws`.
pub fn guess_aws(host: &str) -> Option<AwsHost> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let amazon =
        host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    let (service, region) = if let Some(rest) = amazon {
        let (rest, service) = rest.rsplit_once('.')?;
        (service, rest.rsplit_once('.')?.1)
    } else {
        let (rest, region) = host.strip_suffix(".on.aws")?.rsplit_once('.')?;
        (rest.rsplit_once('.')?.1, region)
    };
    let service = match service {
        "es" | "aos" => "es",
        "aoss" | "aoss-fips" => "aoss",
        _ => return None,
    };
    Some(AwsHost { service, region: region.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn headers_are_as_the_servers_want_them_and_debug_shows_none() {
        let table = [
            (
                Auth::Basic { user: "joe".into(), password: Secret::new("s:é") },
                "Basic am9lOnM6w6k=",
            ),
            (Auth::api_key(&Secret::new("id:key\n")), "ApiKey aWQ6a2V5"),
            (Auth::api_key(&Secret::new("aWQ6a2V5")), "ApiKey aWQ6a2V5"),
        ];
        for (auth, expected) in table {
            let mut request =
                reqwest::Request::new(http::Method::GET, "http://x/".parse().unwrap());
            auth.authorize(&mut request).await.unwrap();
            assert_eq!(request.headers().get(AUTHORIZATION).unwrap(), expected);
            let printed = format!("{auth:?} {} {request:?}", auth.describe());
            assert!(!printed.contains("s:é") && !printed.contains("a2V5"), "{printed}");
        }
    }

    #[test]
    fn service_and_region_are_in_the_host() {
        let table = [
            ("search-d-abc.eu-west-1.es.amazonaws.com", Some(("es", "eu-west-1"))),
            ("VPC-d.us-gov-west-1.ES.amazonaws.com.", Some(("es", "us-gov-west-1"))),
            ("search-d.cn-north-1.es.amazonaws.com.cn", Some(("es", "cn-north-1"))),
            ("abc.us-east-1.aoss.amazonaws.com", Some(("aoss", "us-east-1"))),
            ("search-d.aos.us-east-1.on.aws", Some(("es", "us-east-1"))),
            ("bucket.s3.amazonaws.com", None),
            ("es.amazonaws.com", None),
            ("localhost", None),
            ("es.amazonaws.com.example.com", None),
        ];
        for (host, expected) in table {
            let expected =
                expected.map(|(service, region)| AwsHost { service, region: region.to_owned() });
            assert_eq!(guess_aws(host), expected, "{host}");
        }
    }
}
