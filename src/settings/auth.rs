//! How to authenticate to the target, and what says so.
//!
//! It is guessed from what is given, then from the host. Where two ways are given, neither is taken.

use std::path::Path;

use super::{UsageError, env, read_text};
use crate::{cli, secret::Secret, sink::auth::guess_aws};

/// How to authenticate, and why so.
#[derive(Debug, PartialEq, Eq)]
pub struct Authentication {
    /// How.
    pub how: AuthSettings,
    /// What says so: an option or a variable by its name, else in words.
    pub by: &'static str,
}

/// How to authenticate.
#[derive(Debug, PartialEq, Eq)]
pub enum AuthSettings {
    /// Not at all.
    None,
    /// As the URL says, which holds a user.
    Url,
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

/// What the URL of a target and the options about it mean.
pub(super) fn auth(url: &reqwest::Url, args: cli::Target) -> Result<Authentication, UsageError> {
    if !url.username().is_empty() || url.password().is_some() {
        return match beside_the_url(&args) {
            Some(other) => Err(UsageError(format!(
                "the URL of --to holds a user, and {other} is given too: leave one of the two out"
            ))),
            None => Ok(Authentication { how: AuthSettings::Url, by: "the user in --to" }),
        };
    }
    let host = url.host_str().unwrap_or_default();
    let api_key = secret("--api-key-file", "TRAILHAUL_API_KEY", args.api_key_file.as_deref())?;
    let (how, by) = if let Some(how) = args.auth {
        (how, "--auth")
    } else if api_key.is_some() {
        let by_file = args.api_key_file.is_some();
        (cli::Auth::ApiKey, if by_file { "--api-key-file" } else { "TRAILHAUL_API_KEY" })
    } else if args.user.is_some() {
        (cli::Auth::Basic, "--user")
    } else if args.sigv4_service.is_some() {
        (cli::Auth::SigV4, "--sigv4-service")
    } else if guess_aws(host).is_some() {
        (cli::Auth::SigV4, "the host in --to")
    } else {
        (cli::Auth::None, "no option and no host of Amazon's")
    };
    let how = match how {
        cli::Auth::None => AuthSettings::None,
        cli::Auth::ApiKey => api_key.map(AuthSettings::ApiKey).ok_or_else(|| {
            UsageError("no API key: set TRAILHAUL_API_KEY, or give --api-key-file FILE".into())
        })?,
        cli::Auth::Basic => basic(args)?,
        cli::Auth::SigV4 => sigv4(host, args),
    };
    Ok(Authentication { how, by })
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

    use super::*;
    use crate::settings::{Place, target::tests::parse};

    fn in_force(to: &str, options: &[&str]) -> Authentication {
        match parse(to, options).unwrap() {
            Place::Cluster(cluster) => cluster.auth,
            Place::File(path) => panic!("{path:?}"),
        }
    }

    fn auth_of(to: &str, options: &[&str]) -> AuthSettings {
        in_force(to, options).how
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
        assert_eq!(auth_of(&with_user, &[]), AuthSettings::Url);
    }

    #[test]
    fn what_says_how_is_told() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"pw\n").unwrap();
        let path = file.path().to_str().unwrap();
        let amazon = "https://search-x.eu-west-1.es.amazonaws.com";
        for (to, options, by) in [
            ("http://h", &[][..], "no option and no host of Amazon's"),
            ("http://joe@h", &[], "the user in --to"),
            ("http://h", &["--auth", "none"], "--auth"),
            (amazon, &["--user", "joe", "--password-file", path], "--user"),
            (amazon, &["--api-key-file", path], "--api-key-file"),
            (amazon, &[], "the host in --to"),
            ("http://h", &["--sigv4-service", "es"], "--sigv4-service"),
        ] {
            assert_eq!(in_force(to, options).by, by, "{to} {options:?}");
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
