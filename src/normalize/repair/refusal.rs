//! What a refusal is about: the mapping or not, and which shape the index wants.

use crate::event::{FAILURE_STORE, Rejection};
use crate::normalize::action::Keeps;
use crate::normalize::shape::Shape;

/// Whether another form of the document might be taken.
pub(super) fn is_about_mapping(rejection: &Rejection) -> bool {
    is_blind(rejection) || is_told(rejection)
}

/// Whether the reason is not told: the document is in the failure store of a data stream, and so is
/// each form of it that is refused. Few are tried.
pub(super) fn is_blind(rejection: &Rejection) -> bool {
    rejection.kind == FAILURE_STORE
}

/// Whether the index has no room for the fields that are new to it.
pub fn is_for_want_of_room(rejection: &Rejection) -> bool {
    rejection.reason.contains("Limit of total fields")
}

fn is_told(rejection: &Rejection) -> bool {
    let kinds = [
        "mapper_parsing_exception",
        "document_parsing_exception",
        "strict_dynamic_mapping_exception",
        "stream_constraints_exception",
    ];
    rejection.status == 400
        && (rejection.path.is_some()
            || kinds.contains(&rejection.kind.as_str())
            || ["Limit of ", "limit of [", "object field cannot contain only whitespace"]
                .iter()
                .any(|words| rejection.reason.contains(words)))
}

/// Which shape keeps the name where a value of this shape was refused for its shape or type;
/// nothing when it was refused for something else.
pub(super) fn keeps(rejection: &Rejection, found: Shape) -> Option<Keeps> {
    let (path, reason) = (rejection.path.as_deref()?, &rejection.reason);
    let says = |words: &str, after: &str| reason.contains(&format!("{words} [{path}]{after}"));
    let type_refuses = "failed to parse field";
    if says("object mapping for", "")
        || says("object mapping", "")
        || says(type_refuses, " of type [flattened]")
        || says(type_refuses, " of type [flat_object]")
    {
        return Some(Keeps::Object);
    }
    let is_known = says(type_refuses, " of type [")
        || says("mapper", "")
        || says("Existing mapping for", " must be of type object");
    is_known.then_some(match found {
        Shape::Object => Keeps::Scalar,
        Shape::Scalar => Keeps::Nothing,
    })
}
