//! Makes ready for the indices that are there already: their shape is theirs, and documents fit it.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::connect::Documents;
use crate::{
    limits::MOST_INDICES,
    normalize::{
        CatchAll, Layout,
        adapt::{Adaptation, Live},
    },
    sink::{
        Http, Server,
        indices::{self, Standing},
    },
};

/// Looks at the indices that the run will write to, gives them what they lack, and has documents made
/// for them as they are. Where that does not go, it is said, and documents are made as for a new index.
pub(super) async fn to_standing(
    http: &Http,
    server: &Server,
    catch_all: CatchAll,
    documents: &mut Documents,
) {
    let now = Timestamp::now();
    let example = documents.index.name(now);
    let found = indices::list(http, server, documents.index.glob(), &example).await;
    let standing = match found {
        Ok(standing) => wanted(standing, documents),
        Err(reason) => {
            tracing::warn!(
                reason,
                "which indices are there is not told: documents are made as for new ones, and repaired where an index refuses them"
            );
            return;
        }
    };
    // Most are like the one before.
    let mut last: Option<(Arc<Live>, Arc<crate::normalize::Table>)> = None;
    for Standing { index, names, .. } in standing {
        if documents.normalizer.table().layout() == Layout::Ecs {
            // Its tables make the documents, and no rule: all that can be done is to give the fields.
            give_fields(http, &index, catch_all, documents).await;
            continue;
        }
        let Some(live) = adapt(http, &index, catch_all, documents).await else { continue };
        let table = match last.take() {
            Some((known, table)) if known == live => table,
            _ => Arc::new(documents.normalizer.table().clone().within(Arc::clone(&live))),
        };
        for name in names {
            documents.normalizer.adapt(name, Arc::clone(&table));
        }
        last = Some((live, table));
    }
}

/// Those of the indices that events of the run's time can go to, as many as are looked at.
pub(super) fn wanted(mut standing: Vec<Standing>, documents: &Documents) -> Vec<Standing> {
    let names: Option<BTreeSet<Arc<str>>> =
        documents.time.and_then(|(from, to)| documents.index.names(from, to));
    standing.retain(|found| {
        let is_one = |names: &BTreeSet<Arc<str>>| {
            found.names.iter().any(|name| names.contains(name.as_str()))
        };
        names.as_ref().is_none_or(is_one)
    });
    standing.sort_by(|one, two| two.index.cmp(&one.index));
    standing.truncate(MOST_INDICES);
    standing
}

/// Gives an index the fields that it lacks for documents of the ecs layout. One that takes no others would
/// refuse each document, and one that makes fields of them would guess their types.
async fn give_fields(http: &Http, index: &str, catch_all: CatchAll, documents: &Documents) {
    let added = match indices::look(http, index).await {
        Ok(answer) => {
            let table = documents.normalizer.table();
            match Adaptation::new(table, catch_all, Live::read(&answer)).request() {
                Some(mapping) => indices::add(http, index, &mapping).await,
                None => return,
            }
        }
        Err(reason) => Err(reason),
    };
    match added {
        Ok(()) => tracing::info!(index, "fields of the ecs layout were added to it"),
        Err(reason) => tracing::warn!(
            index,
            reason,
            "fields of the ecs layout are not added to it, and documents may be refused: have somebody put those of `trailhaul export template --layout ecs`"
        ),
    }
}

/// Looks at one index and gives it what it lacks; says what is to be known. Nothing where documents are
/// those for a new one.
async fn adapt(
    http: &Http,
    index: &str,
    catch_all: CatchAll,
    documents: &Documents,
) -> Option<Arc<Live>> {
    let live = match indices::look(http, index).await {
        Ok(answer) => Live::read(&answer),
        Err(reason) => {
            tracing::warn!(
                index,
                reason,
                "what the index has is not told: documents are made as for a new one"
            );
            return None;
        }
    };
    let adaptation = Adaptation::new(documents.normalizer.table(), catch_all, live);
    let (mut added, mut refused) = (false, None);
    if let Some(mapping) = adaptation.request() {
        match indices::add(http, index, &mapping).await {
            Ok(()) => added = true,
            Err(reason) => refused = Some((reason, adaptation.least_request())),
        }
    }
    let (live, notes) = adaptation.finish(added);
    if let Some(notes) = notes {
        match &refused {
            Some((reason, least)) => tracing::warn!(
                "index {index} {notes}; fields could not be added to it ({reason}): have somebody who may run PUT /{index}/_mapping {least}"
            ),
            None if notes.is_a_loss() => tracing::warn!(
                "index {index} {notes}: run PUT /{index}/_settings {{\"index.mapping.total_fields.limit\": {}}}",
                documents.normalizer.table().field_limit()
            ),
            None => tracing::info!("index {index} {notes}"),
        }
    }
    live
}
