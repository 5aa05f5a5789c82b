//! Which rule a refusal teaches: the one that would have kept the document from it.
//!
//! A rule is for the path and the service. Each way to change one is gone once: indices of different
//! minds must not have it turned over by every document.

use crate::normalize::action::{Action, Keeps};
use crate::normalize::rule::Rule;
use crate::normalize::shape::Shape;
use crate::normalize::table::Table;

/// The reason of a rule whose moved values have the other shape than before; it is not turned back.
const TURNED: &str = "Learned: the index has the other shape at the name that this is moved to";

/// For a value under AWS's own name: what does not fit the index leaves it.
pub(in crate::normalize) fn of(table: &Table, path: String, service: &str, wanted: Keeps) -> Rule {
    let services = vec![service.to_owned()];
    let known = table.learned().find(|rule| rule.path == path && rule.services == services);
    let (keeps, aside) = match known {
        // Neither shape is taken everywhere; what was moved so far has one already.
        Some(known) => (Keeps::Nothing, known.aside_shape("")),
        None if wanted == Keeps::Scalar => (wanted, Shape::Object),
        None => (wanted, Shape::Scalar),
    };
    Rule {
        aside: Some(aside),
        services,
        reason: reason(keeps).to_owned(),
        ..Rule::bare(path, keeps, Action::Move)
    }
}

/// For a value at the name that a rule has moved it to: it is made to fit the shape that the index has
/// there. There is no third name, so a type that the value does not fit teaches nothing.
pub(in crate::normalize) fn of_the_moved(
    rule: &Rule,
    service: &str,
    wanted: Keeps,
) -> Option<Rule> {
    let aside = match wanted {
        Keeps::Object => Shape::Object,
        Keeps::Scalar => Shape::Scalar,
        Keeps::Nothing => return None,
    };
    let has_turned = rule.learned && rule.reason == TURNED;
    let is_moved = rule.otherwise == Action::Move && rule.events.is_empty();
    (is_moved && !has_turned && aside != rule.aside_shape(service)).then(|| Rule {
        aside: Some(aside),
        aside_except: Vec::new(),
        services: vec![service.to_owned()],
        reason: TURNED.to_owned(),
        source: String::new(),
        examples: Vec::new(),
        ..rule.clone()
    })
}

fn reason(keeps: Keeps) -> &'static str {
    match keeps {
        Keeps::Object => "Learned: the index has an object here, and this service wrote a scalar",
        Keeps::Scalar => "Learned: the index has a scalar here, and this service wrote an object",
        Keeps::Nothing => {
            "Learned: the index has a type here that this service's values do not fit"
        }
    }
}
