//! What a refusal is about: the mapping or not, and which shape the index wants.

use crate::event::Rejection;
use crate::normalize::action::Keeps;
use crate::normalize::shape::Shape;

/// Whether another form of the document might be taken.
pub(super) fn is_about_mapping(rejection: &Rejection) -> bool {
    let kinds = [
        "mapper_parsing_exception",
        "document_parsing_exception",
        "strict_dynamic_mapping_exception",
        "stream_constraints_exception",
    ];
    rejection.status == 400
        && (rejection.path.is_some()
            || kinds.contains(&rejection.kind.as_str())
            || rejection.reason.contains("Limit of "))
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

/// The words of a learned rule.
pub(super) fn reason(keeps: Keeps) -> &'static str {
    match keeps {
        Keeps::Object => "Learned: the index has an object here, and this service wrote a scalar",
        Keeps::Scalar => "Learned: the index has a scalar here, and this service wrote an object",
        Keeps::Nothing => {
            "Learned: the index has a type here that this service's values do not fit"
        }
    }
}
