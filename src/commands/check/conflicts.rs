//! What stands at the target already and would be in the way: templates and indices of others.

use std::collections::BTreeSet;

use crate::{
    commands::{adapt, connect::Documents},
    normalize::{
        CatchAll, Layout, TEMPLATE_PREFIX,
        adapt::{Adaptation, Live},
    },
    report::check::{Finding, Side::Target},
    sink::{
        Http, Server,
        indices::{self, DISK_FULL, Lock, Standing},
        template::{
            self,
            rivals::{Own, Rival, rivals},
        },
    },
};

/// Templates that would shape the indices in place of the run's own.
pub(super) async fn templates(
    http: &Http,
    server: &Server,
    documents: &Documents,
    priority: u64,
) -> Vec<Finding> {
    let check = "other templates";
    let answer = match template::all(http, server).await {
        Ok(answer) => answer,
        Err(reason) => return vec![Finding::unknown(Target, check, format!("not seen: {reason}"))],
    };
    let names = documents.time.and_then(|(from, to)| documents.index.names(from, to));
    let names = names.unwrap_or_default();
    let glob = documents.index.glob();
    let indices = names.iter().map(|name| &**name).collect();
    let found = rivals(&answer, &Own { prefix: TEMPLATE_PREFIX, priority, glob, indices });
    if found.is_empty() {
        return vec![Finding::ok(Target, check, format!("none goes before that of {glob}"))];
    }
    found.iter().map(|rival| in_the_way(check, rival, priority)).collect()
}

fn in_the_way(check: &'static str, rival: &Rival, priority: u64) -> Finding {
    let Rival { name, pattern, priority: theirs, makes_streams, is_equal } = rival;
    let says = if *is_equal {
        format!(
            "{name} is for {pattern} with the priority {theirs}, as trailhaul's has, which is refused beside it"
        )
    } else {
        let streams = if *makes_streams { " and makes data streams of them" } else { "" };
        format!(
            "{name} is for {pattern} with the priority {theirs}, over {priority}: it shapes the indices in place of trailhaul's{streams}"
        )
    };
    let mend = format!(
        "have the priority of {name} set below {priority}, or its pattern narrowed, or choose another --index"
    );
    Finding::in_the_way(check, says, mend)
}

/// Indices, and what is behind aliases and data streams, that events of the run's time would go to.
pub(super) async fn standing(
    http: &Http,
    server: &Server,
    documents: &Documents,
    catch_all: CatchAll,
    example: &str,
) -> Vec<Finding> {
    let check = "indices there";
    let glob = documents.index.glob();
    let found = match indices::list(http, server, glob, example).await {
        Ok(found) => adapt::wanted(found, documents),
        Err(reason) => return vec![Finding::unknown(Target, check, format!("not seen: {reason}"))],
    };
    if found.is_empty() {
        return vec![Finding::ok(Target, check, format!("none yet of {glob}"))];
    }
    let mut findings = aliases(&found, documents);
    let mut fit = 0;
    let ours = documents.normalizer.table().layout();
    for it in &found {
        let index = &it.index;
        if let Some(theirs) = adapt::other_layout(it, ours) {
            let says =
                format!("{index} has the layout {theirs}, and this run's is {}", ours.name());
            let mend = format!("give --layout {theirs}, or choose another --index");
            findings.push(Finding::in_the_way(check, says, mend));
            continue;
        }
        if !it.locks.is_empty() {
            findings.extend(it.locks.iter().map(|lock| locked(index, *lock)));
            continue;
        }
        match indices::look(http, index).await {
            Ok(answer) => match judge(index, Live::read(&answer), catch_all, documents) {
                Some(finding) => findings.push(finding),
                None => fit += 1,
            },
            Err(reason) => {
                let says = format!("what {index} has is not told: {reason}");
                findings.push(Finding::unknown(Target, check, says));
            }
        }
    }
    match (fit, findings.len()) {
        (0, _) => {}
        (1, _) => findings.push(Finding::ok(Target, check, "1 has the mapping that is wanted")),
        (fit, _) => {
            let says = format!("{fit} have the mapping that is wanted");
            findings.push(Finding::ok(Target, check, says));
        }
    }
    findings
}

/// The names that documents would have, and that lead to no one index.
fn aliases(found: &[Standing], documents: &Documents) -> Vec<Finding> {
    let names = documents.time.and_then(|(from, to)| documents.index.names(from, to));
    let names = names.unwrap_or_default();
    let all: BTreeSet<&str> =
        found.iter().flat_map(|index| &index.unwritable).map(String::as_str).collect();
    let finding = |alias: &str| {
        let says = format!("{alias} is an alias of several indices, none of which is written to");
        let mend = "have somebody set is_write_index for one of them, or choose another --index";
        Finding::in_the_way("indices there", says, mend)
    };
    all.into_iter().filter(|alias| names.contains(*alias)).map(finding).collect()
}

/// An index that takes no document, and the call that has it take them.
fn locked(index: &str, lock: Lock) -> Finding {
    let check = "indices there";
    let (says, call) = match lock {
        Lock::Closed => (format!("{index} is closed"), format!("POST /{index}/_open")),
        Lock::Block(name) => (
            format!("{index} takes no documents: index.blocks.{name} is true"),
            format!("PUT /{index}/_settings {{\"index.blocks.{name}\": null}}"),
        ),
    };
    // The engine itself sets that one where its disk is full.
    let first = if lock == Lock::Block(DISK_FULL) { "free disk at the target, then " } else { "" };
    Finding::in_the_way(
        check,
        says,
        format!("{first}have somebody run {call}, or choose another --index"),
    )
}

/// What to say of an index that is not as a new one would be.
fn judge(index: &str, live: Live, catch_all: CatchAll, documents: &Documents) -> Option<Finding> {
    let check = "indices there";
    let table = documents.normalizer.table();
    if table.layout() == Layout::Ecs {
        let says = format!("{index} is there; its mapping is not compared in the ecs layout");
        return Some(Finding::unknown(Target, check, says));
    }
    let (notes, additions) = Adaptation::new(table, catch_all, live).foresee();
    let added = match additions {
        0 => String::new(),
        count => format!("; a load gives it {count} fields more by PUT /{index}/_mapping"),
    };
    match notes {
        Some(notes) if notes.is_a_loss() => {
            let mend = format!(
                "have somebody run PUT /{index}/_settings {{\"index.mapping.total_fields.limit\": {}}}, or choose another --index",
                table.field_limit()
            );
            Some(Finding::in_the_way(check, format!("{index} {notes}"), mend))
        }
        Some(notes) => {
            let says = format!("{index} {notes}{added}: documents are made to fit it");
            Some(Finding::note(Target, check, says))
        }
        None if additions > 0 => {
            let says = format!("{index} has an older mapping of trailhaul's{added}");
            Some(Finding::note(Target, check, says))
        }
        None => None,
    }
}
