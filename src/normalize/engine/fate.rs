//! What becomes of one member: what the rule of its path says, and what the field of its name takes.

use serde_json::Value;

use super::{At, Walk};
use crate::normalize::action::{Action, Keeps, Kind};
use crate::normalize::key;
use crate::normalize::rule::Rule;
use crate::normalize::shape::{self, Shape, VALUE};

/// Where a member goes.
pub(super) enum Fate {
    /// Nowhere.
    Stays,
    /// Nowhere, but for a part of it that leaves.
    Splits(Value),
    /// To another name, in the shape that it has there, and why.
    Goes(String, Shape, String),
    /// To the catch-all.
    Leaves,
    /// It is left out.
    Ends,
}

impl<'t> Walk<'t> {
    pub(super) fn fate(
        &mut self,
        name: &str,
        value: &mut Value,
        at: At<'t>,
        here: At<'t>,
        level: usize,
    ) -> Fate {
        if level == 1 {
            if key::is_own(name) {
                return Fate::Leaves;
            }
            if shape::is_omitted(value) {
                let why = "section that AWS left out";
                let other = (format!("{name}_omitted"), &*value);
                return self.aside(other, Shape::Object, at, here, why);
            }
        }
        let fate = match here.rules.and_then(|node| node.rule(&self.service, &self.event)) {
            Some(rule) => self.by_rule(rule, name, value, at, here),
            None => self.by_field(name, value, at, here),
        };
        if self.is_open { opened(fate, value) } else { fate }
    }

    fn by_rule(
        &mut self,
        rule: &Rule,
        name: &str,
        value: &mut Value,
        at: At<'t>,
        here: At<'t>,
    ) -> Fate {
        if rule.blank_list && is_blank_list(value) {
            let before = self.before(value);
            *value = Value::String(String::new());
            self.note("absent text", None, before, value);
        }
        let field = if self.is_open { rule.keeps.shape() } else { here.shape() };
        let found = shape::of(value);
        let is_hidden = rule.keeps == Keeps::Object && shape::is_redacted(value);
        let is_kept = is_hidden || rule.takes(value);
        match &rule.otherwise {
            Action::Wrap(inner) if field == Some(Shape::Object) && !is_hidden => {
                // An array that mixes them is an object's array: its scalars get the rule's name.
                if is_kept {
                    self.change(rule, value, |value| {
                        if value.is_array() {
                            shape::wrap_scalars(value, inner);
                        }
                    });
                } else {
                    self.change(rule, value, |value| shape::wrap(value, inner));
                }
                self.by_field(name, value, at, here)
            }
            _ if is_kept => self.by_field(name, value, at, here),
            Action::Drop => Fate::Ends,
            Action::Unwrap(inner) if field == Some(Shape::Scalar) && !here.is_particular() => {
                self.change(rule, value, |value| shape::unwrap(value, inner));
                self.by_field(name, value, at, here)
            }
            Action::Json if field == Some(Shape::Scalar) && !here.is_particular() => {
                self.change(rule, value, shape::to_json);
                self.by_field(name, value, at, here)
            }
            Action::Move | Action::Rename(_) => {
                let other = rule.aside_name(name, &self.service);
                let shape = rule.aside_shape(&self.service);
                let why = rule.otherwise.to_string();
                match self.aside((other, value), shape, at, here, &why) {
                    // Of a kind that a mended value is not sure to be of, none is made.
                    Fate::Leaves if found.is_some() && found != field && rule.kind == Kind::Any => {
                        self.by_field(name, value, at, here)
                    }
                    fate => fate,
                }
            }
            Action::Wrap(_) | Action::Unwrap(_) | Action::Json => Fate::Leaves,
        }
    }

    /// What the field of the member's name takes, if there is one. The shape rules are here: they mend
    /// what has not the field's shape, and need no names.
    fn by_field(&mut self, name: &str, value: &mut Value, at: At<'t>, here: At<'t>) -> Fate {
        match (here.shape(), shape::of(value)) {
            (Some(_), None) => Fate::Stays,
            // Nothing in it would stay.
            (Some(Shape::Object), Some(Shape::Object)) if here.is_bare() => Fate::Leaves,
            (Some(field), Some(found)) if field == found => {
                if here.takes(value) {
                    Fate::Stays
                } else {
                    Fate::Leaves
                }
            }
            (Some(Shape::Object), Some(_)) if shape::is_redacted(value) => {
                let why = "what AWS hides";
                self.aside((format!("{name}_redacted"), value), Shape::Scalar, at, here, why)
            }
            (Some(Shape::Object), Some(_)) if self.service == "ec2" && is_xml_name(name) => {
                let before = self.before(value);
                shape::wrap_scalars(value, VALUE);
                self.note("empty XML element", None, before, value);
                Fate::Stays
            }
            // What it would be mended to is not sure to fit.
            (Some(Shape::Scalar), Some(_)) if !here.is_particular() => self.mend(value),
            (Some(_), _) => Fate::Leaves,
            (None, found) => match (key::clean(name), found) {
                (Some(clean), Some(found)) => {
                    self.aside((clean, value), found, at, here, "key that engines refuse")
                }
                _ => Fate::Leaves,
            },
        }
    }

    /// Makes a scalar of an object that is one in disguise.
    fn mend(&mut self, value: &mut Value) -> Fate {
        let before = self.before(value);
        let is_ec2 = self.service == "ec2";
        let (what, part) = if is_ec2 && self.in_request && shape::unwrap_exact(value, VALUE) {
            ("EC2's {value: …}", None)
        } else if is_ec2 && let Some(part) = shape::unwrap_xml(value) {
            ("EC2's {tag: …, content: …}", Some(part))
        } else if let Some(part) = shape::unwrap_buffer(value) {
            ("bytes as base64", Some(part))
        } else {
            return Fate::Leaves;
        };
        self.note(what, None, before, value);
        part.map_or(Fate::Stays, Fate::Splits)
    }

    /// To a name beside this one if a field of this shape has it, and takes the value.
    fn aside(
        &self,
        (name, value): (String, &Value),
        shape: Shape,
        at: At<'_>,
        here: At<'_>,
        why: &str,
    ) -> Fate {
        let there = here.named(at, &name);
        let is_field = there.shape() == Some(shape) && !there.is_bare();
        let fits = !there.is_particular()
            || (shape::of(value) == Some(Shape::Scalar) && there.takes(value));
        if self.is_open || (is_field && fits) {
            Fate::Goes(name, shape, why.to_owned())
        } else {
            Fate::Leaves
        }
    }

    fn change(&mut self, rule: &Rule, value: &mut Value, act: impl FnOnce(&mut Value)) {
        let before = self.before(value);
        act(value);
        if before.as_ref().is_some_and(|before| before != value) {
            self.note(&rule.otherwise.to_string(), None, before, value);
        }
    }
}

/// What no field takes keeps its name where every path has a field; scalars beside objects, which no
/// field takes, become objects.
fn opened(fate: Fate, value: &mut Value) -> Fate {
    let fate = if matches!(fate, Fate::Leaves) { Fate::Stays } else { fate };
    if matches!(fate, Fate::Stays) && shape::of(value) == Some(Shape::Object) {
        shape::wrap_scalars(value, VALUE);
    }
    fate
}

/// S3's way to write a text that is absent.
fn is_blank_list(value: &Value) -> bool {
    matches!(value, Value::Array(items)
        if matches!(items.as_slice(), [Value::String(text)] if text.is_empty()))
}

/// `DescribeFlowLogsRequest`, `CreateFleetResponse`: the XML root that EC2 puts into a section.
fn is_xml_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && (name.ends_with("Request") || name.ends_with("Response"))
}
