//! What the sink's own tests share.

use crate::event::{Document, Ticket};

/// A document of this id and body.
pub(crate) fn document(id: &str, body: &str) -> Document {
    Document {
        id: id.to_owned(),
        index: "cloudtrail-2026.11".into(),
        body: body.to_owned(),
        verbatim: body.into(),
        flow: None,
        lookup: None,
        ticket: Ticket { region: 0, page: 0 },
    }
}
