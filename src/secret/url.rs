//! The user and password of a URL, and its query, kept out of what is shown.
//!
//! A URL is known by its looks, and not parsed: what hides a password must not hang on whether a target
//! can be reached by it. Parsers take more forms than people type (`http:joe:pw@host`, `https:\\…`), and a
//! password may hold any character, as it was typed. So rather too much is hidden than too little.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Secret;
use crate::limits::SECRET_PIECE_CHARS;

/// What stands in the place of what is hidden.
const HIDDEN: &str = "***";

/// How a URL begins, wherever it stands in a word.
static BEGIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bhttps?:[/\\]*|(\w*):[/\\]{2,}").ok());

/// A user and password in a sentence: up to the last `@` of a word.
static USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(\bhttps?:[/\\]*|(\w*):[/\\]{2,})([^\s'"]*@[^\s'"]*)"#).ok()
});

/// A word as it was typed, without the secrets of a URL in it.
pub(crate) fn in_word(word: &str) -> String {
    match begin(word) {
        Some((before, rest)) => format!("{before}{}", hidden(rest)),
        None => word.to_owned(),
    }
}

/// The same of a word that is a target: it may hold a password also where it is none by its form.
pub(crate) fn in_target(word: &str) -> String {
    match begin(word) {
        _ if word.starts_with("file:") => word.to_owned(),
        Some((before, rest)) => format!("{before}{}", hidden(rest)),
        None => hidden(word),
    }
}

/// A command line, word by word.
pub(crate) fn in_words(words: &[String]) -> Vec<String> {
    let before = std::iter::once("").chain(words.iter().map(String::as_str));
    let shown = |(before, word): (&str, &String)| match word.strip_prefix("--to=") {
        Some(to) => format!("--to={}", in_target(to)),
        None if before == "--to" => in_target(word),
        None => in_word(word),
    };
    before.zip(words).map(shown).collect()
}

/// The word up to where its URL says who, and the rest. A file has no user.
fn begin(word: &str) -> Option<(&str, &str)> {
    let mut begins = BEGIN.as_ref()?.captures_iter(word);
    let begin = begins.find(|begin| begin.get(1).is_none_or(|scheme| !is_file(scheme.as_str())))?;
    word.split_at_checked(begin.get(0)?.end())
}

fn is_file(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("file")
}

/// All up to the last `@` may be a password. Behind a `?` it may be a query as well, which nobody can
/// tell from one.
fn hidden(rest: &str) -> String {
    let (user, rest) = match rest.rsplit_once('@') {
        Some((before, _)) if before.contains(['?', '#']) => return HIDDEN.to_owned(),
        Some((_, rest)) => (format!("{HIDDEN}@"), rest),
        None => (String::new(), rest),
    };
    match rest.split_once(['?', '#']) {
        Some((rest, _)) => format!("{user}{rest}?{HIDDEN}"),
        None => format!("{user}{rest}"),
    }
}

/// The words that were told which hold a secret, to be taken out of sentences that may repeat one:
/// there a password with a blank or a quote in it has no end that could be seen.
#[derive(Debug, Clone, Default)]
pub struct Told(Vec<(Secret, String)>);

impl Told {
    /// Of all that was told: the command line, the environment and the configuration file.
    pub(crate) fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut all: Vec<_> = words.into_iter().flat_map(|word| replacements(&word)).collect();
        // A word may be a part of another one.
        all.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.reveal().len()));
        Self(all)
    }

    /// A sentence without what these words hold, nor the user of any other URL.
    pub fn kept_out_of(&self, sentence: &str) -> String {
        let text = self.0.iter().fold(sentence.to_owned(), |text, (secret, instead)| {
            text.replace(secret.reveal(), instead)
        });
        let instead = |found: &Captures<'_>| {
            let part = |number| found.get(number).map_or("", |part| part.as_str());
            if is_file(part(2)) || part(3).starts_with(HIDDEN) {
                part(0).to_owned()
            } else {
                part(1).to_owned() + &hidden(part(3))
            }
        };
        USER.as_ref().map_or_else(String::new, |user| user.replace_all(&text, instead).into_owned())
    }
}

/// What a sentence may repeat of a word, and what it says instead. Nothing of a harmless one.
fn replacements(word: &str) -> Vec<(Secret, String)> {
    let value = match word.split_once('=') {
        Some((name, value)) if name.starts_with("--") => value,
        _ => word,
    };
    let shown = if names_a_user(value) { in_target(value) } else { in_word(value) };
    if shown == value {
        return Vec::new();
    }
    let (_, rest) = begin(value).unwrap_or(("", value));
    let secret = rest.rsplit_once('@').map_or(rest, |(secret, _)| secret);
    // Lists and pairs are told about part by part.
    let pieces = secret.split([',', '=']).filter(|piece| *piece != secret);
    let pieces = pieces.filter(|piece| piece.chars().count() >= SECRET_PIECE_CHARS);
    let pieces = pieces.map(|piece| (Secret::new(piece), HIDDEN.to_owned()));
    // Some sentences give a text as Rust does, with `\"` in it.
    let escaped = (Secret::new(format!("{value:?}")), format!("{shown:?}"));
    [(Secret::new(value), shown), escaped].into_iter().chain(pieces).collect()
}

/// Whether it looks like `user:password@host`, a target without its scheme.
fn names_a_user(word: &str) -> bool {
    let Some((before, _)) = word.rsplit_once('@') else { return false };
    let user = before.split_once(':').map(|(user, _)| user);
    user.is_some_and(|user| !user.is_empty() && user != "file" && !user.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forms that a parser of URLs takes, and some that it does not.
    const FORMS: [(&str, &str); 16] = [
        ("https://joe:{}@host:9200/x", "https://***@host:9200/x"),
        ("https://joe:{}@", "https://***@"),
        ("HTTPS://joe:{}@host", "HTTPS://***@host"),
        ("http:joe:{}@host", "http:***@host"),
        ("http:/joe:{}@host", "http:/***@host"),
        (r"http:\\joe:{}@host", r"http:\\***@host"),
        (r"http:\/\joe:{}@host", r"http:\/\***@host"),
        ("https:///joe:{}@host", "https:///***@host"),
        (" https://joe:{}@host", " https://***@host"),
        ("ht\ttps://joe:{}@host", "ht\ttps://***@host"),
        ("ftp://joe:{}@host", "ftp://***@host"),
        ("https://{}@host", "https://***@host"),
        ("https://host/?apikey={}", "https://host/?***"),
        ("https://joe:{}@host/x?apikey={}#{}", "https://***@host/x?***"),
        ("http:host#{}", "http:host?***"),
        ("https://host/?to=https://joe:{}@host", "https://***"),
    ];

    const PASSWORDS: [&str; 14] = [
        "s3cret",
        "s3'cret",
        "s3\"cret",
        "s3 cret",
        "s3\ncret",
        "s3@cret",
        "s3/cret",
        "s3\\cret",
        "s3?cret",
        "s3#cret",
        "s3:cret",
        "s3`cret",
        "é3cret",
        "s3,cret=s3",
    ];

    #[test]
    fn a_word_shows_no_secret_of_a_url_whatever_its_form_and_password() {
        for (form, shown) in FORMS {
            for password in PASSWORDS {
                let word = form.replace("{}", password);
                // Which `@` ends it, or whether it is a query, is seen of no word with these.
                let is_plain = !password.contains(['?', '#', '@']);
                let assert_shown = |said: &str, shown: &str| {
                    assert!(!is_plain || said == shown, "{word}: {said}");
                    assert!(!said.contains("cret") && !said.contains("joe"), "{word}: {said}");
                };
                assert_shown(&in_target(&word), shown);
                assert_shown(&in_word(&word), shown);
                assert_shown(&in_word(&format!("--x={word}")), &format!("--x={shown}"));
                assert_eq!(in_word(shown), shown);
                let told = Told::new(["--quiet".to_owned(), word.clone()]);
                for sentence in ["invalid value '{}' for '--auth <HOW>'", "{}: no", "{}"] {
                    let said = told.kept_out_of(&sentence.replace("{}", &word));
                    assert_shown(&said, &sentence.replace("{}", shown));
                }
            }
        }
    }

    #[test]
    fn a_target_shows_none_where_it_is_no_url() {
        for (to, shown) in [
            ("joe:s3'cret@host:9200", "***@host:9200"),
            ("joe:s3/c ret@host?x", "***@host?***"),
            ("joe:s3?cret@host", "***"),
            ("ht\ntp:joe:s3cret@host", "***@host"),
            ("file:joe:x@host?.ndjson", "file:joe:x@host?.ndjson"),
            ("localhost:9200", "localhost:9200"),
        ] {
            assert_eq!(in_target(to), shown);
        }
    }

    #[test]
    fn what_is_no_url_is_shown_as_it_is() {
        for word in [
            "me@home",
            "--user=me@home",
            "Username=joe@example.com",
            "file:/home/me@home/out?.ndjson",
            "file:///home/me@home/out.ndjson",
            "https://host:9200/x",
            "/logs/2026-01-01T00:00@x",
            "what?",
        ] {
            assert_eq!(in_word(word), word);
            let said = format!("cannot read {word}: no");
            assert_eq!(Told::new([word.to_owned()]).kept_out_of(&said), said);
        }
        assert_eq!(in_word("file:x,https://joe:pw@host"), "file:x,https://***@host");
    }

    #[test]
    fn a_command_line_hides_what_is_a_target_and_what_is_a_url() {
        let words = ["--to", "joe:pw@h", "--to=joe:pw@h", "--user", "me@home", "http:joe:pw@h"];
        let shown = in_words(&words.map(str::to_owned));
        assert_eq!(shown, ["--to", "***@h", "--to=***@h", "--user", "me@home", "http:***@h"]);
    }

    #[test]
    fn a_sentence_about_a_part_of_a_word_or_of_unknown_words_shows_none() {
        let told = Told::new(["--keep=https://joe:one,s3cret=more@host,all".to_owned()]);
        assert_eq!(told.kept_out_of("`https://joe:one` is no copy"), "`https://***` is no copy");
        assert_eq!(told.kept_out_of("`s3cret` of all"), "`***` of all");
        assert_eq!(told.kept_out_of("`more@host`"), "`***@host`");
        let told = Told::new(["joe:s3 cret@host".to_owned()]);
        assert_eq!(told.kept_out_of("argument 'joe:s3 cret@host'"), "argument '***@host'");
        let told = Told::new(["http:joe:s3\"cret@h".to_owned()]);
        let said = format!("--since {:?}: no", "http:joe:s3\"cret@h");
        assert_eq!(told.kept_out_of(&said), "--since \"http:***@h\": no");
        for (sentence, shown) in [
            (
                "to https://joe:p@ss@host:9200/x, as me@home",
                "to https://***@host:9200/x, as me@home",
            ),
            ("'http:joe:a/b@host'", "'http:***@host'"),
            ("'https://joe:a/b?c#d@host'", "'https://***'"),
            ("https://host/x, 'https://other'", "https://host/x, 'https://other'"),
        ] {
            assert_eq!(Told::default().kept_out_of(sentence), shown);
        }
    }

    #[test]
    fn what_is_kept_to_be_looked_for_is_not_printed() {
        let told = Told::new(["https://joe:s3cret@host".to_owned()]);
        assert!(!format!("{told:?}").contains("s3cret"));
    }
}
