//! How a document looks, and where stands what has no name of its own in an index.
//!
//! Names and the choice of them only: what a name is for, the engine and the template decide alike.

use serde::{Deserialize, Serialize};

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// CloudTrail's own names, one type per field.
    #[default]
    Typed,
    /// The same, with each free-form section as one field.
    Flattened,
    /// The Elastic Common Schema, by a table of its own: no rule and no catch-all has a part in it.
    Ecs,
}

/// What of a record has a catch-all of its own; all else shares the record's.
pub(super) const SECTIONS: [&str; 8] = [
    "additionalEventData",
    "insightDetails",
    "requestParameters",
    "resources",
    "responseElements",
    "serviceEventDetails",
    "tlsDetails",
    "userIdentity",
];

/// What each operation fills in its own way.
pub(super) const FREE_FORM: [&str; 4] =
    ["additionalEventData", "requestParameters", "responseElements", "serviceEventDetails"];

/// The catch-all of what is in no section.
pub(super) const RECORD_REST: &str = "record_rest";

impl Layout {
    /// The layout's name, as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Flattened => "flattened",
            Self::Ecs => "ecs",
        }
    }

    /// Whether it has documents for lines of flow logs.
    pub fn has_flow_logs(self) -> bool {
        match self {
            Self::Typed | Self::Flattened => false,
            Self::Ecs => true,
        }
    }

    /// The catch-all of a section, if it has its own.
    pub(super) fn catch_all(self, section: &str) -> Option<String> {
        SECTIONS.contains(&section).then(|| match self {
            Self::Flattened if FREE_FORM.contains(&section) => section.to_owned(),
            Self::Typed | Self::Flattened | Self::Ecs => format!("{section}{REST}"),
        })
    }

    /// All catch-alls.
    pub(super) fn catch_alls(self) -> impl Iterator<Item = String> {
        let sections = SECTIONS.into_iter().filter_map(move |section| self.catch_all(section));
        sections.chain([RECORD_REST.to_owned()])
    }

    /// Whether documents list the leaves of their catch-alls: where an index cannot search those, and
    /// where what they hold is little.
    pub fn lists_terms(self, needs_them: bool) -> bool {
        needs_them || self == Self::Typed
    }

    /// Where a path of a record that has no name of its own is found.
    pub(super) fn rest_path(self, path: &str) -> String {
        let (section, inner) = path.split_once('.').unwrap_or((path, ""));
        match self.catch_all(section) {
            Some(name) if !inner.is_empty() => format!("{name}.{inner}"),
            _ => format!("{RECORD_REST}.{path}"),
        }
    }

    /// The section that a field at the first level of a document is a catch-all of, or its terms.
    pub(super) fn section_of(self, field: &str) -> Option<&'static str> {
        let field = field.strip_suffix(TERMS).unwrap_or(field);
        SECTIONS.into_iter().find(|section| self.catch_all(section).as_deref() == Some(field))
    }

    /// Whether a path can have a name of its own. Where a section is one field, neither it nor what
    /// rules would move out of it has one.
    pub(super) fn has_names(self, path: &str) -> bool {
        let first = path.split('.').next().unwrap_or_default();
        let is_taken = first == RECORD_REST || self.section_of(first).is_some();
        let is_free = match self {
            Self::Typed => true,
            Self::Flattened => free_form_of(path).is_none(),
            Self::Ecs => false,
        };
        is_free && !is_taken
    }
}

/// The free-form section that a path of a document is in, also where a rule has given it the name of
/// a service.
pub(super) fn free_form_of(path: &str) -> Option<&'static str> {
    let first = path.split('.').next().unwrap_or_default();
    FREE_FORM.into_iter().find(|section| {
        first.strip_prefix(section).is_some_and(|tail| tail.is_empty() || tail.starts_with('_'))
    })
}

const REST: &str = "_rest";
const TERMS: &str = "_terms";
const VALUES: &str = "_values";

/// Where a search finds a value of a section whatever its name. Only in the index: no document has it.
pub(super) fn values_name(section: &str) -> String {
    format!("{section}{VALUES}")
}

/// Whether a field at the first level is one that only an index has.
pub(super) fn is_values(field: &str) -> bool {
    field.ends_with(VALUES)
}

/// Whether a field at the first level of a document is a catch-all beside its section.
pub(super) fn is_rest(field: &str) -> bool {
    field.ends_with(REST)
}

/// Whether it is a list of a catch-all's leaves.
pub(super) fn is_terms(field: &str) -> bool {
    field.ends_with(TERMS)
}

/// The list of a catch-all's leaves, for engines that have no type for the whole.
pub(super) fn terms_name(catch_all: &str) -> String {
    format!("{catch_all}{TERMS}")
}
