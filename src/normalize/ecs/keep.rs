//! Which copies of what is large a document has: `--keep`.
//!
//! An event's sections stand in a document up to three times: in the event's own text, as text that
//! rules search, and member by member. Each costs as much space as the event.

use std::collections::BTreeSet;

use serde::Deserialize;

/// One copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) enum Copy {
    #[serde(rename = "original")]
    Original,
    #[serde(rename = "request.text")]
    RequestText,
    #[serde(rename = "request.flattened")]
    RequestFlattened,
    #[serde(rename = "response.text")]
    ResponseText,
    #[serde(rename = "response.flattened")]
    ResponseFlattened,
    #[serde(rename = "additional.text")]
    AdditionalText,
    #[serde(rename = "additional.flattened")]
    AdditionalFlattened,
    #[serde(rename = "details.text")]
    DetailsText,
    #[serde(rename = "details.flattened")]
    DetailsFlattened,
}

impl Copy {
    const ALL: [Self; 9] = [
        Self::Original,
        Self::RequestText,
        Self::RequestFlattened,
        Self::ResponseText,
        Self::ResponseFlattened,
        Self::AdditionalText,
        Self::AdditionalFlattened,
        Self::DetailsText,
        Self::DetailsFlattened,
    ];

    /// As it is typed.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::RequestText => "request.text",
            Self::RequestFlattened => "request.flattened",
            Self::ResponseText => "response.text",
            Self::ResponseFlattened => "response.flattened",
            Self::AdditionalText => "additional.text",
            Self::AdditionalFlattened => "additional.flattened",
            Self::DetailsText => "details.text",
            Self::DetailsFlattened => "details.flattened",
        }
    }

    /// What it is a copy of.
    fn section(self) -> &'static str {
        self.name().split('.').next().unwrap_or_default()
    }
}

/// The copies that documents have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies(BTreeSet<Copy>);

/// A name of no copy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no copy to keep: give all, none, original, or one of request, response, additional and details, with .text or .flattened behind it for one of its two copies"
)]
pub struct KeepError(String);

impl Default for Copies {
    /// All of them: the fields that Elastic's integration has.
    fn default() -> Self {
        Self(Copy::ALL.into_iter().collect())
    }
}

impl Copies {
    /// The copies of these names.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, KeepError> {
        let mut copies = BTreeSet::new();
        for name in names.into_iter().map(str::trim) {
            let is_meant =
                |copy: &Copy| name == "all" || copy.name() == name || copy.section() == name;
            let mut meant = Copy::ALL.into_iter().filter(is_meant).peekable();
            if name != "none" && meant.peek().is_none() {
                return Err(KeepError(name.to_owned()));
            }
            copies.extend(meant);
        }
        Ok(Self(copies))
    }

    pub(super) fn has(&self, copy: Copy) -> bool {
        self.0.contains(&copy)
    }

    pub(super) fn has_original(&self) -> bool {
        self.has(Copy::Original)
    }

    /// Whether any copy of the same section is kept: if none is, the section is not wanted.
    pub(super) fn wants_section_of(&self, copy: Copy) -> bool {
        self.0.iter().any(|kept| kept.section() == copy.section())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_copies() {
        let chosen = |text: &str| {
            let copies = Copies::named(text.split(',')).map_err(|error| error.to_string())?;
            Ok::<_, String>(copies.0.into_iter().map(Copy::name).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(Copies::named(["all"]), Ok(Copies::default()));
        assert_eq!(chosen("none"), Ok(String::new()));
        assert_eq!(
            chosen("request,original, response.text").unwrap(),
            "original request.text request.flattened response.text"
        );
        for wrong in ["", "requests", "request.json", "original.text"] {
            assert!(chosen(wrong).unwrap_err().contains("is no copy to keep"), "{wrong}");
        }
    }
}
