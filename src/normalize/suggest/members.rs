//! The rules that give names to what an object holds: without any, an object stays in the catch-all.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::index::{Index, above};
use super::seen::{Scalar, Seen};
use crate::limits::SUGGESTED_MEMBERS;
use crate::normalize::action::{Action, Keeps};
use crate::normalize::rule::Rule;
use crate::normalize::table::Table;

/// The rules for the scalars below the paths of proposed rules.
pub(super) fn rules(table: &Table, index: &Index, seen: &Seen, proposed: &[Rule]) -> Vec<Rule> {
    let objects: BTreeSet<&str> = proposed.iter().map(|rule| rule.path.as_str()).collect();
    let ruled: BTreeSet<&str> =
        table.rules().chain(proposed).map(|rule| rule.path.as_str()).collect();
    let not_kept: BTreeSet<&str> = proposed
        .iter()
        .filter(|rule| rule.keeps != Keeps::Object)
        .map(|rule| rule.path.as_str())
        .collect();
    let mut members: BTreeMap<&str, Vec<Scalar<'_>>> = BTreeMap::new();
    for found in seen.scalars() {
        let is_free = table.shape_of(found.path).is_none() && !ruled.contains(found.source);
        let nearest = above(found.source).filter(|path| objects.contains(path)).last();
        if let Some(object) = nearest.filter(|_| is_free && fits(index, found.path)) {
            members.entry(object).or_default().push(found);
        }
    }
    let rule = |object: &str, found: Scalar<'_>| {
        // Below what is moved, each service has a name of its own.
        let is_moved =
            found.path != found.source || above(found.source).any(|path| not_kept.contains(path));
        Rule {
            services: if is_moved { found.sent.services() } else { Vec::new() },
            reason: format!("A member of {object}, a scalar in {}", found.sent.said()),
            ..Rule::bare(found.source.to_owned(), Keeps::Scalar, Action::Move)
        }
    };
    let most = |(object, mut found): (&str, Vec<Scalar<'_>>)| {
        // Between equals, the order of paths decides.
        found.sort_by_key(|found| Reverse(found.sent.events));
        found.truncate(SUGGESTED_MEMBERS);
        found.into_iter().map(|found| rule(object, found)).collect::<Vec<_>>()
    };
    members.into_iter().flat_map(most).collect()
}

/// Whether an index takes a scalar at a path, and objects above it.
fn fits(index: &Index, path: &str) -> bool {
    !index.is_barred(path) && index.keeps(path).is_none_or(|keeps| keeps == Keeps::Scalar)
}
