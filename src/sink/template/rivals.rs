//! Templates of somebody else that would shape the indices of a run in place of its own. Pure.
//!
//! Of the composable templates that match an index, the engine takes the one of the highest priority and
//! no other; it refuses two of the same priority whose patterns overlap. Before Elasticsearch 7.8 all that
//! match are merged, and a later one wins.

use serde_json::Value;

/// A template in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// Its name.
    pub name: String,
    /// Its pattern that matches.
    pub pattern: String,
    /// Its priority.
    pub priority: u64,
    /// Whether the indices would be those of data streams.
    pub makes_streams: bool,
    /// Whether it has the same priority, so that a template beside it is refused.
    pub is_equal: bool,
}

/// What a run would have put.
#[derive(Debug, Clone)]
pub struct Own<'a> {
    /// How the names of its templates begin.
    pub prefix: &'a str,
    /// Its priority.
    pub priority: u64,
    /// Its pattern.
    pub glob: &'a str,
    /// The names of indices that are to come; empty where they are too many to be named.
    pub indices: Vec<&'a str>,
}

/// Those in the way, by the answer of `GET _index_template`, or of `GET _template` where there is no other.
pub fn rivals(answer: &Value, own: &Own<'_>) -> Vec<Rival> {
    let composable = answer.get("index_templates").and_then(Value::as_array);
    let composable = composable.into_iter().flatten().filter_map(|one| {
        let template = one.get("index_template")?;
        Some((one.get("name")?.as_str()?, template, template.get("priority")))
    });
    let legacy = answer.as_object().filter(|all| !all.contains_key("index_templates"));
    let legacy = legacy.into_iter().flatten();
    let legacy = legacy.map(|(name, template)| (name.as_str(), template, template.get("order")));
    // Those of other patterns of trailhaul's make room for each other.
    let is_own = |name: &str| name.starts_with(own.prefix);
    let named = composable.chain(legacy).filter(|(name, ..)| !is_own(name));
    named
        .filter_map(|(name, template, priority)| {
            let priority = priority.and_then(number).unwrap_or_default();
            let is_equal = priority == own.priority && template.get("priority").is_some();
            let patterns = template.get("index_patterns")?.as_array()?.iter();
            let mut patterns = patterns.filter_map(Value::as_str);
            let pattern = patterns.find(|pattern| {
                (is_equal && overlap(pattern, own.glob))
                    || (priority > own.priority && shapes(pattern, own))
            })?;
            Some(Rival {
                name: name.to_owned(),
                pattern: pattern.to_owned(),
                priority,
                makes_streams: template.get("data_stream").is_some(),
                is_equal,
            })
        })
        .collect()
}

fn shapes(pattern: &str, own: &Own<'_>) -> bool {
    if own.indices.is_empty() {
        return overlap(pattern, own.glob);
    }
    own.indices.iter().any(|index| overlap(pattern, index))
}

/// Numbers are kept as they were written.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether some name matches both patterns, in which `*` stands for any characters.
pub fn overlap(one: &str, other: &str) -> bool {
    let other: Vec<char> = other.chars().collect();
    // Whether what was read of `one` and the first so many characters of `other` can be the same name.
    let mut reached = vec![true];
    for character in &other {
        let before = reached.last().copied().unwrap_or_default();
        reached.push(before && *character == '*');
    }
    for character in one.chars() {
        let mut next = vec![reached.first().copied().unwrap_or_default() && character == '*'];
        for (at, theirs) in other.iter().enumerate() {
            let (here, above) = (next.last().copied(), reached.get(at + 1).copied());
            let before = reached.get(at).copied().unwrap_or_default();
            let either = here.unwrap_or_default() || above.unwrap_or_default();
            next.push(match (character, *theirs) {
                ('*', _) | (_, '*') => either,
                (mine, theirs) => before && mine == theirs,
            });
        }
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn own() -> Own<'static> {
        let indices = vec!["ct-2026.10", "ct-2026.11"];
        Own { prefix: "trailhaul-", priority: 504, glob: "ct-*.*", indices }
    }

    fn names(answer: &Value) -> Vec<(String, bool)> {
        rivals(answer, &own()).into_iter().map(|rival| (rival.name, rival.is_equal)).collect()
    }

    #[test]
    fn a_template_is_in_the_way_by_its_priority_and_pattern() {
        let one = |name: &str, patterns: &[&str], priority: u64| {
            json!({ "name": name,
                "index_template": { "index_patterns": patterns, "priority": priority } })
        };
        let answer = json!({ "index_templates": [
            one("trailhaul-ct-y.m", &["ct-*.*"], 504),
            one("trailhaul-ct-prod-y", &["ct-*"], 508),
            one("lower", &["*"], 503),
            one("higher", &["logs-*", "ct-*"], 505),
            one("higher elsewhere", &["ct-*-x"], 505),
            one("higher in another year", &["ct-2020.*"], 505),
            one("as high", &["ct-2020.*"], 504),
            one("as high elsewhere", &["ct-x"], 504),
            json!({ "name": "without a priority", "index_template": { "index_patterns": ["*"] } }),
        ] });
        assert_eq!(names(&answer), [("higher".to_owned(), false), ("as high".to_owned(), true)]);
        assert_eq!(rivals(&answer, &own())[0].pattern, "ct-*");
        let unnamed = Own { indices: Vec::new(), ..own() };
        assert_eq!(rivals(&answer, &unnamed).len(), 4, "any name of the pattern can come");
    }

    #[test]
    fn the_old_form_is_read_too() {
        let one = |order: u64| json!({ "index_patterns": ["ct-*"], "order": order });
        let answer =
            json!({ "a": one(503), "b": one(504), "c": one(505), "trailhaul-ct-y.m": one(999) });
        assert_eq!(names(&answer), [("c".to_owned(), false)]);
        assert_eq!(names(&json!({})), []);
    }

    #[test]
    fn two_patterns_overlap_when_a_name_matches_both() {
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "b", false),
            ("a", "ab", false),
            ("", "", true),
            ("", "*", true),
            ("*", "a", true),
            ("a*", "ab", true),
            ("a*", "ba", false),
            ("a*b", "a", false),
            ("a*b", "ab", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
            ("a*", "*b", true),
            ("a*x", "*b", false),
            ("ct-*.*", "ct-*", true),
            ("ct-*.*", "ct-2026", false),
            ("logs-*-*", "logs-ct", false),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} {other}");
            assert_eq!(overlap(other, one), expected, "{other} {one}");
        }
    }
}
