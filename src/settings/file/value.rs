//! The kinds of values that options have, and which values of TOML are of each.

use std::{
    any::TypeId,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction};
use toml::de::DeValue;

use super::nearest;

/// What an option takes.
#[derive(Debug)]
pub(super) enum Kind {
    /// Nothing: it is there or not.
    Flag,
    /// One value.
    One(Item),
    /// Several, in one word with this between them, else in a word each.
    Many(Item, Option<char>),
}

/// One value of an option.
#[derive(Debug)]
pub(super) enum Item {
    /// A whole number.
    Number,
    /// A path, relative to the folder of the file.
    Path,
    /// One of these words.
    Word(Vec<String>),
    /// Any text.
    Text,
}

/// What a value is, and what it should be.
#[derive(Debug)]
pub(super) struct Wrong {
    /// What it is, without repeating it.
    pub(super) found: String,
    /// What would be right.
    pub(super) expected: String,
}

impl Kind {
    /// The kind of an option.
    pub(super) fn of(arg: &Arg) -> Self {
        match arg.get_action() {
            ArgAction::SetTrue => Self::Flag,
            ArgAction::Append => Self::Many(Item::of(arg), arg.get_value_delimiter()),
            _ => Self::One(Item::of(arg)),
        }
    }

    /// What would be typed for a value of the file.
    pub(super) fn words(
        &self,
        key: &str,
        value: DeValue<'_>,
        folder: &Path,
    ) -> Result<Vec<OsString>, Wrong> {
        let wrong = |found: &str| Wrong { found: found.to_owned(), expected: self.expected() };
        match (self, value) {
            (Self::Flag, DeValue::Boolean(on)) => {
                Ok(if on { vec![format!("--{key}").into()] } else { Vec::new() })
            }
            (Self::One(item), value) if !matches!(value, DeValue::Array(_)) => {
                Ok(vec![word(key, &item.text(value, folder, &wrong)?)])
            }
            (Self::Many(..), DeValue::Array(values)) if values.is_empty() => {
                Err(wrong("an empty array"))
            }
            (Self::Many(item, between), DeValue::Array(values)) => {
                let within = |found: &str| wrong(&format!("an array with {found} in it"));
                let texts = values.into_iter().map(|v| item.text(v.into_inner(), folder, &within));
                let texts = texts.collect::<Result<Vec<_>, _>>()?;
                Ok(match between {
                    Some(between) => {
                        vec![word(key, &texts.join(OsStr::new(between.encode_utf8(&mut [0; 4]))))]
                    }
                    None => texts.iter().map(|text| word(key, text)).collect(),
                })
            }
            (_, value) => Err(wrong(name(&value))),
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::One(item) => item.expected(),
            Self::Many(..) => "an array of strings, such as [\"a\", \"b\"]".to_owned(),
        }
    }
}

impl Item {
    fn of(arg: &Arg) -> Self {
        let parsed = arg.get_value_parser().type_id();
        let numbers = [TypeId::of::<u16>(), TypeId::of::<u32>(), TypeId::of::<u64>()];
        let words = arg.get_possible_values();
        if numbers.iter().any(|number| parsed == *number) {
            Self::Number
        } else if parsed == TypeId::of::<PathBuf>() {
            Self::Path
        } else if words.is_empty() {
            Self::Text
        } else {
            Self::Word(words.iter().map(|word| word.get_name().to_owned()).collect())
        }
    }

    fn text(
        &self,
        value: DeValue<'_>,
        folder: &Path,
        wrong: &impl Fn(&str) -> Wrong,
    ) -> Result<OsString, Wrong> {
        match (self, value) {
            (Self::Number, DeValue::Integer(number)) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                parsed.map(|number| number.to_string().into()).map_err(|_| wrong("too great"))
            }
            (Self::Path, DeValue::String(path)) if path.is_empty() => Err(wrong("an empty string")),
            (Self::Path, DeValue::String(path)) if path == "-" => Ok(path.into_owned().into()),
            (Self::Path, DeValue::String(path)) => Ok(folder.join(&*path).into()),
            (Self::Word(words), DeValue::String(word)) => {
                if words.iter().any(|known| *known == word) {
                    return Ok(word.into_owned().into());
                }
                let Wrong { found, expected } = wrong("none of its values");
                let near = nearest(&word, words.iter().map(String::as_str));
                let near = near.map_or_else(String::new, |near| format!(": the nearest is {near}"));
                Err(Wrong { found, expected: expected + &near })
            }
            (Self::Text, DeValue::String(text)) => {
                let path = text.strip_prefix("file:");
                let path = path.map(|path| path.strip_prefix("//").unwrap_or(path));
                let Some(path) = path.filter(|path| !path.is_empty()) else {
                    return Ok(text.into_owned().into());
                };
                let mut target = OsString::from("file:");
                target.push(folder.join(path));
                Ok(target)
            }
            (_, value) => Err(wrong(name(&value))),
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::Number => "a number".to_owned(),
            Self::Path => "a path, as a string".to_owned(),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Text => "a string".to_owned(),
        }
    }
}

fn word(key: &str, value: &OsStr) -> OsString {
    let mut word = OsString::from(format!("--{key}="));
    word.push(value);
    word
}

fn name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
