//! Where an index takes what has no field of its own in it.

use serde_json::Value;

use super::field::Field;
use super::live::{Has, Live, Unknown};
use crate::normalize::layout::{Layout, RECORD_REST, terms_name};
use crate::normalize::repair::{OWN_OBJECT, RECORD, TIMESTAMP, text_name};
use crate::normalize::rest::Rests;

/// Fields that an index makes of the text: the object, itself, and the keyword beside it.
const TEXT_FIELDS: u32 = 3;

impl Live {
    /// The catch-alls that it has. Where the record's is not among them, its text may stand in for it.
    pub(in crate::normalize) fn rests(&self, layout: Layout) -> Rests {
        let holding = layout.catch_alls().filter(|name| self.holds(name));
        let listed = layout.catch_alls().map(|name| terms_name(&name));
        let listed = listed.filter(|name| self.find(name).is_some_and(takes_any));
        Rests::Some { fields: holding.chain(listed).collect(), text: self.holds_text() }
    }

    /// Whether nothing of a document is refused for want of a place, and all of it is found.
    pub(super) fn place(&self) -> Place {
        match self.find(RECORD_REST) {
            Some(has) if has.field == Field::Whole => Place::CatchAll,
            None if self.unknown == Unknown::Kept => Place::Unseen,
            _ if self.holds_text() => Place::Text,
            _ => Place::None,
        }
    }

    /// Whether a document for it can have its moment.
    pub(in crate::normalize) fn takes_time(&self, time: &Value) -> bool {
        match self.find(TIMESTAMP).map(|has| &has.field) {
            Some(Field::Scalar(takes)) => takes.iter().all(|takes| takes.takes(time)),
            Some(_) => false,
            None => match self.unknown {
                Unknown::Kept => true,
                Unknown::Mapped => self.room() > 0,
                Unknown::Refused => false,
            },
        }
    }

    fn holds(&self, name: &str) -> bool {
        self.find(name).map_or(self.unknown == Unknown::Kept, |has| has.field == Field::Whole)
    }

    fn holds_text(&self) -> bool {
        if let Some(has) = self.find(&format!("{OWN_OBJECT}.{}", text_name(RECORD))) {
            return takes_any(has);
        }
        let is_object = self.find(OWN_OBJECT).is_none_or(|has| has.field == Field::Object);
        self.unknown == Unknown::Mapped && is_object && self.room() >= TEXT_FIELDS
    }
}

/// Where what has no field goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// To a catch-all, where it is found.
    CatchAll,
    /// To one that is no field, where it is kept.
    Unseen,
    /// To a text.
    Text,
    /// Nowhere: the document may be refused.
    None,
}

fn takes_any(has: &Has) -> bool {
    matches!(&has.field, Field::Scalar(takes) if takes.is_empty())
}
