//! From a field of an index back to where a rule for it has to stand, without an event at hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::normalize::action::Action;
use crate::normalize::rule::Rule;

/// The ends of names that stand for what AWS hides or leaves out; no service is called that.
const NO_SERVICES: [&str; 2] = ["omitted", "redacted"];

/// The rules by path.
pub(in crate::normalize) struct Names<'a> {
    rules: BTreeMap<&'a str, Vec<&'a Rule>>,
    /// The paths of all rules and of what is above them.
    known: BTreeSet<&'a str>,
}

/// Where a field of an index is from.
pub(in crate::normalize) struct Place<'a> {
    /// AWS's name for it.
    pub(in crate::normalize) path: String,
    /// The one service whose values stand there, if a rule has given it or what is above it another name.
    pub(in crate::normalize) service: Option<String>,
    /// The rule that has given it another name.
    pub(in crate::normalize) moved_by: Option<&'a Rule>,
}

impl<'a> Names<'a> {
    /// Of two rules for the same, the first has the say.
    pub(in crate::normalize) fn of(rules: impl Iterator<Item = &'a Rule>) -> Self {
        let mut names = Self { rules: BTreeMap::new(), known: BTreeSet::new() };
        for rule in rules {
            names.rules.entry(&rule.path).or_default().push(rule);
            let dots = rule.path.match_indices('.').filter_map(|(end, _)| rule.path.get(..end));
            names.known.extend(dots.chain([rule.path.as_str()]));
        }
        names
    }

    /// The rules that stand at a path.
    pub(in crate::normalize) fn at(&self, path: &str) -> &[&'a Rule] {
        self.rules.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where a field is from. A name that AWS is known to use is taken for that.
    pub(in crate::normalize) fn place(&self, field: &str) -> Place<'a> {
        let mut place = Place { path: String::new(), service: None, moved_by: None };
        for name in field.split('.') {
            let direct = join(&place.path, name);
            place.moved_by = None;
            match self.moved(&place, name).filter(|_| !self.known.contains(direct.as_str())) {
                Some((path, service, rule)) => {
                    place = Place { path, service: Some(service), moved_by: Some(rule) };
                }
                None => place.path = direct,
            }
        }
        place
    }

    /// `attribute_ec2`, where a rule moves `attribute` of `ec2`.
    fn moved(&self, above: &Place<'_>, name: &str) -> Option<(String, String, &'a Rule)> {
        name.match_indices('_').find_map(|(end, _)| {
            let service = name.get(end.checked_add(1)?..)?;
            let path = join(&above.path, name.get(..end)?);
            let can_be = above.service.as_deref().is_none_or(|known| known == service);
            if !can_be || service.is_empty() || NO_SERVICES.contains(&service) {
                return None;
            }
            let rule = self.at(&path).iter().find(|rule| rule.applies(service, ""))?;
            (rule.otherwise == Action::Move).then(|| (path, service.to_owned(), *rule))
        })
    }
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}
