//! Values as a page shows them. What comes from an event may be anything; escaping is the template's.

use jiff::Timestamp;

use crate::{
    limits::REPORT_CHARS,
    window::{Second, moment},
};

/// A value of an event: short, and with what a reader would not see written out.
pub(super) fn shown(value: &str) -> String {
    let visible = |text: &mut dyn Iterator<Item = char>| {
        text.fold(String::new(), |mut shown, c| {
            if is_hidden(c) {
                shown.extend(c.escape_unicode());
            } else {
                shown.push(c);
            }
            shown
        })
    };
    let length = value.chars().count();
    if length <= REPORT_CHARS {
        return visible(&mut value.chars());
    }
    // The end tells ARNs apart, the beginning says what they are.
    let half = REPORT_CHARS / 2;
    let (start, end) = (
        visible(&mut value.chars().take(half)),
        visible(&mut value.chars().skip(length.saturating_sub(half))),
    );
    format!(
        "{start} […{} characters…] {end}",
        number(u64::try_from(length - 2 * half).unwrap_or(u64::MAX))
    )
}

/// Whether a character changes what one sees around it, or cannot be seen itself.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A number with thin gaps between its thousands, which no line breaks at.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

/// A count of things, such as `1 event` or `2 events`.
pub(super) fn count(of: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(of), if of == 1 { one } else { many })
}

/// A second of UTC, to the minute.
pub(super) fn minute(second: Second) -> String {
    format(moment(second), "%Y-%m-%d %H:%M")
}

/// A moment of UTC, to the second.
pub(super) fn second(time: Timestamp) -> String {
    format(time, "%Y-%m-%d %H:%M:%S UTC")
}

/// A day of UTC.
pub(super) fn day(second: Second) -> String {
    format(moment(second), "%Y-%m-%d")
}

/// A length of time in its largest unit.
pub(super) fn length(seconds: u64) -> String {
    match seconds {
        0..120 => count(seconds, "second", "seconds"),
        120..7_200 => count(seconds / 60, "minute", "minutes"),
        7_200..172_800 => count(seconds / 3_600, "hour", "hours"),
        _ => count(seconds / 86_400, "day", "days"),
    }
}

/// A share in percent; what is almost nothing or almost all does not look like it.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    if part >= whole {
        return "100 %".to_owned();
    }
    let tenths = u128::from(part) * 1_000 / u128::from(whole);
    match tenths {
        0 => "< 0.1 %".to_owned(),
        1..100 => format!("{}.{} %", tenths / 10, tenths % 10),
        _ => format!("{} %", tenths / 10),
    }
}

fn format(time: Timestamp, pattern: &str) -> String {
    time.strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_in_a_value_and_none_is_endless() {
        assert_eq!(
            shown("arn:aws:iam::111122223333:user/zoë 東京"),
            "arn:aws:iam::111122223333:user/zoë 東京"
        );
        assert_eq!(
            shown("a\u{202e}b\0c\u{200b}\n\u{feff}"),
            "a\\u{202e}b\\u{0}c\\u{200b}\\u{a}\\u{feff}"
        );
        let long = format!("start{}end", "x".repeat(10_000));
        let short = shown(&long);
        assert!(short.starts_with("startx") && short.ends_with("xend"), "{short}");
        assert!(short.contains("[…9\u{202f}848 characters…]"), "{short}");
        assert!(short.chars().count() < 2 * REPORT_CHARS);
    }

    #[test]
    fn numbers_lengths_and_shares_are_short() {
        for (value, expected) in
            [(0, "0"), (999, "999"), (1_000, "1 000"), (12_345_678, "12 345 678")]
        {
            assert_eq!(number(value), expected.replace(' ', "\u{202f}"));
        }
        for (seconds, expected) in [
            (1, "1 second"),
            (119, "119 seconds"),
            (3_600, "60 minutes"),
            (7_200, "2 hours"),
            (90 * 86_400, "90 days"),
        ] {
            assert_eq!(length(seconds), expected);
        }
        for (part, whole, expected) in [
            (0, 5, "0 %"),
            (1, 100_000, "< 0.1 %"),
            (99_999, 100_000, "99 %"),
            (5, 100, "5.0 %"),
            (5, 5, "100 %"),
            (1, 0, "100 %"),
        ] {
            let found = percent(part, whole);
            assert_eq!(found, if whole == 0 { "0 %" } else { expected }, "{part} of {whole}");
        }
    }

    #[test]
    fn times_are_of_utc_and_none_is_out_of_reach() {
        assert_eq!(minute(0), "1970-01-01 00:00");
        assert_eq!(day(-1), "1969-12-31");
        assert!(!minute(Second::MAX).is_empty() && !minute(Second::MIN).is_empty());
    }
}
