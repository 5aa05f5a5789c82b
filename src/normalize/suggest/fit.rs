//! Rules that make documents fit an index whose mapping contradicts the table.

use serde_json::{Value, json};

use super::fields;
use super::index::Index;
use super::names::{Names, Place};
use crate::event::Object;
use crate::normalize::action::{Action, Keeps, Kind};
use crate::normalize::repair::{OWN_OBJECT, lesson};
use crate::normalize::shape::{self, Shape};
use crate::normalize::table::{Rule, Table};

/// What trailhaul itself writes at the root: no rule reaches it.
const OWN: [&str; 3] = ["@timestamp", "lookup", OWN_OBJECT];

/// The rules for the fields of an index that have AWS's own names.
pub(super) fn rules(table: &Table, index: &Index) -> Vec<Rule> {
    let names = Names::of(table.rules());
    let direct = |path: &str| {
        let place = names.place(path);
        if place.moved_by.is_some() { Vec::new() } else { at(table, index, &names, path, &place) }
    };
    paths(index).flat_map(direct).collect()
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
    paths(index).filter_map(turned).collect()
}

fn paths(index: &Index) -> impl Iterator<Item = &str> {
    let is_own = |path: &str| path.split('.').next().is_some_and(|root| OWN.contains(&root));
    index.paths().filter(move |path| !is_own(path))
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
        // Of a shape, nothing is known to contradict it; a type has to fit every scalar that comes.
        let is_met = keeps == Keeps::Nothing && sends_scalar(table, path, place);
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
    Rule { kind, aside, ..Rule::guard(path.to_owned(), keeps, action) }
}

fn reason(index: &Index, path: &str) -> String {
    format!("The table does not keep to {}", index.said(path).unwrap_or_default())
}

/// Whether the table lets a scalar through to a field.
fn sends_scalar(table: &Table, path: &str, place: &Place<'_>) -> bool {
    let mut value = json!("text");
    for name in place.path.rsplit('.') {
        value = Value::Object(Object::from_iter([(name.to_owned(), value)]));
    }
    let Value::Object(mut record) = value else { return false };
    let source = place.service.as_deref().unwrap_or("unknown");
    record.entry("eventSource").or_insert_with(|| json!(format!("{source}.amazonaws.com")));
    let document = fields(table, &record);
    let mut names = path.split('.');
    let first = names.next().and_then(|name| document.get(name));
    let found = names.fold(first, |value, name| value.and_then(|value| value.get(name)));
    found.and_then(shape::of) == Some(Shape::Scalar)
}
