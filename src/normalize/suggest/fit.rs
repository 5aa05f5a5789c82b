//! Rules that make documents fit an index whose mapping contradicts the table.

use super::index::Index;
use crate::normalize::action::{Action, Keeps, Kind};
use crate::normalize::layout::{RECORD_REST, is_values};
use crate::normalize::names::{Names, Place};
use crate::normalize::repair::{OWN_OBJECT, lesson};
use crate::normalize::rule::Rule;
use crate::normalize::shape::Shape;
use crate::normalize::table::Table;

/// What trailhaul itself writes at the root: no rule reaches it.
const OWN: [&str; 3] = ["@timestamp", "lookup", OWN_OBJECT];

/// The rules for the fields of an index that have AWS's own names.
pub(super) fn rules(table: &Table, index: &Index) -> Vec<Rule> {
    let names = Names::of(table.rules());
    let direct = |path: &str| {
        let place = names.place(path);
        if place.moved_by.is_some() { Vec::new() } else { at(table, index, &names, path, &place) }
    };
    paths(table, index).flat_map(direct).collect()
}

/// The rules for what proposed rules, or the table in force, move to a name that the index has in the
/// other shape.
pub(super) fn moved(table: &Table, proposed: &[Rule], index: &Index) -> Vec<Rule> {
    let names = Names::of(proposed.iter().chain(table.rules()));
    let turned = |path: &str| {
        let place = names.place(path);
        let wanted = index.keeps(path)?;
        let rule = lesson::of_the_moved(place.moved_by?, &place.service?, wanted)?;
        Some(Rule { reason: reason(index, path), ..rule })
    };
    paths(table, index).filter_map(turned).collect()
}

fn paths<'a>(table: &Table, index: &'a Index) -> impl Iterator<Item = &'a str> {
    let layout = table.layout();
    let is_own = move |root: &str| {
        OWN.contains(&root)
            || root.starts_with(RECORD_REST)
            || is_values(root)
            || layout.section_of(root).is_some()
    };
    index.paths().filter(move |path| !path.split('.').next().is_some_and(is_own))
}

/// The rules for a field that has AWS's own name.
fn at(table: &Table, index: &Index, names: &Names<'_>, path: &str, place: &Place<'_>) -> Vec<Rule> {
    let Some(keeps) = index.keeps(path) else { return Vec::new() };
    let boolean = index.is_boolean(path);
    let service = place.service.as_deref();
    let for_it = |rule: &&&Rule| service.is_none_or(|service| rule.applies(service, ""));
    let known: Vec<&Rule> = names.at(&place.path).iter().filter(for_it).copied().collect();
    let fit = |rule: Option<&Rule>| {
        let reason = reason(index, path);
        let services = match (service, rule) {
            (Some(service), _) => vec![service.to_owned()],
            (None, Some(rule)) => rule.services.clone(),
            (None, None) => Vec::new(),
        };
        let events = rule.map(|rule| rule.events.clone()).unwrap_or_default();
        Rule { services, events, reason, ..fitting(&place.path, keeps, boolean, rule) }
    };
    if known.is_empty() {
        // What has no name in documents does not meet the index.
        let is_met = table.shape_of(path).is_some_and(|shape| keeps.shape() != Some(shape));
        return is_met.then(|| fit(None)).into_iter().collect();
    }
    let contradicts = |rule: &&Rule| {
        let fits_boolean = boolean && rule.kind == Kind::Boolean;
        rule.keeps != Keeps::Nothing && rule.keeps != keeps && !fits_boolean
    };
    known.into_iter().filter(contradicts).map(|rule| fit(Some(rule))).collect()
}

/// What fits the index keeps the name. Where a rule wraps what the index has bare, or the other way
/// round, it is turned.
fn fitting(path: &str, keeps: Keeps, boolean: bool, known: Option<&Rule>) -> Rule {
    let action = match (keeps, known.map(|rule| &rule.otherwise)) {
        (Keeps::Object, Some(Action::Unwrap(name))) => Action::Wrap(name.clone()),
        (Keeps::Scalar, Some(Action::Wrap(name))) => Action::Unwrap(name.clone()),
        _ => Action::Move,
    };
    let aside = match keeps {
        Keeps::Scalar => Shape::Object,
        Keeps::Object | Keeps::Nothing => Shape::Scalar,
    };
    let aside = (action == Action::Move).then_some(aside);
    let (keeps, kind) = if boolean { (Keeps::Scalar, Kind::Boolean) } else { (keeps, Kind::Any) };
    Rule { kind, aside, ..Rule::bare(path.to_owned(), keeps, action) }
}

fn reason(index: &Index, path: &str) -> String {
    format!("The table does not keep to {}", index.said(path).unwrap_or_default())
}
