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
    /// As a document of this text.
    Document(String),
    /// As a dead letter with these words in its reason.
    Letter(&'static str),
}

pub(super) const TIME: &str = "2026-02-03T04:05:06Z";
const RECORD_BYTES: usize = 256 << 10;

/// A record as a service writes it, with this in its request.
pub(super) fn record(id: &str, request: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","eventTime":"{TIME}","eventSource":"s3.amazonaws.com","eventName":"Example","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.7","recipientAccountId":"123456789012","requestParameters":{request},"eventID":"{id}"}}"#
    )
}

/// Its document, with this in its request.
pub(super) fn document(id: &str, request: &str) -> String {
    format!(
        r#"{{"@timestamp":"{TIME}","awsRegion":"us-east-1","eventID":"{id}","eventName":"Example","eventSource":"s3.amazonaws.com","eventTime":"{TIME}","eventVersion":"1.08","recipientAccountId":"123456789012","requestParameters":{request},"sourceIPAddress":"192.0.2.7"}}"#
    )
}

/// A request that becomes another, or the same, in the document.
fn request(name: &'static str, sent: &str, kept: &str) -> Case {
    let ends = Ends::Document(document(name, kept));
    let text = record(name, sent);
    Case { name, id: name.to_owned(), text, in_file: ends.clone(), from_aws: ends }
}

fn same(name: &'static str, sent: &str) -> Case {
    request(name, sent, sent)
}

/// A record whose other members are its own.
fn whole(name: &'static str, id: &str, sent: &str, kept: &str) -> Case {
    let time = format!(r#""eventTime":"{TIME}""#);
    let ends =
        Ends::Document(format!(r#"{{"@timestamp":"{TIME}",{kept}}}"#).replace("TIME", &time));
    let text = format!("{{{sent}}}").replace("TIME", &time);
    Case { name, id: id.to_owned(), text, in_file: ends.clone(), from_aws: ends }
}

fn letter(name: &'static str, text: &str, words: &'static str) -> Case {
    let ends = Ends::Letter(words);
    let text = text.to_owned();
    Case { name, id: name.to_owned(), text, in_file: ends.clone(), from_aws: ends }
}

pub(super) fn cases() -> Vec<Case> {
    [sizes(), depths(), names(), values(), strays(), halves()].into_iter().flatten().collect()
}

fn sizes() -> Vec<Case> {
    let item = r#"{"k":"0123456789abcdef","v":["x","y"]}"#;
    let items = vec![item; RECORD_BYTES / item.len()].join(",");
    let (long, wide) = ("x".repeat(40_000), "😀".repeat(10_000));
    vec![
        same("256-kb", &format!(r#"{{"big":[{items}]}}"#)),
        same("long-leaf", &format!(r#"{{"bytes":"{wide}","leaf":"{long}"}}"#)),
    ]
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
    let objects = format!(
        r#"{}"{}"{}"#,
        open.repeat(OBJECTS - 1),
        text(&nest(open, close, 1_001 - OBJECTS)),
        close.repeat(OBJECTS - 1)
    );
    let arrays = |levels: usize| {
        let inner = nest("[", "]", levels - ARRAYS);
        format!(r#"{{"lists":{}"{inner}"{}}}"#, "[".repeat(ARRAYS), "]".repeat(ARRAYS))
    };
    let lists = |levels: usize| format!(r#"{{"lists":{}}}"#, nest("[", "]", levels));
    vec![
        request("1000-objects", &nest(open, close, 1_000), &objects),
        request("1000-arrays", &lists(1_000), &arrays(1_000)),
        request("100000-arrays", &lists(100_000), &arrays(100_000)),
    ]
}

fn names() -> Vec<Case> {
    let long = "k".repeat(40_000);
    let cut = format!("{}_{:016x}", "k".repeat(495), fnv1a(long.as_bytes()));
    vec![
        request("dotted", r#"{"a.b":"1",".c":"2","d..":"3"}"#, r#"{"_c":"2","a_b":"1","d__":"3"}"#),
        request(
            "blank",
            r#"{"":"1"," ":"2","\t":"3"}"#,
            r#"{"_empty":"1","_empty_2":"3","_empty_3":"2"}"#,
        ),
        request("zero", r#"{"a\u0000b":"1","\u0000":"2"}"#, r#"{"_empty":"2","a_b":"1"}"#),
        request("over-long", &format!(r#"{{"{long}":"1"}}"#), &format!(r#"{{"{cut}":"1"}}"#)),
        request("lone-in-name", r#"{"\ud800":"1"}"#, r#"{"\\ud800":"1"}"#),
        request("twice", r#"{"t":"1","t":"2","t":"3"}"#, r#"{"t":"3","t_2":"1","t_3":"2"}"#),
        request(
            "twice-below",
            r#"{"in":{"a":1},"in":{"a":"2","a":"3"}}"#,
            r#"{"in":{"a":"3","a_2":"2"},"in_2":{"a":1}}"#,
        ),
        same("parser's-own-name", r#"{"$serde_json::private::Number":"1"}"#),
        whole(
            "reserved",
            "reserved",
            r#""eventID":"reserved",TIME,"_id":"1","@timestamp":"2","lookup":"3","_source":"4","trailhaul":"5""#,
            r#""eventID":"reserved",TIME,"field_@timestamp":"2","field_id":"1","field_lookup":"3","field_source":"4","field_trailhaul":"5""#,
        ),
        whole(
            "id-twice",
            "id-2",
            r#""eventID":"id-1",TIME,"eventID":"id-2""#,
            r#""eventID":"id-2","eventID_2":"id-1",TIME"#,
        ),
        whole(
            "own-lists",
            "own-lists",
            r#""Events":[],"Records":[1],TIME,"eventID":"own-lists""#,
            r#""Events":[],"Records":[1],"eventID":"own-lists",TIME"#,
        ),
        whole(
            "strange-id",
            "a/b ?\"\\é",
            r#""eventID":"a/b ?\"\\é",TIME"#,
            r#""eventID":"a/b ?\"\\é",TIME"#,
        ),
    ]
}

fn values() -> Vec<Case> {
    let (long, longest) = ("7".repeat(1_001), "7".repeat(1_000));
    vec![
        same(
            "beyond-64-bits",
            r#"{"numbers":[18446744073709551616,-9223372036854775809,0.1000000000000000055511151231257827,1e+400,-0,1.0]}"#,
        ),
        same("many-digits", &format!(r#"{{"digits":{longest}}}"#)),
        request(
            "too-many-digits",
            &format!(r#"{{"digits":{long}}}"#),
            &format!(r#"{{"digits":"{long}"}}"#),
        ),
        request("exponent", r#"{"exponent":1E400}"#, r#"{"exponent":1e+400}"#),
        request(
            "lone-surrogates",
            r#"{"half":"a\ud800b\udc00c\ud83d\ude00"}"#,
            r#"{"half":"a\\ud800b\\udc00c😀"}"#,
        ),
        request(
            "zeros",
            r#"{"text":"\u0000\u001f\n{\"index\":{}}\n"}"#,
            r#"{"text":"\u0000\u001f\n{\"index\":{}}\n"}"#,
        ),
        same("nothing", "null"),
        same("empty", r#"{"list":[],"object":{}}"#),
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
        from_aws: Ends::Document(format!(r#"{{"@timestamp":"{at}",{members}}}"#)),
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
