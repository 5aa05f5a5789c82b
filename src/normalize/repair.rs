//! What a document becomes when an index refuses it.
//!
//! Pure: the event, the table and the refusal decide. A document is given, one after the other,
//! the form that a learned rule makes of it; the form with the offending section as JSON text; the
//! minimal form, with the event as text. `refusal` says what a refusal is about, `origin` where
//! in the event that stands, `lesson` which rule it teaches, `form` what the document looks like
//! where no rule helps.

mod form;
pub(super) mod lesson;
pub(super) mod origin;
mod refusal;
mod width;

use jiff::Timestamp;
use serde_json::Value;

use self::form::Form;
pub(super) use self::form::{
    LONG, LOOKUP, ORIGINAL, OWN_OBJECT, RECORD, REPAIRED, SECTIONS, TIMESTAMP, text_name,
};
use self::origin::Origin;
pub use self::refusal::is_for_want_of_room;
use super::adapt::Live;
use super::ecs::Given;
use super::engine;
use super::rule::Rule;
use super::table::Table;
use super::typed::lookup_fields;
use crate::event::{Document, Object, Rejection};
use crate::json;
use crate::limits::MOST_REPAIRS;

/// A document under repair.
#[derive(Debug, Clone)]
pub struct Repair {
    /// The event as AWS wrote it.
    record: Object,
    /// What LookupEvents says beside it.
    lookup: Option<Object>,
    /// The moment that the document gives, if it gives one.
    time: Option<Value>,
    form: Form,
    attempts: u32,
    /// Why it was rejected as it was meant to be.
    pub first: Rejection,
}

/// The form to send next, and the rule that makes it, where one does.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The document as JSON, on one line.
    pub body: String,
    /// What was learned: to be told to the table.
    pub rule: Option<Rule>,
}

impl Repair {
    /// Begins with a document's first rejection; nothing if no other form would be taken either.
    pub fn begin(document: &Document, rejection: &Rejection) -> Option<Self> {
        if !refusal::is_about_mapping(rejection) {
            return None;
        }
        let record = parsed(&document.verbatim)?;
        let lookup = document.lookup.as_ref().and_then(lookup_fields);
        let time = parsed(&document.body)?.remove(TIMESTAMP);
        let (form, first) = (Form::default(), rejection.clone());
        Some(Self { record, lookup, time, form, attempts: 0, first })
    }

    /// The form to send in place of the body that was refused; nothing when all were. `live` is what the
    /// index has, where that is known.
    pub fn next(
        &mut self,
        table: &Table,
        live: Option<&Live>,
        document: &Document,
        rejection: &Rejection,
    ) -> Option<Next> {
        if self.attempts >= MOST_REPAIRS || !refusal::is_about_mapping(rejection) {
            return None;
        }
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts == MOST_REPAIRS && !self.form.is_minimal() {
            self.form.make_minimal();
            return Some(Next { body: self.body(table, document), rule: None });
        }
        if let Some(next) = self.by_rule(table, document, rejection) {
            return Some(next);
        }
        if self.form.is_minimal() {
            return None;
        }
        if refusal::is_blind(rejection) && self.form.is_narrowed() {
            self.form.make_minimal();
        } else {
            let origin = Origin::new(&self.record, table);
            let path = rejection.path.as_deref();
            let source = |field: &str| origin.section(field);
            // Only what it does not have takes room in an index.
            let live = live.filter(|_| is_for_want_of_room(rejection));
            let is_new = |path: &str| live.is_none_or(|live| !live.knows(path));
            self.form.narrow(self.fields(table, document), path, source, is_new);
        }
        Some(Next { body: self.body(table, document), rule: None })
    }

    /// What the table makes of the event, once it knows what this refusal teaches.
    fn by_rule(&self, table: &Table, document: &Document, rejection: &Rejection) -> Option<Next> {
        let is_new = |body: &String| *body != document.body;
        // A rule that was learned from another document while this one was on its way.
        if let Some(body) = Some(self.body(table, document)).filter(is_new) {
            return Some(Next { body, rule: None });
        }
        let body = Value::Object(parsed(&document.body)?);
        let rule = rule(table, &self.record, &body, rejection)?;
        let mut taught = table.clone();
        taught.learn(rule.clone());
        let body = Some(self.body(&taught, document)).filter(is_new)?;
        Some(Next { body, rule: Some(rule) })
    }

    /// The document in the form that is due.
    fn body(&self, table: &Table, document: &Document) -> String {
        let origin = Origin::new(&self.record, table);
        let whole = form::Whole { verbatim: &document.verbatim, lookup: self.lookup.as_ref() };
        self.form.body(self.fields(table, document), &whole, |field| origin.section(field))
    }

    /// The document's fields as the table makes them.
    fn fields(&self, table: &Table, document: &Document) -> Object {
        let moment = self.time.as_ref().and_then(Value::as_str);
        let moment = moment.and_then(|time| time.parse::<Timestamp>().ok());
        if let (Some(ecs), Some(time)) = (table.ecs(), moment) {
            return ecs.fields(Given {
                record: self.record.clone(),
                time,
                lookup: document.lookup.as_ref(),
                is_flow: document.flow.is_some(),
                verbatim: &document.verbatim,
                terms: table.lists_terms(),
            });
        }
        let mut fields = self.record.clone();
        engine::run(table, &mut fields, self.lookup.clone());
        fields.extend(self.time.clone().map(|time| (TIMESTAMP.to_owned(), time)));
        fields
    }
}

/// The rule that would have kept a value of this document off the path where the index refused it.
pub(super) fn rule(
    table: &Table,
    record: &Object,
    document: &Value,
    rejection: &Rejection,
) -> Option<Rule> {
    let refused = rejection.path.as_deref()?;
    let keeps = refusal::keeps(rejection, origin::shape_at(document, refused)?)?;
    let origin = Origin::new(record, table);
    let place = origin.place(refused)?;
    match place.moved_by {
        Some(rule) => lesson::of_the_moved(rule, origin.service(), keeps),
        None => Some(lesson::of(table, place.path, origin.service(), keeps)),
    }
}

fn parsed(text: &str) -> Option<Object> {
    match json::parse(text) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    }
}
