//! The hostile records, and what becomes of each.

use std::sync::LazyLock;

use jiff::Timestamp;

/// A record, and how it ends.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The id that LookupEvents gives it, and the document has.
    pub(super) id: String,
    pub(super) text: String,
    /// As a line of a file.
    pub(super) in_file: Ends,
    /// As the record of an event of LookupEvents.
    pub(super) from_aws: Ends,
}

/// How a record ends.
#[derive(Clone)]
pub(super) enum Ends {
    /// As a document, in each layout.
    Document { typed: Texts, flattened: Texts },
    /// As a dead letter with these words in its reason.
    Letter(&'static str),
}

/// The text of a document.
#[derive(Clone)]
pub(super) struct Texts {
    /// Where an engine has a type for a catch-all.
    pub(super) whole: String,
    /// Where it has none, and gets the list of its leaves.
    pub(super) listed: String,
}

pub(super) const TIME: &str = "2026-02-03T04:05:06Z";
const RECORD_BYTES: usize = 256 << 10;
/// Bytes of a leaf with its path that a catch-all takes.
const REST_LEAF_BYTES: usize = 32_000;

/// A record as a service writes it, with this in its request.
pub(super) fn record(id: &str, request: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","eventTime":"{TIME}","eventSource":"s3.amazonaws.com","eventName":"Example","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.7","recipientAccountId":"123456789012","requestParameters":{request},"eventID":"{id}"}}"#
    )
}

/// Its document: its request with what is kept beside it, and all that one field has of it in the
/// flattened layout.
pub(super) fn document(id: &str, request: &str, beside: &Beside, flattened: &Beside) -> Ends {
    let text = |members: &str, long: &[String]| {
        let long = match long {
            [] => String::new(),
            long => format!(r#","trailhaul":{{"long":{}}}"#, strings(long)),
        };
        format!(
            r#"{{"@timestamp":"{TIME}","awsRegion":"us-east-1","eventID":"{id}","eventName":"Example","eventSource":"s3.amazonaws.com","eventTime":"{TIME}","eventVersion":"1.08","recipientAccountId":"123456789012"{members},"sourceIPAddress":"192.0.2.7"{long}}}"#
        )
    };
    Ends::Document {
        typed: beside.texts("requestParameters_rest", |rest| {
            text(&format!(r#","requestParameters":{request}{rest}"#), &beside.long)
        }),
        flattened: flattened.texts("requestParameters", |all| text(all, &flattened.long)),
    }
}

/// What has no field of its own.
#[derive(Default)]
pub(super) struct Beside {
    /// What the catch-all holds, as JSON.
    pub(super) rest: String,
    /// Its leaves, sorted.
    pub(super) terms: Vec<String>,
    /// What is too long for it.
    pub(super) long: Vec<String>,
}

impl Beside {
    fn new(rest: &str, terms: &[&str]) -> Self {
        let terms = terms.iter().copied().map(str::to_owned).collect();
        Self { rest: rest.to_owned(), terms, long: Vec::new() }
    }

    /// The document that `with` makes of the catch-all's members, whatever the layout.
    pub(super) fn document(&self, catch_all: &str, with: impl Fn(&str) -> String) -> Ends {
        let texts = self.texts(catch_all, with);
        Ends::Document { typed: texts.clone(), flattened: texts }
    }

    fn texts(&self, catch_all: &str, with: impl Fn(&str) -> String) -> Texts {
        let whole = match self.rest.as_str() {
            "" => String::new(),
            rest => format!(r#","{catch_all}":{rest}"#),
        };
        let listed = match self.terms.as_slice() {
            [] => whole.clone(),
            terms => format!(r#"{whole},"{catch_all}_terms":{}"#, strings(terms)),
        };
        Texts { whole: with(&whole), listed: with(&listed) }
    }
}

fn strings(texts: &[String]) -> String {
    serde_json::to_string(texts).unwrap()
}

fn case(name: &'static str, request: &str, ends: Ends) -> Case {
    let text = record(name, request);
    Case { name, id: name.to_owned(), text, in_file: ends.clone(), from_aws: ends }
}

/// A request without a field of its own, and what the catch-all holds of it.
fn request(name: &'static str, sent: &str, kept: &str, terms: &[&str]) -> Case {
    let beside = Beside::new(kept, terms);
    case(name, sent, document(name, "{}", &beside, &beside))
}

fn same(name: &'static str, sent: &str, terms: &[&str]) -> Case {
    request(name, sent, sent, terms)
}

/// A request that has all its fields, and what the flattened layout lists of it.
fn named(name: &'static str, sent: &str, terms: &[&str]) -> Case {
    case(name, sent, document(name, sent, &Beside::default(), &Beside::new(sent, terms)))
}

/// A request with leaves that are too long for the catch-all.
fn long(name: &'static str, sent: &str, rest: &str, terms: &[&str], long: &[(&str, &str)]) -> Case {
    let beside = Beside { long: too_long(long), ..Beside::new(rest, terms) };
    case(name, sent, document(name, "{}", &beside, &beside))
}

fn too_long(leaves: &[(&str, &str)]) -> Vec<String> {
    leaves.iter().map(|(path, leaf)| format!("requestParameters.{path}={leaf}")).collect()
}

/// A record whose other members are its own: those with a field, and the others.
fn whole(name: &'static str, id: &str, sent: &str, kept: &str, rest: &str, terms: &[&str]) -> Case {
    let time = format!(r#""eventTime":"{TIME}""#);
    let ends = Beside::new(rest, terms).document("record_rest", |rest| {
        format!(r#"{{"@timestamp":"{TIME}",{kept}{rest}}}"#).replace("TIME", &time)
    });
    let text = format!("{{{sent}}}").replace("TIME", &time);
    Case { name, id: id.to_owned(), text, in_file: ends.clone(), from_aws: ends }
}

fn letter(name: &'static str, text: &str, words: &'static str) -> Case {
    let ends = Ends::Letter(words);
    let text = text.to_owned();
    Case { name, id: name.to_owned(), text, in_file: ends.clone(), from_aws: ends }
}

pub(super) fn cases() -> Vec<Case> {
    [sizes(), depths(), names(), duplicates(), roots(), values(), strays(), halves()]
        .into_iter()
        .flatten()
        .collect()
}

fn sizes() -> Vec<Case> {
    let item = r#"{"k":"0123456789abcdef","v":["x","y"]}"#;
    let items = vec![item; RECORD_BYTES / item.len()].join(",");
    let (leaf, wide) = ("x".repeat(40_000), "😀".repeat(10_000));
    // With its path, one leaf is of the most bytes that a catch-all takes, the next of one more.
    let fits = "y".repeat(REST_LEAF_BYTES - "requestParameters.fits".len());
    let over = "y".repeat(fits.len() + 1);
    vec![
        same(
            "256-kb",
            &format!(r#"{{"big":[{items}]}}"#),
            &["big.k=0123456789abcdef", "big.v=x", "big.v=y"],
        ),
        long(
            "long-leaf",
            &format!(r#"{{"bytes":"{wide}","leaf":[1,{{"in":"{leaf}"}}]}}"#),
            r#"{"bytes":null,"leaf":[{"value":1},{"in":null}]}"#,
            &["leaf.value=1"],
            &[("bytes", &wide), ("leaf.in", &leaf)],
        ),
        same("longest-leaf", &format!(r#"{{"fits":"{fits}"}}"#), &[&format!("fits={fits}")]),
        long(
            "one-too-long",
            &format!(r#"{{"over":"{over}"}}"#),
            r#"{"over":null}"#,
            &[],
            &[("over", &over)],
        ),
        long_text(&leaf),
    ]
}

/// A leaf with a field of its own, which takes any length.
fn long_text(leaf: &str) -> Case {
    let sent = format!(r#"{{"text":"{leaf}"}}"#);
    let flattened =
        Beside { long: too_long(&[("text", leaf)]), ..Beside::new(r#"{"text":null}"#, &[]) };
    case("long-text", &sent, document("long-text", &sent, &Beside::default(), &flattened))
}

/// Levels below which a document has text: those of objects, which the request is the first of.
const OBJECTS: usize = 18;
const ARRAYS: usize = 18;

fn depths() -> Vec<Case> {
    let nest = |open: &str, close: &str, levels: usize| {
        format!("{}1{}", open.repeat(levels), close.repeat(levels))
    };
    let text = |json: &str| json.replace('"', "\\\"");
    let (open, close) = (r#"{"deep":"#, "}");
    let inner = nest(open, close, 1_001 - OBJECTS);
    let objects =
        format!(r#"{}"{}"{}"#, open.repeat(OBJECTS - 1), text(&inner), close.repeat(OBJECTS - 1));
    let objects_term = format!("{}={inner}", ["deep"; OBJECTS - 1].join("."));
    let inner = |levels: usize| nest("[", "]", levels - ARRAYS);
    let arrays =
        |inner: &str| format!(r#"{{"lists":{}{inner}{}}}"#, "[".repeat(ARRAYS), "]".repeat(ARRAYS));
    let lists = |levels: usize| format!(r#"{{"lists":{}}}"#, nest("[", "]", levels));
    vec![
        request("1000-objects", &nest(open, close, 1_000), &objects, &[&objects_term]),
        request(
            "1000-arrays",
            &lists(1_000),
            &arrays(&format!(r#""{}""#, inner(1_000))),
            &[&format!("lists={}", inner(1_000))],
        ),
        long("100000-arrays", &lists(100_000), &arrays("null"), &[], &[("lists", &inner(100_000))]),
    ]
}

fn names() -> Vec<Case> {
    let long = "k".repeat(40_000);
    let cut = format!("{}_{:016x}", "k".repeat(495), fnv1a(long.as_bytes()));
    vec![
        request(
            "dotted",
            r#"{"a.b":"1",".c":"2","d..":"3"}"#,
            r#"{"_c":"2","a_b":"1","d__":"3"}"#,
            &["_c=2", "a_b=1", "d__=3"],
        ),
        request(
            "blank",
            r#"{"":"1"," ":"2","\t":"3"}"#,
            r#"{"_empty":"1","_empty_2":"3","_empty_3":"2"}"#,
            &["_empty=1", "_empty_2=3", "_empty_3=2"],
        ),
        request(
            "zero",
            r#"{"a\u0000b":"1","\u0000":"2"}"#,
            r#"{"_empty":"2","a_b":"1"}"#,
            &["_empty=2", "a_b=1"],
        ),
        request(
            "over-long",
            &format!(r#"{{"{long}":"1"}}"#),
            &format!(r#"{{"{cut}":"1"}}"#),
            &[&format!("{cut}=1")],
        ),
        request("lone-in-name", r#"{"\ud800":"1"}"#, r#"{"\\ud800":"1"}"#, &["\\ud800=1"]),
    ]
}

fn duplicates() -> Vec<Case> {
    vec![
        request(
            "twice",
            r#"{"t":"1","t":"2","t":"3"}"#,
            r#"{"t":"3","t_2":"1","t_3":"2"}"#,
            &["t=3", "t_2=1", "t_3=2"],
        ),
        request(
            "twice-below",
            r#"{"in":{"a":1},"in":{"a":"2","a":"3"}}"#,
            r#"{"in":{"a":"3","a_2":"2"},"in_2":{"a":1}}"#,
            &["in.a=3", "in.a_2=2", "in_2.a=1"],
        ),
        case(
            "field-twice",
            r#"{"text":"1","text":"2"}"#,
            document(
                "field-twice",
                r#"{"text":"2"}"#,
                &Beside::new(r#"{"text_2":"1"}"#, &["text_2=1"]),
                &Beside::new(r#"{"text":"2","text_2":"1"}"#, &["text=2", "text_2=1"]),
            ),
        ),
    ]
}

fn roots() -> Vec<Case> {
    vec![
        same(
            "parser's-own-name",
            r#"{"$serde_json::private::Number":"1"}"#,
            &["$serde_json::private::Number=1"],
        ),
        whole(
            "reserved",
            "reserved",
            r#""eventID":"reserved",TIME,"_id":"1","@timestamp":"2","lookup":"3","_source":"4","trailhaul":"5""#,
            r#""eventID":"reserved",TIME"#,
            r#"{"@timestamp":"2","_id":"1","_source":"4","lookup":"3","trailhaul":"5"}"#,
            &["@timestamp=2", "_id=1", "_source=4", "lookup=3", "trailhaul=5"],
        ),
        whole(
            "id-twice",
            "id-2",
            r#""eventID":"id-1",TIME,"eventID":"id-2""#,
            r#""eventID":"id-2",TIME"#,
            r#"{"eventID_2":"id-1"}"#,
            &["eventID_2=id-1"],
        ),
        whole(
            "own-lists",
            "own-lists",
            r#""Events":[],"Records":[1],TIME,"eventID":"own-lists""#,
            r#""eventID":"own-lists",TIME"#,
            r#"{"Events":[],"Records":[1]}"#,
            &["Records=1"],
        ),
        whole(
            "strange-id",
            "a/b ?\"\\é",
            r#""eventID":"a/b ?\"\\é",TIME"#,
            r#""eventID":"a/b ?\"\\é",TIME"#,
            "",
            &[],
        ),
    ]
}

fn values() -> Vec<Case> {
    let (long, longest) = ("7".repeat(1_001), "7".repeat(1_000));
    vec![
        same(
            "beyond-64-bits",
            r#"{"numbers":[18446744073709551616,-9223372036854775809,0.1000000000000000055511151231257827,1e+400,-0,1.0]}"#,
            &[
                "numbers=-0",
                "numbers=-9223372036854775809",
                "numbers=0.1000000000000000055511151231257827",
                "numbers=1.0",
                "numbers=18446744073709551616",
                "numbers=1e+400",
            ],
        ),
        named(
            "beyond-64-bits-with-a-name",
            r#"{"text":[18446744073709551616,-9223372036854775809,0.1000000000000000055511151231257827,1e+400,-0,1.0]}"#,
            &[
                "text=-0",
                "text=-9223372036854775809",
                "text=0.1000000000000000055511151231257827",
                "text=1.0",
                "text=18446744073709551616",
                "text=1e+400",
            ],
        ),
        same("many-digits", &format!(r#"{{"digits":{longest}}}"#), &[&format!("digits={longest}")]),
        request(
            "too-many-digits",
            &format!(r#"{{"digits":{long}}}"#),
            &format!(r#"{{"digits":"{long}"}}"#),
            &[&format!("digits={long}")],
        ),
        request(
            "exponent",
            r#"{"exponent":1E400}"#,
            r#"{"exponent":1e+400}"#,
            &["exponent=1e+400"],
        ),
        request(
            "lone-surrogates",
            r#"{"half":"a\ud800b\udc00c\ud83d\ude00"}"#,
            r#"{"half":"a\\ud800b\\udc00c😀"}"#,
            &["half=a\\ud800b\\udc00c😀"],
        ),
        named(
            "zeros",
            r#"{"text":"\u0000\u001f\n{\"index\":{}}\n"}"#,
            &["text=\0\u{1f}\n{\"index\":{}}\n"],
        ),
        same(
            "zeros-without-a-name",
            r#"{"zeros":"\u0000\u001f\n{\"index\":{}}\n"}"#,
            &["zeros=\0\u{1f}\n{\"index\":{}}\n"],
        ),
        named("nothing", "null", &[]),
        same("empty", r#"{"list":[],"object":{}}"#, &[]),
        named("nothing-in-it", "{}", &[]),
    ]
}

/// What is no event, whoever tells its id and time.
fn strays() -> Vec<Case> {
    let long = record(&"i".repeat(513), "null");
    vec![
        letter("number", "7", "a number, not a JSON object"),
        letter("text", "\"eventID\"", "a string, not a JSON object"),
        letter("null", "null", "null, not a JSON object"),
        letter("bare", "not JSON at all", "not JSON: expected ident"),
        letter("broken", r#"{"eventID":}"#, "not JSON: expected value"),
        letter("id-too-long", &long, "the id has 513 bytes, and 512 is the most"),
    ]
}

/// What is half an event: LookupEvents tells the rest.
fn halves() -> Vec<Case> {
    let half = |name: &'static str, members: &str, at: &str, words| Case {
        name,
        id: name.to_owned(),
        text: format!("{{{members}}}"),
        in_file: Ends::Letter(words),
        from_aws: Beside::default()
            .document("", |_| format!(r#"{{"@timestamp":"{at}",{members}}}"#)),
    };
    let (time, looked) = (format!(r#""eventTime":"{TIME}""#), LOOKUP_TIME.to_string());
    vec![
        half("no-id", &time, TIME, "no eventID"),
        half("empty-id", &format!(r#""eventID":"",{time}"#), TIME, "no eventID"),
        half("id-is-a-number", &format!(r#""eventID":7,{time}"#), TIME, "no eventID"),
        half("no-time", r#""eventID":"no-time""#, &looked, "no eventTime"),
        half("late", r#""eventID":"late","eventTime":"yesterday""#, &looked, "no eventTime"),
    ]
}

/// What only an answer of LookupEvents can hold, since a file would break off there.
pub(super) fn aws_only() -> Vec<Case> {
    let of =
        |name, text: &str, words| Case { id: "lost-id".to_owned(), ..letter(name, text, words) };
    vec![
        of("cut", r#"{"eventID":"cut","eventT"#, "EOF while parsing a string"),
        of("two", "{}\n{}", "trailing characters"),
        of("nothing at all", "", "the record is empty (EventId lost-id)"),
    ]
}

/// The time that LookupEvents tells of every event.
pub(super) static LOOKUP_TIME: LazyLock<Timestamp> =
    LazyLock::new(|| Timestamp::from_second(Timestamp::now().as_second() - 3_600).unwrap());

/// FNV-1a, which the cut of a long name ends with.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
