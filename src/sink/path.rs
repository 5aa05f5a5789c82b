//! The field path in an engine's error text.
//!
//! The texts are those of Elasticsearch 7 to 9 and OpenSearch 1 to 3. Each form is anchored to the
//! beginning of a reason: a value that is quoted in one must not be able to pose as another.

use std::sync::LazyLock;

use regex::Regex;

use crate::patterns::compile;

/// What may stand before a text: the position in the document, and one or both of them again.
const PREFIX: &str = r"^(?:\[\d+:\d+\] )?(?:failed to parse: )?(?:\[\d+:\d+\] )?";

/// Texts that name a path. `path` is the path; `leaf` is what is to be added to it.
const FORMS: [&str; 12] = [
    // A scalar, or an end, where an object is mapped.
    r"object mapping for \[(?P<path>[^\]]+)\] (?:with array for \[[^\]]*\] )?tried to parse",
    // Anything else that a field's type does not take.
    r"failed to parse field \[(?P<path>[^\]]+)\] of type \[",
    // A field that got another type in the meantime: 7.9 and later, and before.
    r"mapper \[(?P<path>[^\]]+)\] cannot be changed from type \[",
    r"mapper \[(?P<path>[^\]]+)\] of different type, current_type \[",
    // An object over a scalar, or the other way round.
    r"(?i:can't merge a non[ -]object mapping) \[(?P<path>[^\]]+)\] with an object mapping",
    r"(?i:can't merge a nested mapping) \[(?P<path>[^\]]+)\] with a non-nested mapping",
    // A dotted key below a scalar: the scalar's path.
    r"Could not dynamically add mapping for field \[[^\]]*\]\. Existing mapping for \[(?P<path>[^\]]+)\] must be",
    r"Limit of mapping depth \[\d+\] has been exceeded due to object field \[(?P<path>[^\]]+)\]",
    r#"Document contains at least one immense term in field="(?P<path>[^"]+)""#,
    r#"DocValuesField "(?P<path>[^"]+)" is too large"#,
    r"(?:Flattened field|The provided \[flattened\] field) \[(?P<path>[^\]]+)\] (?:contains one immense|exceeds)",
    r"mapping set to strict, dynamic introduction of \[(?P<leaf>[^\]]+)\] within \[(?P<path>[^\]]+)\]",
];

fn forms() -> Vec<String> {
    FORMS.iter().map(|form| format!("{PREFIX}{form}")).collect()
}

/// The path that one reason names, if it names one.
pub(crate) fn named_in(reason: &str) -> Option<String> {
    static COMPILED: LazyLock<Vec<Regex>> = LazyLock::new(|| compile(&forms()));
    COMPILED.iter().find_map(|form| {
        let captures = form.captures(reason)?;
        let path = captures.name("path")?.as_str();
        // OpenSearch's flat_object keeps its terms in fields of its own below the field.
        let path = path
            .strip_suffix("._valueAndPath")
            .or_else(|| path.strip_suffix("._value"))
            .unwrap_or(path);
        Some(match captures.name("leaf").map(|leaf| leaf.as_str()) {
            None => path.to_owned(),
            Some(leaf) if path == "_doc" => leaf.to_owned(),
            Some(leaf) => format!("{path}.{leaf}"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_compiles() {
        assert_eq!(compile(&forms()).len(), FORMS.len());
    }

    #[test]
    fn the_path_is_found_in_every_engine_s_text() {
        let table = [
            (
                "object mapping for [o] tried to parse field [o] as object, but found a concrete value",
                "o",
            ),
            (
                "[1:9] object mapping for [a.b] tried to parse field [null] as object, but found a concrete value",
                "a.b",
            ),
            (
                "failed to parse field [k] of type [keyword] in document with id 'x'. Preview of field's value: '{y=1}'",
                "k",
            ),
            (
                "[1:18] failed to parse field [msg] of type [keyword] in document with id '4'. Preview of field's value: ''",
                "msg",
            ),
            (
                "mapper [requestParameters.x] cannot be changed from type [long] to [ObjectMapper]",
                "requestParameters.x",
            ),
            ("mapper [n] of different type, current_type [long], merged_type [ObjectMapper]", "n"),
            (
                "can't merge a non object mapping [object.array.object] with an object mapping",
                "object.array.object",
            ),
            ("Can't merge a non object mapping [o] with an object mapping [o]", "o"),
            ("can't merge a nested mapping [x] with a non-nested mapping", "x"),
            (
                "[1:5] failed to parse: Could not dynamically add mapping for field [a.b]. Existing mapping for [r.a] must be of type object but found [keyword].",
                "r.a",
            ),
            ("Limit of mapping depth [20] has been exceeded due to object field [n.n.n]", "n.n.n"),
            (
                "Document contains at least one immense term in field=\"nopre\" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped.",
                "nopre",
            ),
            (
                "Document contains at least one immense term in field=\"rp._valueAndPath\" (whose UTF8",
                "rp",
            ),
            ("DocValuesField \"n\" is too large, must be <= 32766", "n"),
            (
                "Flattened field [rp] contains one immense field whose keyed encoding is longer than",
                "rp",
            ),
            ("The provided [flattened] field [rp] exceeds the maximum depth limit of [20]", "rp"),
            (
                "[1:16] mapping set to strict, dynamic introduction of [new] within [st] is not allowed",
                "st.new",
            ),
            (
                "mapping set to strict, dynamic introduction of [b] within [_doc] is not allowed",
                "b",
            ),
        ];
        for (reason, path) in table {
            assert_eq!(named_in(reason).as_deref(), Some(path), "{reason}");
        }
    }

    #[test]
    fn a_quoted_value_cannot_pose_as_a_text() {
        for reason in [
            "For input string: \"mapper [x] cannot be changed from type [a] to [b]\"",
            "Limit of total fields [1000] has been exceeded",
            "failed to parse",
            "",
        ] {
            assert_eq!(named_in(reason), None, "{reason}");
        }
    }
}
