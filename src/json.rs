//! JSON text into a tree, for text that nobody has checked.
//!
//! Pure. Common parsers refuse some of what JSON allows and drop more; this one keeps it:
//!
//! * What is nested deeper than a document may be stands as its text. So no text, however deep, makes
//!   a tree that is: whoever walks one needs no more stack than for these levels.
//! * The last of the members of one name keeps it, as with most parsers. The earlier ones stand
//!   beside it as `name_2`, `name_3` and so on.
//! * A lone surrogate, which no UTF-8 text can hold, stands as its escape: the six characters `\ud800`.
//! * A number stays as it was written, but for the spelling of its exponent: `1E400` is `1e+400`.
//!
//! Values are split before they are read, level by level: the text of a number or of what is too
//! deep is then at hand, and no key can be taken for one of `serde_json`'s own marks.

use std::{collections::BTreeMap, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Number, Value, value::RawValue};

use crate::{
    event::Object,
    limits::{MAX_ARRAY_LEVELS, MAX_OBJECT_LEVELS},
};

/// The name of what takes a scalar's place where objects stand.
const VALUE: &str = "value";

/// The value that a text holds.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    value(serde_json::from_str(text)?, 0, 0)
}

/// A value below so many levels of objects and of arrays.
fn value(raw: &RawValue, objects: usize, arrays: usize) -> Result<Value, serde_json::Error> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') if objects < MAX_OBJECT_LEVELS => {
            object(text, objects.saturating_add(1), arrays)
        }
        Some(b'[') if arrays < MAX_ARRAY_LEVELS => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let below = |item| value(item, objects, arrays.saturating_add(1));
            items.into_iter().map(below).collect::<Result<_, _>>().map(Value::Array)
        }
        Some(b'{') => Ok(Value::String(text.to_owned())),
        Some(b'[') => Ok(deep_array(text, objects)),
        Some(b'"') => string(raw).map(Value::String),
        Some(b't') => Ok(Value::Bool(true)),
        Some(b'f') => Ok(Value::Bool(false)),
        Some(b'n') => Ok(Value::Null),
        _ => serde_json::from_str::<Number>(text).map(Value::Number),
    }
}

fn object(text: &str, objects: usize, arrays: usize) -> Result<Value, serde_json::Error> {
    let Members(members) = serde_json::from_str(text)?;
    let (mut object, mut earlier) = (Object::new(), Vec::new());
    for (name, member) in members {
        let (name, member) = (string(name)?, value(member, objects, arrays)?);
        if let Some(same) = object.insert(name.clone(), member) {
            earlier.push((name, same));
        }
    }
    let mut names = FreeNames::default();
    for (name, member) in earlier {
        names.insert(&mut object, name, member);
    }
    Ok(Value::Object(object))
}

/// The text of an array, in the shape that its elements have.
fn deep_array(text: &str, objects: usize) -> Value {
    let text_of_it = Value::String(text.to_owned());
    if objects < MAX_OBJECT_LEVELS && holds_object(text) {
        return Value::Object(Object::from_iter([(VALUE.to_owned(), text_of_it)]));
    }
    text_of_it
}

/// Whether a brace stands in JSON text outside its strings.
fn holds_object(text: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        byte == b'{' && !quoted
    })
}

/// The text of a JSON string.
pub fn string(raw: &RawValue) -> Result<String, serde_json::Error> {
    let text = raw.get();
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&spell_lone_surrogates(text)))
}

/// The same JSON string with a backslash before each escape that is half of a surrogate pair.
fn spell_lone_surrogates(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        spelt.push_str(before);
        let unit = unit(escape);
        let is_pair = unit.is_some_and(|unit| (0xd800..0xdc00).contains(&unit))
            && escape.get(6..).and_then(self::unit).is_some_and(|u| (0xdc00..0xe000).contains(&u));
        let length = match unit {
            Some(_) if is_pair => 12,
            Some(_) => 6,
            None => 2,
        };
        if !is_pair && unit.is_some_and(|unit| (0xd800..0xe000).contains(&unit)) {
            spelt.push('\\');
        }
        let (whole, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        spelt.push_str(whole);
        rest = after;
    }
    spelt.push_str(rest);
    spelt
}

/// The UTF-16 unit of a `\u` escape at the start of a text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// The members of an object, unread, in the order in which they were written.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// Names for what has to stand beside another member of its name.
///
/// It remembers how far each name is used up: an object of many members that all want one name
/// takes no longer than another.
#[derive(Debug, Default)]
pub struct FreeNames(BTreeMap<String, usize>);

impl FreeNames {
    /// Adds a member under a name that is still free: `name`, else `name_2`, `name_3` and so on.
    pub fn insert(&mut self, members: &mut Object, name: String, value: Value) {
        let mut free = name;
        if members.contains_key(&free) {
            let number = self.0.entry(free.clone()).or_insert(1);
            let taken = free;
            free = loop {
                *number = number.saturating_add(1);
                let next = format!("{taken}_{number}");
                if !members.contains_key(&next) {
                    break next;
                }
            };
        }
        members.insert(free, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        parse(text).unwrap().to_string()
    }

    #[test]
    fn what_a_common_parser_keeps_is_the_same() {
        for text in [
            r#"{"a":[1,-0,1.0,1E400,1e-2,18446744073709551617],"b":{"c":null,"d":[true,false]}}"#,
            r#""a\"\\\n\u0000é😀""#,
            "[]",
            "{}",
            "0",
        ] {
            let common: Value = serde_json::from_str(text).unwrap();
            assert_eq!(parsed(text), common.to_string());
        }
        assert_eq!(parsed(" \n{ \"a\" : [ 1 , 2 ] } "), r#"{"a":[1,2]}"#);
        assert_eq!(parsed("[1E400,1e2,-0,1.0]"), "[1e+400,1e+2,-0,1.0]");
        for text in ["", "{", "{]", "[1,]", "{\"a\"}", "\"\u{1}\"", "\"\\x\"", "1 2", "01", "nul"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_member_is_lost_to_another_of_its_name() {
        assert_eq!(parsed(r#"{"a":1,"a":2}"#), r#"{"a":2,"a_2":1}"#);
        let three = r#"{"a":1,"b":{"c":1,"c":2},"a":2,"a_2":9,"a":3}"#;
        assert_eq!(parsed(three), r#"{"a":3,"a_2":9,"a_3":1,"a_4":2,"b":{"c":2,"c_2":1}}"#);
    }

    #[test]
    fn a_lone_surrogate_is_spelt_and_a_pair_is_not() {
        for (text, expected) in [
            (r#""\ud83d\ude00""#, "😀"),
            (r#""a\ud83db""#, r"a\ud83db"),
            (r#""\uDE00\uD83D""#, r"\uDE00\uD83D"),
            (r#""\ud83d\ud83d\ude00""#, r"\ud83d😀"),
            (r#""\\ud83d\ud83d""#, r"\ud83d\ud83d"),
            (r#""\ud83d\u0041\n""#, "\\ud83dA\n"),
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text}");
        }
        assert_eq!(parsed(r#"{"\ud800":1}"#), r#"{"\\ud800":1}"#);
    }

    #[test]
    fn no_key_is_a_mark_of_the_parser() {
        for mark in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
            let text = format!(r#"{{"a":{{"{mark}":"1"}}}}"#);
            assert_eq!(parsed(&text), text);
        }
    }

    #[test]
    fn what_is_too_deep_stands_as_its_text() {
        let deep = r#"{"k":"#.repeat(1_000) + "1" + &"}".repeat(1_000);
        let mut found = parse(&deep).unwrap();
        for _ in 0..MAX_OBJECT_LEVELS {
            found = found["k"].take();
        }
        let inner = 1_000 - MAX_OBJECT_LEVELS;
        assert_eq!(found, r#"{"k":"#.repeat(inner) + "1" + &"}".repeat(inner));

        for (leaf, is_object) in [("\"{\"", false), ("{}", true)] {
            let deep = "[".repeat(100_000) + leaf + &"]".repeat(100_000);
            let mut found = &parse(&deep).unwrap();
            while let Value::Array(items) = found {
                found = &items[0];
            }
            assert_eq!(found.is_object(), is_object, "{leaf}");
        }
    }

    #[test]
    fn ten_thousand_members_of_one_name_have_ten_thousand_names() {
        let many = format!("{{{}\"a\":1}}", r#""a":1,"#.repeat(9_999));
        assert_eq!(parse(&many).unwrap().as_object().unwrap().len(), 10_000);
    }
}
