//! What one field of a document has been given, borrowed from the event where that can be.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The content of one field.
#[derive(Debug, Clone, Default)]
pub(super) enum Slot<'a> {
    /// Nothing: the field is not in the document.
    #[default]
    Empty,
    /// A value of the event as it stands there.
    Borrowed(&'a Value),
    /// A value that was made.
    Owned(Value),
    /// A text.
    Text(Cow<'a, str>),
    /// A list of texts, each once.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Slot<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty) || matches!(self, Self::List(list) if list.is_empty())
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Borrowed(value) => value.as_str(),
            Self::Owned(value) => value.as_str(),
            Self::Empty | Self::List(_) => None,
        }
    }

    /// All texts that it holds.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let list = match self {
            Self::List(list) => list.as_slice(),
            _ => &[],
        };
        self.as_text().into_iter().chain(list.iter().map(AsRef::as_ref))
    }

    /// Adds to the list what is not in it yet.
    pub(super) fn add(&mut self, more: Vec<Cow<'a, str>>) {
        let mut list = match std::mem::take(self) {
            Self::List(list) => list,
            _ => Vec::new(),
        };
        let mut known: HashSet<Cow<'a, str>> = list.iter().cloned().collect();
        list.extend(more.into_iter().filter(|text| known.insert(text.clone())));
        *self = Self::List(list);
    }
}

impl Serialize for Slot<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => to.serialize_none(),
            Self::Borrowed(value) => value.serialize(to),
            Self::Owned(value) => value.serialize(to),
            Self::Text(text) => to.serialize_str(text),
            Self::List(list) => list.serialize(to),
        }
    }
}
