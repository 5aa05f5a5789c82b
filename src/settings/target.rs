//! Where documents go and how to authenticate there.

use std::path::{Path, PathBuf};

use super::{UsageError, env, read_text};
use crate::{cli, secret::Secret, sink::auth::guess_aws};

/// Where documents go.
#[derive(Debug)]
pub enum Place {
    /// A file of bulk NDJSON.
    File(PathBuf),
    /// An Elasticsearch or OpenSearch.
    Cluster(Box<Cluster>),
}

impl Place {
    /// The AWS profile that signs requests, where one is named.
    pub fn profile(&self) -> Option<&str> {
        match self {
            Self::File(_) => None,
            Self::Cluster(cluster) => cluster.profile.as_deref(),
        }
    }
}

/// An Elasticsearch or OpenSearch, and how to reach it.
#[derive(Debug)]
pub struct Cluster {
    /// Its URL as typed; may hold a user and password.
    pub url: Secret,
    /// How to authenticate.
    pub auth: AuthSettings,
    /// File of certificates (PEM) to trust beside the system's; it can be read.
    pub ca_cert: Option<PathBuf>,
    /// Whether its certificate goes unverified.
    pub insecure: bool,
    /// The AWS profile that signs requests, where one is named.
    pub profile: Option<String>,
}

/// How to authenticate.
#[derive(Debug, PartialEq, Eq)]
pub enum AuthSettings {
    /// Not at all, or as the URL says.
    None,
    /// User and password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// An API key.
    ApiKey(Secret),
    /// AWS Signature Version 4.
    SigV4 {
        /// `es` or `aoss`.
        service: String,
        /// The region; none where neither an option nor the host says it.
        region: Option<String>,
    },
}

/// What `--to` and the options about the target mean.
pub fn place(to: &str, args: cli::Target) -> Result<Place, UsageError> {
    if let Some(path) = to.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            return Err(UsageError("--to file: names no file: give file:PATH".to_owned()));
        }
        return Ok(Place::File(PathBuf::from(path)));
    }
    let url: reqwest::Url = to.parse().map_err(|_| not_a_target())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(not_a_target());
    }
    let (ca_cert, insecure, profile) = (args.ca_cert.clone(), args.insecure, args.profile.clone());
    if let Some(path) = &ca_cert {
        read_text("--ca-cert", path)?;
    }
    let auth = auth(&url, args)?;
    let url = Secret::new(to);
    Ok(Place::Cluster(Box::new(Cluster { url, auth, ca_cert, insecure, profile })))
}

/// What to type first.
pub(super) fn missing() -> UsageError {
    UsageError(
        "no target: give --to http://localhost:9200, the URL of your cluster, or \
         --to file:events.ndjson; TRAILHAUL_TO, or `to` in a --config file, does as well"
            .to_owned(),
    )
}

/// Does not repeat what was typed, which may hold a password.
fn not_a_target() -> UsageError {
    UsageError(
        "--to is no target: give https://HOST[:PORT], http://HOST[:PORT] or file:PATH".into(),
    )
}

fn auth(url: &reqwest::Url, args: cli::Target) -> Result<AuthSettings, UsageError> {
    if !url.username().is_empty() || url.password().is_some() {
        return match beside_the_url(&args) {
            Some(other) => Err(UsageError(format!(
                "the URL of --to holds a user, and {other} is given too: leave one of the two out"
            ))),
            None => Ok(AuthSettings::None),
        };
    }
    let host = url.host_str().unwrap_or_default();
    let api_key = secret("--api-key-file", "TRAILHAUL_API_KEY", args.api_key_file.as_deref())?;
    let how = args.auth.unwrap_or_else(|| {
        if api_key.is_some() {
            cli::Auth::ApiKey
        } else if args.user.is_some() {
            cli::Auth::Basic
        } else if args.sigv4_service.is_some() || guess_aws(host).is_some() {
            cli::Auth::SigV4
        } else {
            cli::Auth::None
        }
    });
    match how {
        cli::Auth::None => Ok(AuthSettings::None),
        cli::Auth::ApiKey => api_key.map(AuthSettings::ApiKey).ok_or_else(|| {
            UsageError("no API key: set TRAILHAUL_API_KEY, or give --api-key-file FILE".into())
        }),
        cli::Auth::Basic => basic(args),
        cli::Auth::SigV4 => Ok(sigv4(host, args)),
    }
}

fn basic(args: cli::Target) -> Result<AuthSettings, UsageError> {
    let user = args
        .user
        .ok_or_else(|| UsageError("no user for basic authentication: give --user NAME".into()))?;
    let file = args.password_file.as_deref();
    let password = secret("--password-file", "TRAILHAUL_PASSWORD", file)?.ok_or_else(|| {
        UsageError(format!(
            "no password for user {user}: set TRAILHAUL_PASSWORD, or give --password-file FILE"
        ))
    })?;
    Ok(AuthSettings::Basic { user, password })
}

/// What is not said is what Amazon's hosts are named for.
fn sigv4(host: &str, args: cli::Target) -> AuthSettings {
    let guess = guess_aws(host);
    let service = match args.sigv4_service {
        Some(cli::SigV4Service::Es) => "es",
        Some(cli::SigV4Service::Aoss) => "aoss",
        None => guess.as_ref().map_or("es", |guess| guess.service),
    };
    let region = args.sigv4_region.or_else(|| guess.map(|guess| guess.region));
    AuthSettings::SigV4 { service: service.to_owned(), region }
}

/// What says how to authenticate, other than the URL.
fn beside_the_url(args: &cli::Target) -> Option<&'static str> {
    let set = |name| env(name).is_some_and(|value| !value.is_empty());
    let given = [
        ("--auth", args.auth.is_some()),
        ("--user", args.user.is_some()),
        ("--password-file", args.password_file.is_some()),
        ("TRAILHAUL_PASSWORD", set("TRAILHAUL_PASSWORD")),
        ("--api-key-file", args.api_key_file.is_some()),
        ("TRAILHAUL_API_KEY", set("TRAILHAUL_API_KEY")),
        ("--sigv4-service", args.sigv4_service.is_some()),
        ("--sigv4-region", args.sigv4_region.is_some()),
    ];
    given.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
}

/// A secret from its file, else from its variable.
fn secret(option: &str, name: &str, file: Option<&Path>) -> Result<Option<Secret>, UsageError> {
    let Some(path) = file else {
        return Ok(env(name).filter(|value| !value.is_empty()).map(Secret::new));
    };
    let text = read_text(option, path)?;
    let value = text.trim_end_matches(['\r', '\n']);
    if value.is_empty() {
        return Err(UsageError(format!(
            "{option} {} is empty: write the secret into it",
            path.display()
        )));
    }
    Ok(Some(Secret::new(value)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        target: cli::Target,
    }

    fn parse(to: &str, options: &[&str]) -> Result<Place, UsageError> {
        let words = std::iter::once("test").chain(options.iter().copied());
        place(to, Line::try_parse_from(words).unwrap().target)
    }

    fn auth_of(to: &str, options: &[&str]) -> AuthSettings {
        match parse(to, options).unwrap() {
            Place::Cluster(cluster) => cluster.auth,
            Place::File(path) => panic!("{path:?}"),
        }
    }

    #[test]
    fn the_way_to_authenticate_is_guessed_from_what_is_given_then_from_the_host() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"pw\n").unwrap();
        let path = file.path().to_str().unwrap();
        let amazon = "https://search-x.eu-west-1.es.amazonaws.com";
        assert_eq!(auth_of("http://localhost:9200", &[]), AuthSettings::None);
        assert_eq!(
            auth_of(amazon, &[]),
            AuthSettings::SigV4 { service: "es".into(), region: Some("eu-west-1".into()) }
        );
        assert_eq!(
            auth_of(amazon, &["--user", "joe", "--password-file", path]),
            AuthSettings::Basic { user: "joe".into(), password: Secret::new("pw") }
        );
        assert_eq!(
            auth_of("https://localhost", &["--api-key-file", path]),
            AuthSettings::ApiKey(Secret::new("pw"))
        );
        assert_eq!(auth_of(amazon, &["--auth", "none"]), AuthSettings::None);
        // As the URL says, also where the host would say something else.
        let with_user = amazon.replace("://", "://joe:pw@");
        assert_eq!(auth_of(&with_user, &[]), AuthSettings::None);
    }

    #[test]
    fn what_is_no_target_is_refused_without_repeating_it() {
        for to in
            ["", "localhost:9200", "ftp://u:hunter2@host", "https://", "file:", "elasticsearch"]
        {
            let error = parse(to, &[]).unwrap_err().to_string();
            assert!(error.contains("file:PATH") && !error.contains("hunter2"), "{to}: {error}");
        }
    }

    #[test]
    fn a_file_target_is_a_path() {
        for to in ["file:a/b.ndjson", "file://a/b.ndjson"] {
            assert!(
                matches!(parse(to, &[]), Ok(Place::File(path)) if path == Path::new("a/b.ndjson"))
            );
        }
    }

    #[test]
    fn a_missing_secret_is_named_with_where_to_put_it() {
        let error = parse("https://localhost", &["--user", "joe"]).unwrap_err().to_string();
        assert!(error.contains("TRAILHAUL_PASSWORD"), "{error}");
        let error = parse("https://localhost", &["--api-key-file", "no/such"]).unwrap_err();
        assert!(error.to_string().contains("no/such"), "{error}");
    }
}
