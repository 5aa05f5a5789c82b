//! What a rule can say: which shape keeps a field's name, and what becomes of the others.
//!
//! Words only; `engine` gives them their effect.

use serde::{Deserialize, Serialize};

use super::shape::Shape;

/// Which shape keeps the name of a rule's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeps {
    /// Objects, and arrays that hold an object.
    Object,
    /// Strings, numbers, booleans, and arrays of nothing but them.
    Scalar,
    /// None: every value is handled as a wrong shape is.
    Nothing,
}

impl Keeps {
    /// The shape that keeps the name, if one does.
    pub(super) fn shape(self) -> Option<Shape> {
        match self {
            Self::Object => Some(Shape::Object),
            Self::Scalar => Some(Shape::Scalar),
            Self::Nothing => None,
        }
    }
}

/// What a scalar has to be, beside being a scalar, to keep the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any scalar.
    #[default]
    Any,
    /// `true` or `false`, bare or as a string: what a `boolean` field of any engine takes.
    Boolean,
}

/// What becomes of a value whose shape does not keep the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It goes to `<field>_<service>`.
    Move,
    /// It goes to the sibling of this name.
    Rename(String),
    /// The scalar becomes the one member, of this name, of an object.
    Wrap(String),
    /// An object whose one member has this name becomes that member; another becomes JSON text.
    Unwrap(String),
    /// It becomes its own JSON text.
    Json,
    /// It is left out.
    Drop,
}

impl std::fmt::Display for Keeps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Object => "object",
            Self::Scalar => "scalar",
            Self::Nothing => "nothing",
        })
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Move => f.write_str("move to <field>_<service>"),
            Self::Rename(name) => write!(f, "rename to {name}"),
            Self::Wrap(name) => write!(f, "wrap as {{{name}: …}}"),
            Self::Unwrap(name) => write!(f, "unwrap {{{name}: …}}"),
            Self::Json => f.write_str("JSON text"),
            Self::Drop => f.write_str("drop"),
        }
    }
}
