//! Which shape was sent at which path, and the rules for the paths that have two.

use std::collections::BTreeMap;

use super::index::Index;
use super::sent::{Operation, Sent, Shapes};
use super::walk::Found;
use crate::normalize::action::{Action, Keeps};
use crate::normalize::rule::Rule;
use crate::normalize::shape::Shape;
use crate::normalize::table::Table;

/// AWS's path, and whether a rule has given it its last name.
type Source = (String, bool);

/// All paths of the documents, and where AWS wrote what stands there.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<String, BTreeMap<Source, Shapes>>);

/// A path at which there was nothing but a scalar.
pub(super) struct Scalar<'a> {
    pub(super) path: &'a str,
    /// AWS's path for it.
    pub(super) source: &'a str,
    pub(super) sent: &'a Sent,
}

impl Seen {
    pub(super) fn add(&mut self, found: &Found<'_>, operation: &Operation) {
        if !self.0.contains_key(found.path) {
            self.0.insert(found.path.to_owned(), BTreeMap::new());
        }
        let Some(sources) = self.0.get_mut(found.path) else { return };
        let known = sources
            .iter_mut()
            .find(|(source, _)| source.0 == found.origin && source.1 == found.moved);
        let shapes = match known {
            Some((_, shapes)) => shapes,
            None => sources.entry((found.origin.to_owned(), found.moved)).or_default(),
        };
        found.shapes.iter().for_each(|shape| shapes.add(*shape, operation));
    }

    /// The rules that leave every path one shape: the index's where it has one, or that of what was
    /// moved there, which has no other place to go; else the usual one.
    pub(super) fn rules(
        &self,
        table: &Table,
        index: &Index,
        taught: impl Fn(&str) -> Option<Keeps>,
    ) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (path, sources) in &self.0 {
            let mut all = Shapes::default();
            for shapes in sources.values() {
                all.extend(shapes);
            }
            let of_the_moved = || {
                let mut moved = sources.iter().filter(|((_, moved), _)| *moved);
                moved.next().map(|(_, shapes)| shapes.usual())
            };
            let has = match index.keeps(path) {
                // A rule of another kind is proposed where the index is looked at.
                Some(Keeps::Nothing) => continue,
                // There is no name to give below it.
                _ if index.is_barred(path) => continue,
                has => has.and_then(Keeps::shape),
            };
            let kept = has
                .or_else(|| taught(path).and_then(Keeps::shape))
                // What indices have already.
                .or_else(|| table.shape_of(path))
                .or_else(of_the_moved)
                .unwrap_or_else(|| all.usual());
            if has.is_none() && all.of(kept).events == 0 {
                continue;
            }
            let has = has.and_then(|_| index.said(path));
            for ((source, moved), shapes) in sources {
                if !moved && shapes.of(kept.other()).events > 0 {
                    let reason = all.reason(kept, has.as_deref());
                    let services = services(source, path, shapes, kept);
                    rules.push(Rule { services, reason, ..rule(source, kept) });
                }
            }
        }
        rules
    }

    /// What has been nothing but a scalar, by path.
    pub(super) fn scalars(&self) -> impl Iterator<Item = Scalar<'_>> {
        self.0.iter().flat_map(|(path, sources)| {
            let is_object = sources.values().any(|shapes| shapes.object.events > 0);
            let scalars = sources.iter().filter(move |((_, moved), shapes)| {
                !is_object && !moved && shapes.scalar.events > 0
            });
            scalars.map(|((source, _), shapes)| Scalar { path, source, sent: &shapes.scalar })
        })
    }
}

fn rule(path: &str, kept: Shape) -> Rule {
    let keeps = match kept {
        Shape::Object => Keeps::Object,
        Shape::Scalar => Keeps::Scalar,
    };
    let rule = Rule::bare(path.to_owned(), keeps, Action::Move);
    Rule { aside: Some(kept.other()), ..rule }
}

/// For those that were seen: a name is given to what is known to come, and the catch-all takes what is
/// not.
fn services(source: &str, path: &str, shapes: &Shapes, kept: Shape) -> Vec<String> {
    let mut sent = shapes.of(kept.other()).clone();
    if source != path {
        // Below what has another name for each service, so has what keeps it.
        sent.extend(shapes.of(kept));
    }
    sent.services()
}
