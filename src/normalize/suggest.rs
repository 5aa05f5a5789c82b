//! Rules to add, from what was seen: events, refusals and the mapping of an index.
//!
//! Pure, and the order in which things are seen does not matter. What is kept grows with the paths and
//! the operations that were seen, not with the events. Everything is judged after the table in force
//! has had its effect, so that nothing is proposed for what is ruled already.
//!
//! `walk` finds the paths of a document, `seen` and `sent` remember who sent which shape, `index` what an
//! index has, `fit` which rules fit the documents to it, `members` names what objects hold, `unnamed`
//! counts what has no name.
//!
//! Events are looked at as if every path had a name of its own: what stands in a catch-all has no
//! conflict, so only this shows for which paths a name would be worth having.

mod fit;
mod index;
mod members;
mod seen;
mod sent;
mod unnamed;
mod walk;

use std::collections::BTreeMap;

use serde_json::Value;

use self::{
    index::Index,
    seen::Seen,
    sent::{Operation, Sent},
    unnamed::Unnamed,
};
use super::action::Keeps;
use super::repair::origin::{Origin, shape_at};
use super::repair::{self, lesson};
use super::rule::Rule;
use super::shape::Shape;
use super::table::Table;
use super::{engine, learned_toml};
use crate::event::{Event, Object, Rejection};

/// What was seen so far.
#[derive(Debug)]
pub struct Suggest<'a> {
    table: &'a Table,
    seen: Seen,
    index: Index,
    unnamed: Unnamed,
    lessons: BTreeMap<Taught, BTreeMap<Rank, (Rule, Sent)>>,
}

/// The path and the services of a rule.
type Taught = (String, Vec<String>);
/// Sets two rules for the same apart and in order.
type Rank = (u8, bool);

impl<'a> Suggest<'a> {
    /// Nothing seen, and this table in force.
    pub fn new(table: &'a Table) -> Self {
        let (seen, index, unnamed) = (Seen::default(), Index::default(), Unnamed::default());
        Self { table, seen, index, unnamed, lessons: BTreeMap::new() }
    }

    /// Sees an event.
    pub fn event(&mut self, event: &Event) {
        let document = fields(self.table, &event.record);
        self.note(&event.record, &document);
    }

    /// Sees an event whose document was refused.
    pub fn refused(&mut self, event: &Event, rejection: &Rejection) {
        let document = fields(self.table, &event.record);
        self.note(&event.record, &document);
        let document = Value::Object(document);
        let found = rejection.path.as_deref().and_then(|path| shape_at(&document, path));
        let rule = repair::rule(self.table, &event.record, &document, rejection);
        // The table in force gives the index an object there by now.
        let settled = |rule: &Rule| rule.keeps == Keeps::Object && found == Some(Shape::Object);
        if let Some(rule) = rule.filter(|rule| !settled(rule)) {
            let operation = Operation::of(&Origin::new(&event.record, self.table));
            let taught = (rule.path.clone(), rule.services.clone());
            let same = self.lessons.entry(taught).or_default();
            let (_, sent) = same.entry(rank(&rule)).or_insert_with(|| (rule, Sent::default()));
            sent.add(&operation);
        }
    }

    /// Sees the answer of `GET /<index>/_mapping`; says whether it is one.
    pub fn mapping(&mut self, answer: &Value) -> bool {
        self.index.read(answer, self.table)
    }

    /// How many paths of the events have no name of their own, and stand in catch-alls.
    pub fn unnamed(&self) -> usize {
        self.unnamed.count()
    }

    /// The rules to add, as a file that `--rules` reads; empty when there is nothing to propose.
    pub fn toml(&self) -> String {
        let rules = self.rules();
        if rules.is_empty() { String::new() } else { learned_toml(rules.iter()) }
    }

    /// What the index is known to have comes first: what conflicts has to fit it.
    fn rules(&self) -> Vec<Rule> {
        let lessons = self.lessons();
        let taught = |path: &str| {
            let mut keeps = lessons.iter().filter(|rule| rule.path == path).map(|rule| rule.keeps);
            let first = keeps.next()?;
            keeps.all(|other| other == first).then_some(first)
        };
        let mut conflicts = self.seen.rules(self.table, &self.index, taught);
        let mut rules = fit::rules(self.table, &self.index);
        for lesson in lessons.iter().cloned() {
            let says = |rule: &&mut Rule| {
                let (path, keeps) = (&rule.path, rule.keeps);
                *path == lesson.path && keeps == lesson.keeps && is_for(rule, &lesson.services)
            };
            match conflicts.iter_mut().find(says) {
                Some(rule) => rule.reason = format!("{}; {}", rule.reason, lesson.reason),
                None => rules.push(lesson),
            }
        }
        let members = members::rules(self.table, &self.index, &self.seen, &conflicts);
        rules.extend(conflicts);
        rules.extend(members);
        let mut rules = distinct(rules);
        let moved = fit::moved(self.table, &rules, &self.index);
        // What is turned takes the place of what would have moved it in the other shape.
        rules.splice(0..0, moved);
        distinct(rules)
    }

    /// What refusals teach. Two that want opposite shapes teach that neither is taken everywhere.
    fn lessons(&self) -> Vec<Rule> {
        let lesson = |((path, services), wanted): (&Taught, &BTreeMap<Rank, (Rule, Sent)>)| {
            let (first, _) = wanted.values().next()?;
            let other = wanted.values().find(|(rule, _)| rule.keeps != first.keeps);
            let rule = match (other, services.first()) {
                (Some((other, _)), Some(service)) => {
                    let mut taught = self.table.clone();
                    taught.learn(first.clone());
                    lesson::of(&taught, path.clone(), service, other.keeps)
                }
                _ => first.clone(),
            };
            let mut sent = Sent::default();
            for (_, more) in wanted.values() {
                sent.extend(more);
            }
            let reason = format!("{}: {} refused", rule.reason, sent.said());
            Some(Rule { reason, ..rule })
        };
        self.lessons.iter().filter_map(lesson).collect()
    }

    fn note(&mut self, record: &Object, document: &Object) {
        let origin = Origin::new(record, self.table);
        let operation = Operation::of(&origin);
        self.unnamed.add(self.table, record);
        walk::paths(&origin, record, self.table, document, &mut |found| {
            self.seen.add(found, &operation);
        });
    }
}

/// The document's part that is of the event, if every path had a name of its own.
fn fields(table: &Table, record: &Object) -> Object {
    let mut fields = record.clone();
    engine::open(table, &mut fields);
    fields
}

/// In the order of a file: the first rule that applies is the one, so those for a few services come
/// before those for more, and one for all comes last. Of two for the same, the first says what is
/// done, and the last, which knows the events, why.
fn distinct(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by(|one, two| key(one).cmp(&key(two)));
    rules.dedup_by(|later, earlier| {
        let same = key(later) == key(earlier);
        if same {
            earlier.reason = std::mem::take(&mut later.reason);
        }
        same
    });
    rules
}

/// A file has one rule for each.
fn key(rule: &Rule) -> (&str, bool, usize, &[String], &[String]) {
    (&rule.path, is_for_all(rule), rule.services.len(), &rule.services, &rule.events)
}

fn is_for_all(rule: &Rule) -> bool {
    rule.services.is_empty() && rule.events.is_empty()
}

/// Whether a rule is for these services, of which there are some.
fn is_for(rule: &Rule, services: &[String]) -> bool {
    rule.events.is_empty() && services.iter().all(|service| rule.applies(service, ""))
}

fn rank(rule: &Rule) -> Rank {
    let keeps = match rule.keeps {
        Keeps::Object => 0,
        Keeps::Scalar => 1,
        Keeps::Nothing => 2,
    };
    (keeps, rule.aside == Some(Shape::Scalar))
}
