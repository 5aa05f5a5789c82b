//! Makes ready for the indices that are there already: their shape is theirs, and documents fit it.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{Fault, connect::Documents};
use crate::{
    exit::Exit,
    limits::MOST_INDICES,
    normalize::{
        CatchAll, Layout,
        adapt::{Adaptation, Live},
    },
    sink::{
        Http, Server,
        indices::{self, Lock, Standing},
    },
};

/// The indices that are there before a run.
pub(super) struct Indices {
    /// Those that the run will write to.
    pub(super) wanted: Vec<Standing>,
    /// Whether there is none at all, and the target says so.
    pub(super) are_none: bool,
}

/// The indices that are there. One of another layout among those that the run will write to ends it before
/// anything is written, the template not excepted: no search would find the documents of both.
pub(super) async fn standing(
    http: &Http,
    server: &Server,
    documents: &Documents,
) -> Result<Indices, Fault> {
    let ours = documents.normalizer.table().layout();
    let example = documents.index.name(Timestamp::now());
    let (are_none, wanted) = match indices::list(http, server, documents.index.glob(), &example)
        .await
    {
        Ok(standing) => (standing.is_empty(), wanted(standing, documents)),
        Err(reason) => {
            tracing::warn!(
                reason,
                "which indices are there is not told: documents are made as for new ones, and repaired where an index refuses them"
            );
            return Ok(Indices { wanted: Vec::new(), are_none: false });
        }
    };
    match wanted.iter().find_map(|found| Some((&found.index, other_layout(found, ours)?))) {
        None => Ok(Indices { wanted, are_none }),
        Some((index, theirs)) => Err(refused(index, theirs, ours)),
    }
}

/// Why a run does not go on with an index of another layout.
pub(super) fn refused(index: &str, theirs: &str, ours: Layout) -> Fault {
    Fault::new(
        Exit::Usage,
        format!(
            "index {index} has the layout {theirs}, and this run's is {}: give --layout {theirs}, or another --index",
            ours.name()
        ),
    )
}

/// The layout of an index that has another one than this.
pub(super) fn other_layout(found: &Standing, ours: Layout) -> Option<&str> {
    found.layout.as_deref().filter(|theirs| *theirs != ours.name())
}

/// Gives the indices what they lack, and has documents made for them as they are. Where that does not go,
/// it is said, and documents are made as for a new index.
pub(super) async fn to_standing(
    http: &Http,
    catch_all: CatchAll,
    documents: &mut Documents,
    standing: Vec<Standing>,
) {
    // Most are like the one before.
    let mut last: Option<(Arc<Live>, Arc<crate::normalize::Table>)> = None;
    for Standing { index, names, locks, .. } in standing {
        // One that is closed takes no fields either, and what is sent to it is refused with the reason.
        if locks.contains(&Lock::Closed) {
            continue;
        }
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
