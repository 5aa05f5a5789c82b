//! Objects as Java's `Map.toString()` writes them: `{a=b, c=[1, {d=e}]}`.
//!
//! Elastic's pipeline keeps sections in this form, and rules search in it for `*name=value*`. It is
//! no JSON and cannot be read back; the order of members is any.

use std::fmt::{self, Write};

use serde_json::{Number, Value};

/// A value in this form.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    write(value, &mut text).unwrap_or_default();
    text
}

/// Whether its text is shorter than so many of Java's units, which are UTF-16's.
pub(super) fn is_shorter(value: &Value, units: usize) -> bool {
    // A text has no more units than bytes, which are counted faster.
    let (mut bytes, mut exact) =
        (Length(0, str::len), Length(0, |text| text.encode_utf16().count()));
    write(value, &mut bytes).unwrap_or_default();
    bytes.0 < units || {
        write(value, &mut exact).unwrap_or_default();
        exact.0 < units
    }
}

/// Counts what is written.
struct Length(usize, fn(&str) -> usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.saturating_add((self.1)(text));
        Ok(())
    }
}

fn write(value: &Value, to: &mut impl Write) -> fmt::Result {
    match value {
        Value::String(text) => to.write_str(text),
        Value::Number(number) => write_number(number, to),
        Value::Bool(_) | Value::Null => write!(to, "{value}"),
        Value::Array(items) => {
            to.write_char('[')?;
            for (at, item) in items.iter().enumerate() {
                to.write_str(if at > 0 { ", " } else { "" })?;
                write(item, to)?;
            }
            to.write_char(']')
        }
        Value::Object(members) => {
            to.write_char('{')?;
            for (at, (name, member)) in members.iter().enumerate() {
                to.write_str(if at > 0 { ", " } else { "" })?;
                write!(to, "{name}=")?;
                write(member, to)?;
            }
            to.write_char('}')
        }
    }
}

/// Integers as they are; what has a fraction or an exponent as a `double`.
fn write_number(number: &Number, to: &mut impl Write) -> fmt::Result {
    let text = number.as_str();
    match text.parse::<f64>() {
        Ok(double) if text.contains(['.', 'e', 'E']) => to.write_str(&double_text(double)),
        _ => to.write_str(text),
    }
}

/// `Double.toString`: plain from a thousandth to ten million, else with an exponent.
fn double_text(double: f64) -> String {
    if double.is_infinite() {
        return if double > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = double.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{double:?}");
    }
    let text = format!("{double:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        Some((digits, exponent)) => format!("{digits}E{exponent}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_written_as_java_does() {
        let value = json!({"a": {"b": "x=y, z"}, "c": [1, true, {"d": "e"}, []], "f": null});
        assert_eq!(text(&value), "{a={b=x=y, z}, c=[1, true, {d=e}, []], f=null}");
        assert_eq!(text(&json!("plain \"text\"")), "plain \"text\"");
    }

    #[test]
    fn numbers_are_written_as_java_does() {
        for (number, expected) in [
            ("7", "7"),
            ("-0", "-0"),
            ("18446744073709551617", "18446744073709551617"),
            ("0.5", "0.5"),
            ("1.0", "1.0"),
            ("1.50", "1.5"),
            ("0.001", "0.001"),
            ("0.0001", "1.0E-4"),
            ("9999999.0", "9999999.0"),
            ("10000000.0", "1.0E7"),
            ("1.7323E9", "1.7323E9"),
            ("-2.5e-9", "-2.5E-9"),
            ("1e999", "Infinity"),
        ] {
            let value: Value = serde_json::from_str(number).unwrap();
            assert_eq!(text(&value), expected, "{number}");
        }
    }

    #[test]
    fn length_is_counted_as_java_does() {
        // Six units: two of them are the clef's, which has four bytes.
        let value = json!({"é": "𝄞"});
        assert!(is_shorter(&value, 7) && !is_shorter(&value, 6));
    }
}
