//! The trial of `--write-test`: a template and a document under names that nothing else has, which are
//! taken away again. It shows what no question does: that the target takes them of this user.
//!
//! The index has a name that the run's pattern matches, so that a role for these names is a role for it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use crate::{
    commands::connect::{self, Documents},
    event::{Document, Item, Ticket},
    normalize::{IndexPattern, Normalizer, template_name},
    sink::{Http, Refusal, Server, SinkError, path_of, privileges::May, scratch, template},
    source::decode::{self, Hints},
};

/// What came of it.
pub(super) struct Trial {
    pub(super) template: May,
    pub(super) documents: May,
    /// What could not be taken away, and why.
    pub(super) left: Vec<(String, String)>,
    /// The index that was written to.
    pub(super) index: String,
}

/// Writes and takes away.
pub(super) async fn run(http: &Http, server: &Server, documents: &Documents) -> Option<Trial> {
    let mark = format!("check-{:08x}", fastrand::u32(..));
    let pattern = IndexPattern::new(&scratch_name(documents.index.glob(), &mark)).ok()?;
    let index = pattern.as_str().to_owned();
    let table = documents.normalizer.table();

    let installed = connect::install(http, server, &pattern, table).await;
    let template = match &installed {
        Ok(_) => May::Yes("one was put".to_owned()),
        Err(error) => refused(error),
    };
    let written = match document(documents, &pattern) {
        Some(document) => match scratch::write(http, &document).await {
            Ok(()) => May::Yes("one was created".to_owned()),
            // Names that no pattern covers may be all that this user has.
            Err(error) if !documents.index.glob().contains('*') => May::Unknown(format!(
                "not shown by the trial, which was refused in {index}: {error}"
            )),
            Err(error) => refused(&error),
        },
        None => May::Unknown("no document could be made for the trial".to_owned()),
    };
    let mut left = Vec::new();
    // What was refused, or had no answer, may have made the index all the same.
    if let Err(reason) = scratch::remove_index(http, &index).await
        && !scratch::is_gone(http, &path_of(&index)).await
    {
        left.push((format!("/{index}"), reason));
    }
    let path = template::path(server, &template_name(&pattern));
    if !matches!(template, May::No(_))
        && let Err(reason) = scratch::remove(http, &path).await
        && !scratch::is_gone(http, &path).await
    {
        left.push((format!("/{path}"), reason));
    }
    Some(Trial { template, documents: written, left, index })
}

/// The wildcards of a pattern filled in; a fixed name with something behind it.
fn scratch_name(glob: &str, mark: &str) -> String {
    if !glob.contains('*') {
        return format!("{glob}-{mark}");
    }
    glob.replacen('*', mark, 1).replace('*', "0")
}

/// A permission that is lacking, or what else kept it from being done.
fn refused(error: &SinkError) -> May {
    match error {
        SinkError::Refused { refusal: Refusal::Forbidden { permission, .. }, .. }
        | SinkError::Refused { refusal: Refusal::NoTemplate { permission, .. }, .. } => {
            May::No(permission.clone())
        }
        error => May::Unknown(format!("the trial failed to {error}")),
    }
}

/// An event as small as any, as a run would write it.
fn document(documents: &Documents, pattern: &IndexPattern) -> Option<Document> {
    let record = json!({
        "eventID": "trailhaul-check", "eventTime": Timestamp::now().strftime("%FT%TZ").to_string(),
        "eventSource": "trailhaul.check", "eventName": "WriteTest",
    });
    let Item::Event(event) = decode::record(record.to_string(), Hints::default()) else {
        return None;
    };
    let table = Arc::new(documents.normalizer.table().clone());
    let normalizer = Normalizer::new(table, pattern.clone());
    Some(normalizer.document(*event, Ticket { region: 0, page: 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scratch_index_is_one_of_the_patterns_where_it_has_wildcards() {
        for (glob, name) in [
            ("cloudtrail-*.*", "cloudtrail-check-1.0"),
            ("ct-*", "ct-check-1"),
            ("ct-*-w*-x", "ct-check-1-w0-x"),
            ("cloudtrail", "cloudtrail-check-1"),
        ] {
            assert_eq!(scratch_name(glob, "check-1"), name);
            assert!(IndexPattern::new(name).is_ok());
        }
    }
}
