//! How the fields of a document are nested: made once of their names, filled for each event.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::slot::Slot;

/// The names below one name, sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree(Vec<(Box<str>, Branch)>);

/// What is under a name.
#[derive(Debug, Clone)]
pub(super) enum Branch {
    /// A field: the number of its slot.
    Slot(usize),
    /// More names.
    Tree(Tree),
}

impl Tree {
    /// Puts a field under a name with dots; false where another is in its way.
    pub(super) fn insert(&mut self, name: &str, slot: usize) -> bool {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let at = self.0.binary_search_by(|(known, _)| known.as_ref().cmp(first));
        let at = match at {
            Ok(_) if rest.is_empty() => return false,
            Ok(at) => at,
            Err(at) => {
                let branch = if rest.is_empty() {
                    Branch::Slot(slot)
                } else {
                    Branch::Tree(Self::default())
                };
                self.0.insert(at, (first.into(), branch));
                at
            }
        };
        match self.0.get_mut(at) {
            Some((_, Branch::Tree(tree))) => tree.insert(rest, slot),
            Some((_, Branch::Slot(_))) => rest.is_empty(),
            None => false,
        }
    }

    pub(super) fn branches(&self) -> impl Iterator<Item = (&str, &Branch)> {
        self.0.iter().map(|(name, branch)| (name.as_ref(), branch))
    }

    fn is_filled(&self, slots: &[Slot<'_>]) -> bool {
        self.0.iter().any(|(_, branch)| branch.is_filled(slots))
    }
}

impl Branch {
    fn is_filled(&self, slots: &[Slot<'_>]) -> bool {
        match self {
            Self::Slot(at) => slots.get(*at).is_some_and(|slot| !slot.is_empty()),
            Self::Tree(tree) => tree.is_filled(slots),
        }
    }
}

/// A document: the names and what they have been given. What is empty is not written.
pub(super) struct Filled<'s, 'a> {
    pub(super) tree: &'s Tree,
    pub(super) slots: &'s [Slot<'a>],
}

impl Serialize for Filled<'_, '_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (name, branch) in &self.tree.0 {
            match branch {
                Branch::Slot(at) => {
                    if let Some(slot) = self.slots.get(*at).filter(|slot| !slot.is_empty()) {
                        map.serialize_entry(name, slot)?;
                    }
                }
                Branch::Tree(tree) if tree.is_filled(self.slots) => {
                    map.serialize_entry(name, &Filled { tree, slots: self.slots })?;
                }
                Branch::Tree(_) => {}
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_dots_are_nested_and_what_is_empty_is_left_out() {
        let mut tree = Tree::default();
        for (slot, name) in ["b.c.d", "b.a", "a", "b.c.e", "z.y"].into_iter().enumerate() {
            assert!(tree.insert(name, slot));
        }
        assert!(!tree.insert("b.a.x", 9) && !tree.insert("b", 9), "a field holds no other");
        let slots = ["1", "2", "3"].map(Slot::text);
        let text = serde_json::to_string(&Filled { tree: &tree, slots: &slots }).unwrap();
        assert_eq!(text, r#"{"a":"3","b":{"a":"2","c":{"d":"1"}}}"#);
    }
}
