//! Where documents go.

use std::path::PathBuf;

use super::{
    UsageError,
    auth::{Authentication, auth},
    read_text,
};
use crate::{
    cli,
    secret::Secret,
    sink::{Http, HttpOptions},
};

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
    pub auth: Authentication,
    /// File of certificates (PEM) to trust beside the system's; it has some.
    pub ca_cert: Option<PathBuf>,
    /// Whether its certificate goes unverified.
    pub insecure: bool,
    /// The AWS profile that signs requests, where one is named.
    pub profile: Option<String>,
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
    let options = HttpOptions { ca_cert: ca_cert.clone(), insecure };
    Http::check(to, &options).map_err(|error| UsageError(format!("failed to {error}")))?;
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

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        target: cli::Target,
    }

    pub(in crate::settings) fn parse(to: &str, options: &[&str]) -> Result<Place, UsageError> {
        let words = std::iter::once("test").chain(options.iter().copied());
        place(to, Line::try_parse_from(words).unwrap().target)
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
}
