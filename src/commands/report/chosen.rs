//! Which indices a page is about: those whose names the pattern gives, where they can be listed. Pure.
//!
//! The glob of `ct-%Y.%m` matches `ct-prod-2026.11` too, which another job loads. Such indices are taken out
//! behind the glob, and not those of the pattern named: an alias or an index of the next minute stays in.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    commands::adapt,
    fault::Fault,
    figures::field::Names,
    limits::MOST_ASKED_BYTES,
    normalize::{IndexPattern, Layout},
    sink::{
        indices::{Lock, Standing},
        template::rivals::overlap,
    },
};

/// The indices of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// What is asked, as an engine takes it in a path.
    pub(super) indices: String,
    /// Those of the pattern that are closed.
    pub(super) closed: Vec<String>,
    /// What may be on the page that is not the pattern's, or not on it that is, as sentences.
    pub(super) notes: Vec<String>,
}

impl Chosen {
    /// Those of a pattern, of what was listed for its glob. One of another layout is an error: its documents
    /// have none of the names that are counted.
    pub(super) fn of(
        pattern: &IndexPattern,
        layout: Layout,
        listed: Result<Vec<Standing>, String>,
    ) -> Result<Self, Fault> {
        let glob = pattern.glob().to_owned();
        let found = match listed {
            Ok(found) => found,
            Err(reason) => return Ok(Self::unlisted(glob, &reason)),
        };
        let (own, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|index| belongs(pattern, index));
        if let Some((index, theirs)) = own.iter().find_map(|it| Some((it, misnamed(it, layout)?))) {
            return Err(adapt::refused(&index.index, theirs, layout));
        }
        let is_closed = |it: &&Standing| it.locks.contains(&Lock::Closed);
        let closed: Vec<_> = own.iter().filter(is_closed).map(|it| it.index.clone()).collect();
        let mut notes: Vec<_> = closed.iter().map(|index| left_out(index)).collect();
        let indices = without(&glob, &own, &others).unwrap_or_else(|| {
            notes.push(format!(
                "the events of {} other indices whose names {glob} matches are in it: there are too many to leave out",
                others.len()
            ));
            glob
        });
        Ok(Self { indices, closed, notes })
    }

    fn unlisted(glob: String, reason: &str) -> Self {
        let others =
            if glob.contains('*') { ", and others whose names match are in it" } else { "" };
        let note = format!("closed indices are missing{others}, if there are any ({reason})");
        Self { indices: glob, closed: Vec::new(), notes: vec![note] }
    }
}

/// A name that no time is in is one, or an alias, or a data stream: all that it leads to is meant.
fn belongs(pattern: &IndexPattern, found: &Standing) -> bool {
    let mut names = found.names.iter().chain(&found.aliases);
    !pattern.glob().contains('*') || names.any(|name| pattern.makes(name))
}

/// The layout of an index whose documents have other names. Those of `typed` and `flattened` are the same.
fn misnamed(found: &Standing, ours: Layout) -> Option<&str> {
    let theirs = adapt::other_layout(found, ours)?;
    let ecs = Layout::Ecs;
    ((theirs == ecs.name()) != (Names::of(ours) == Names::of(ecs))).then_some(theirs)
}

fn left_out(index: &str) -> String {
    format!("index {index} is closed and was left out: have somebody run POST /{index}/_open")
}

/// The glob without the others, or the names of its own where that is shorter to say; nothing where both are
/// too long for a path.
fn without(glob: &str, own: &[Standing], others: &[Standing]) -> Option<String> {
    let names = own.iter().flat_map(|it| it.names.iter().chain(&it.aliases));
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for other in others {
        kinds.entry(alike(&other.index)).or_default().push(&other.index);
    }
    let mut all_but = vec![glob.to_owned()];
    for (kind, others) in kinds {
        if names.iter().any(|name| overlap(&kind, name)) {
            all_but.extend(others.into_iter().map(|other| format!("-{other}")));
        } else {
            all_but.push(format!("-{kind}"));
        }
    }
    let by_name: Vec<_> = own.iter().map(|it| it.index.as_str()).collect();
    let ways = [all_but.join(","), by_name.join(",")];
    // No name at all would ask for every index that there is.
    ways.into_iter().find(|way| !way.is_empty() && way.len() <= MOST_ASKED_BYTES)
}

/// The name with `*` for its numbers: the indices of a job differ in nothing else.
fn alike(name: &str) -> String {
    let mut alike = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '0'..='9' if alike.ends_with('*') => {}
            '0'..='9' => alike.push('*'),
            other => alike.push(other),
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &str, aliases: &[&str], layout: Option<&str>, locks: &[Lock]) -> Standing {
        Standing {
            index: name.to_owned(),
            names: vec![name.to_owned()],
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            unwritable: Vec::new(),
            layout: layout.map(str::to_owned),
            locks: locks.to_vec(),
        }
    }

    fn chosen(text: &str, listed: Vec<Standing>) -> Result<Chosen, String> {
        let pattern = IndexPattern::new(text).unwrap();
        Chosen::of(&pattern, Layout::Typed, Ok(listed)).map_err(|fault| fault.to_string())
    }

    fn asked(text: &str, listed: &[&str]) -> String {
        let listed = listed.iter().map(|name| index(name, &[], None, &[])).collect();
        chosen(text, listed).unwrap().indices
    }

    #[test]
    fn indices_of_other_patterns_are_taken_out() {
        let table: [(&str, &[&str], &str); 6] = [
            ("ct-%Y.%m", &[], "ct-*.*"),
            ("ct-%Y.%m", &["ct-2026.10", "ct-2026.11"], "ct-*.*"),
            (
                "ct-%Y.%m",
                &["ct-2026.11", "ct-a-2026.10", "ct-a-2026.11", "ct-b.x"],
                "ct-*.*,-ct-a-*.*,-ct-b.x",
            ),
            // What is alike would take out its own.
            ("ct-%Y.%m", &["ct-2026.11", "ct-2026.11.28"], "ct-*.*,-ct-*.*.*"),
            ("ct-%Y", &["ct-2026", "ct-26", "ct-27"], "ct-*,-ct-26,-ct-27"),
            ("ct", &["ct-000001", "ct-000002"], "ct"),
        ];
        for (text, listed, expected) in table {
            assert_eq!(asked(text, listed), expected);
        }
    }

    #[test]
    fn an_alias_that_the_pattern_gives_makes_an_index_its_own() {
        let listed = vec![
            index("x-000001", &["ct-2026.11"], None, &[]),
            index("y-000001", &["ct-all.x"], None, &[]),
        ];
        assert_eq!(chosen("ct-%Y.%m", listed).unwrap().indices, "ct-*.*,-y-*");
    }

    #[test]
    fn what_is_too_long_for_a_path_is_asked_for_by_name_or_said() {
        let others: Vec<_> =
            ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("ct-{a}{b}-2026"))).collect();
        let mut listed: Vec<_> = others.iter().map(String::as_str).collect();
        listed.extend(["ct-2025", "ct-2026"]);
        assert_eq!(asked("ct-%Y", &listed), "ct-2025,ct-2026");
        let own: Vec<_> = (1000..1500).map(|year| format!("ct-{year}")).collect();
        listed.extend(own.iter().map(String::as_str));
        let listed = listed.iter().map(|name| index(name, &[], None, &[])).collect();
        let chosen = chosen("ct-%Y", listed).unwrap();
        assert_eq!(chosen.indices, "ct-*");
        assert!(chosen.notes[0].contains("the events of 676 other indices"), "{chosen:?}");
    }

    #[test]
    fn an_index_of_other_names_is_refused_with_its_layout_and_a_stranger_is_not() {
        let of = |name: &str, layout| vec![index(name, &[], Some(layout), &[])];
        assert!(chosen("ct-%Y", of("ct-2026", "flattened")).is_ok());
        assert!(chosen("ct-%Y", of("ct-a-2026", "ecs")).is_ok());
        let refused = chosen("ct-%Y", of("ct-2026", "ecs")).unwrap_err();
        assert!(refused.contains("index ct-2026 has the layout ecs"), "{refused}");
        assert!(refused.contains("give --layout ecs"), "{refused}");
    }

    #[test]
    fn what_may_be_missing_or_too_much_is_said() {
        let listed = vec![
            index("ct-2026", &[], None, &[Lock::Closed]),
            index("ct-a-2026", &[], None, &[Lock::Closed]),
        ];
        let chosen = chosen("ct-%Y", listed).unwrap();
        assert_eq!((chosen.closed, chosen.notes.len()), (vec!["ct-2026".to_owned()], 1));
        for (text, said) in [("ct-%Y", true), ("ct", false)] {
            let pattern = IndexPattern::new(text).unwrap();
            let chosen = Chosen::of(&pattern, Layout::Typed, Err("no right".to_owned())).unwrap();
            assert_eq!(chosen.indices, pattern.glob());
            assert_eq!(chosen.notes[0].contains("and others whose names match are in it"), said);
        }
    }
}
