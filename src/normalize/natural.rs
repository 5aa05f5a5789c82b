//! Which fields have a name of their own in an index; what else an event has goes to a catch-all.
//!
//! An index takes a limited number of fields, and AWS has far more. The choice is data
//! (`rules/natural.tsv`, the most useful first) and a user's own rules: never the order of arrival.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::action::{Action, Keeps};
use super::layout::Layout;
use super::models;
use super::rule::Rule;
use super::shape::Shape;
use super::trie::Node;
use crate::limits::OWN_FIELDS;

const NATURAL: &str = include_str!("../../rules/natural.tsv");

/// The list, as it is shipped.
pub(super) fn text() -> &'static str {
    NATURAL
}

/// The shipped fields, by rank: document path and shape, an object before what it holds.
pub(super) fn rows() -> impl Iterator<Item = (&'static str, Shape)> {
    NATURAL.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (path, rest) = line.split_once('\t')?;
        let shape = if rest.starts_with("object") { Shape::Object } else { Shape::Scalar };
        Some((path, shape))
    })
}

/// The scalars that rules, the record's format, detection rules and dashboards name.
pub(super) fn asked_for() -> impl Iterator<Item = &'static str> {
    let lines = NATURAL.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (path, rest) = line.split_once('\t')?;
        matches!(rest, "scalar\t1" | "scalar\t2").then_some(path)
    })
}

/// Whether a path is among the shipped fields.
pub(super) fn lists(path: &str) -> bool {
    rows().any(|(known, _)| known == path)
}

/// Gives names to the fields of rules that are not shipped, then to the shipped fields while there is
/// room for them.
pub(super) fn plant(root: &mut Node, rules: &[Arc<Rule>], layout: Layout, field_limit: u32) {
    // What comes first is the strongest, so it has the last word.
    rules.iter().rev().for_each(|rule| insist(root, rule, layout));
    let most = usize::try_from(field_limit.saturating_sub(OWN_FIELDS)).unwrap_or(usize::MAX);
    let mut fields = root.fields();
    for (path, shape) in rows().filter(|(path, _)| layout.has_names(path)) {
        if root.find(path).and_then(Node::shape).is_none() {
            if fields >= most {
                break;
            }
            fields = fields.saturating_add(usize::from(root.offer(path, shape)));
        }
    }
    for (path, shape) in rules.iter().flat_map(|rule| brought_back(rule)) {
        if fields < most && layout.has_names(&path) && root.find(&path).is_none_or(has_no_name) {
            fields = fields.saturating_add(usize::from(root.offer(&path, shape)));
        }
    }
}

fn has_no_name(node: &Node) -> bool {
    node.shape().is_none()
}

/// Where a rule has objects keep a name that the shipped rules take from them: what they hold.
fn brought_back(rule: &Rule) -> impl Iterator<Item = (String, Shape)> {
    let aside = format!("{}_", rule.path);
    let rows = rows().filter(|_| rule.keeps == Keeps::Object);
    rows.filter_map(move |(path, shape)| {
        let (_, inner) = path.strip_prefix(&aside)?.split_once('.')?;
        Some((format!("{}.{inner}", rule.path), shape))
    })
}

/// Gives names to the fields that a rule speaks of.
pub(super) fn insist(root: &mut Node, rule: &Rule, layout: Layout) {
    for (parent, services) in parents_of(root, rule) {
        let fields = fields_of(rule, &parent, &services);
        for (path, shape) in fields.into_iter().filter(|(path, _)| layout.has_names(path)) {
            root.insist(&path, shape);
        }
    }
}

/// Where what a rule is for stands in documents, each with the services that have it there: other
/// rules may have given another name to what is above it.
fn parents_of<'a>(root: &Node, rule: &'a Rule) -> BTreeMap<String, Vec<&'a str>> {
    let above = rule.path.rsplit_once('.').map(|(above, _)| above);
    let mut parents: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    if rule.services.is_empty() {
        let parent = above.map(|above| format!("{above}.")).unwrap_or_default();
        parents.insert(parent, services_of(rule).collect());
        return parents;
    }
    for service in services_of(rule) {
        let parent = above.map_or(Some(String::new()), |above| object_at(root, above, service));
        if let Some(parent) = parent {
            parents.entry(parent).or_default().push(service);
        }
    }
    parents
}

/// Where objects of a service at this path stand in documents, with a dot at the end; nowhere, if they
/// do not stay objects.
fn object_at(root: &Node, path: &str, service: &str) -> Option<String> {
    let mut names = String::new();
    let mut node = Some(root);
    for key in path.split('.') {
        node = node.and_then(|node| node.child(key));
        match node.and_then(|node| node.rule(service, "")) {
            Some(rule) if rule.keeps != Keeps::Object => {
                let is_moved = matches!(rule.otherwise, Action::Move | Action::Rename(_));
                if !is_moved || rule.aside_shape(service) == Shape::Scalar {
                    return None;
                }
                names.push_str(&rule.aside_name(key, service));
            }
            _ => names.push_str(key),
        }
        names.push('.');
    }
    Some(names)
}

/// The fields that a rule makes below a parent, with their shapes.
fn fields_of(rule: &Rule, parent: &str, services: &[&str]) -> Vec<(String, Shape)> {
    let leaf = rule.leaf();
    let sibling = |name: &str| format!("{parent}{name}");
    let mut fields = Vec::new();
    match rule.keeps {
        Keeps::Object => {
            fields.push((sibling(leaf), Shape::Object));
            fields.push((sibling(&format!("{leaf}_redacted")), Shape::Scalar));
        }
        Keeps::Scalar => fields.push((sibling(leaf), Shape::Scalar)),
        Keeps::Nothing => {}
    }
    match &rule.otherwise {
        Action::Wrap(name) => fields.push((sibling(&format!("{leaf}.{name}")), Shape::Scalar)),
        Action::Rename(name) => fields.push((sibling(name), rule.aside_shape(""))),
        Action::Move => {
            let aside =
                |service| (sibling(&rule.aside_name(leaf, service)), rule.aside_shape(service));
            fields.extend(services.iter().copied().map(aside));
        }
        Action::Unwrap(_) | Action::Json | Action::Drop => {}
    }
    fields
}

/// The services that are known to write a rule's field.
fn services_of(rule: &Rule) -> impl Iterator<Item = &str> {
    let examples = rule.examples.iter().map(|example| example.service.as_str());
    let named = rule.services.iter().chain(&rule.aside_except).map(String::as_str);
    let models = rule.services.is_empty().then(models::rows).into_iter().flatten();
    let models = models.filter(|row| row.path == rule.path);
    named.chain(examples).chain(models.flat_map(|row| row.services))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::limits::{FIELD_LIMIT, MAX_OBJECT_LEVELS};
    use crate::normalize::Table;

    #[test]
    fn an_object_comes_before_what_it_holds_and_no_path_twice() {
        let mut seen: HashMap<&str, Shape> = HashMap::new();
        for (path, shape) in rows() {
            if let Some((parent, _)) = path.rsplit_once('.') {
                assert_eq!(seen.get(parent), Some(&Shape::Object), "{path}");
            }
            assert_eq!(seen.insert(path, shape), None, "{path} is there twice");
            assert!(path.split('.').count() < MAX_OBJECT_LEVELS, "{path}");
            assert!(Layout::Typed.has_names(path), "{path} is a catch-all");
        }
        assert!(seen.len() > 4000);
    }

    #[test]
    fn the_ranks_ascend() {
        let ranks =
            NATURAL.lines().filter_map(|line| line.rsplit('\t').next()?.parse::<u32>().ok());
        let ranks: Vec<u32> = ranks.collect();
        assert_eq!(ranks.len(), rows().count());
        assert!(ranks.is_sorted());
    }

    #[test]
    fn a_field_has_the_shape_that_the_rule_of_its_path_keeps() {
        let table = Table::shipped().unwrap();
        let mut agreeing = 0;
        for rule in table.rules().filter(|rule| rule.is_for_all()) {
            let keeps = match rule.keeps {
                Keeps::Object => Some(Shape::Object),
                Keeps::Scalar => Some(Shape::Scalar),
                Keeps::Nothing => None,
            };
            // Below what another rule moves, the path is not the document's.
            let is_moved = rule.path.starts_with("additionalEventData.");
            match table.shape_of(&rule.path) {
                found if found == keeps => agreeing += 1,
                None if is_moved || rule.file == models::MODELS_NAME => {}
                found => panic!("{}: {found:?}, and not {keeps:?}", rule.path),
            }
        }
        assert!(agreeing > 600, "{agreeing}");
    }

    #[test]
    fn all_have_a_name_and_room_is_left_for_a_users() {
        let table = Table::shipped().unwrap();
        let all = u32::try_from(table.root().fields()).unwrap();
        assert_eq!(usize::try_from(all).unwrap(), rows().count());
        assert!(all + OWN_FIELDS + 500 <= FIELD_LIMIT, "{all}");
    }
}
