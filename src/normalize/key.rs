//! Keys that every engine takes.
//!
//! Engines read `a.b` as two levels and refuse an empty or blank key. A key that needs no change costs one look and no allocation.

use super::repair::OWN_OBJECT;
use crate::limits::MAX_KEY_BYTES;

/// What a blank key becomes.
const EMPTY: &str = "_empty";

/// Names at the root that trailhaul itself writes.
const OWN: [&str; 3] = ["@timestamp", "lookup", OWN_OBJECT];

/// The key to write instead of this one, if it cannot stay as it is.
pub(super) fn clean(key: &str) -> Option<String> {
    let plain = key.len() <= MAX_KEY_BYTES
        && key.bytes().all(|byte| byte != b'.' && byte != 0)
        && key.chars().next().is_some_and(|first| !is_blank(first));
    if plain {
        return None;
    }
    if key.chars().all(is_blank) {
        return Some(EMPTY.to_owned());
    }
    let mut name = key.replace(['.', '\0'], "_");
    if name.len() > MAX_KEY_BYTES {
        name = shorten(&name);
    }
    (name != key).then_some(name)
}

/// Whether trailhaul itself writes a field of this name at the root.
pub(super) fn is_own(key: &str) -> bool {
    OWN.contains(&key)
}

/// Java's idea of blank, which is the engines', takes some control characters too.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// The start of an over-long key and a number that stands for the whole.
fn shorten(key: &str) -> String {
    let mark = format!("_{:016x}", fnv1a(key.as_bytes()));
    let mut end = MAX_KEY_BYTES.saturating_sub(mark.len());
    while !key.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    key.get(..end).unwrap_or_default().to_owned() + &mark
}

/// FNV-1a: the same number on every machine and in every version, which the standard library's
/// hashes do not promise.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_ones_that_an_engine_takes() {
        for (key, expected) in [
            ("eventName", None),
            ("a b", None),
            ("_id", None),
            ("a.b", Some("a_b")),
            (".a", Some("_a")),
            ("a\0b", Some("a_b")),
            ("...", Some("___")),
            ("", Some("_empty")),
            (" \t", Some("_empty")),
            ("\u{1c}", Some("_empty")),
            (" a", None),
        ] {
            assert_eq!(clean(key).as_deref(), expected, "{key:?}");
        }
    }

    #[test]
    fn long_keys_are_cut_and_stay_apart() {
        let one = clean(&("é".repeat(400) + "1")).unwrap();
        let two = clean(&("é".repeat(400) + "2")).unwrap();
        assert!(one.len() <= MAX_KEY_BYTES && two.len() <= MAX_KEY_BYTES);
        assert_ne!(one, two);
    }
}
