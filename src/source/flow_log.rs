//! Lines of VPC flow logs into events.
//!
//! Pure. The first line of a file in S3 names the fields (`format`), and each line behind it has as many
//! values. One that has not, or no time where there should be one, is a [`Stray`], with the reason.
//!
//! Nothing of AWS's tells a line from another, so what it says does: its id is a hash of its format and
//! its text, and, where it has no time, of when its file was delivered. The same line in two files is one
//! document: files are copied, and a flow that two flow logs have seen is one flow. Only where a format
//! leaves out what a flow is known by (`format::tells_flows_apart`) can two flows have the same line; there
//! the second of a file is another document than the first, and loading the file again finds both.

pub mod format;

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    event::{Event, FlowLog, Item, Object, Stray},
    limits::{FLOW_ID_BYTES, LIKE_FLOWS_COUNTED},
};

/// What AWS writes where there is no value.
const NONE: &str = "-";

/// What a line is.
#[derive(Debug)]
pub enum Line {
    /// Names of fields, for the lines behind it.
    Format,
    /// An event, or what stands where one should.
    Item(Item),
    /// Nothing of a flow log.
    Other,
}

/// The lines of one file, in their order.
#[derive(Debug)]
pub struct Lines {
    delivered: Option<Timestamp>,
    flow: Option<Arc<FlowLog>>,
    /// How often a line was seen, in a format that does not tell flows apart.
    seen: HashMap<String, u32>,
    is_counted: bool,
}

impl Lines {
    /// Of a file that was delivered at this time, as far as that is known.
    pub fn new(delivered: Option<Timestamp>) -> Self {
        Self { delivered, flow: None, seen: HashMap::new(), is_counted: false }
    }

    /// What the next line is.
    pub fn next(&mut self, line: &str) -> Line {
        if line.starts_with(['{', '[']) {
            return Line::Other;
        }
        if let Some(format) = format::told_by(line) {
            self.begin(format);
            return Line::Format;
        }
        if self.flow.is_none() && format::is_default(line) {
            self.begin(format::DEFAULT.to_owned());
        }
        let Some(flow) = &self.flow else { return Line::Other };
        let flow = Arc::clone(flow);
        let event = event(line.into(), Arc::clone(&flow), None);
        Line::Item(if self.is_counted { self.counted(event, &flow) } else { event })
    }

    fn begin(&mut self, format: String) {
        self.is_counted = !format::tells_flows_apart(&format);
        self.flow = Some(Arc::new(FlowLog { format, delivered: self.delivered }));
        self.seen.clear();
    }

    /// The same as another document, if its line was there before.
    fn counted(&mut self, item: Item, flow: &FlowLog) -> Item {
        let Item::Event(mut event) = item else { return item };
        if let Some(seen) = self.seen.get_mut(&event.id) {
            *seen = seen.saturating_add(1);
            event.id = id(&event, flow, *seen);
        } else if self.seen.len() < LIKE_FLOWS_COUNTED {
            self.seen.insert(event.id.clone(), 0);
        }
        Item::Event(event)
    }
}

/// One line as an event, or as what it is instead. The id is that of a dead letter, if it comes from one.
pub fn event(verbatim: Arc<str>, flow: Arc<FlowLog>, known_id: Option<String>) -> Item {
    match fields(&verbatim, &flow) {
        Ok((record, time)) => {
            let of = Some(Arc::clone(&flow));
            let id_known = known_id.unwrap_or_default();
            let mut event = Event { id: id_known, time, record, lookup: None, flow: of, verbatim };
            if event.id.is_empty() {
                event.id = id(&event, &flow, 0);
            }
            Item::Event(Box::new(event))
        }
        Err(reason) => {
            let flow = Some(flow);
            Item::Stray(Stray { verbatim, reason, id: known_id, lookup: None, flow })
        }
    }
}

fn fields(line: &str, flow: &FlowLog) -> Result<(Object, Timestamp), String> {
    let (names, values) = (format::names(&flow.format), line.split_ascii_whitespace());
    let (wanted, found) = (names.clone().count(), values.clone().count());
    if wanted != found {
        return Err(format!(
            "the flow log's line has {found} values where its format names {wanted} fields; where the \
             format changes, its names have to stand on a line before: {}",
            flow.format
        ));
    }
    let pairs = names.zip(values).map(|(name, value)| (name.to_owned(), Value::from(value)));
    let record: Object = pairs.collect();
    let time = own_time(&record)?.or(flow.delivered).ok_or_else(|| {
        "the flow log's line has no time: give the file, which has one in its name, or have the flow log \
         write ${end}"
            .to_owned()
    })?;
    Ok((record, time))
}

/// The time that a line says of its flow: that of its end, as Elastic's integration takes it.
fn own_time(record: &Object) -> Result<Option<Timestamp>, String> {
    let (start, end) = (seconds(record, "start")?, seconds(record, "end")?);
    Ok(end.or(start))
}

/// A time that a line says; nothing where it says none.
fn seconds(record: &Object, field: &str) -> Result<Option<Timestamp>, String> {
    let text = record.get(field).and_then(Value::as_str).filter(|text| *text != NONE);
    let time =
        |text: &str| text.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    match text {
        None => Ok(None),
        Some(text) => time(text).map(Some).ok_or_else(|| {
            format!("the flow log's line has `{text}` for its {field}, which is no time in seconds")
        }),
    }
}

/// What tells a line from others; `copies` is how many like it stand before it, where they count.
fn id(event: &Event, flow: &FlowLog, copies: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(&flow.format);
    hash.update("\n");
    for value in event.verbatim.split_ascii_whitespace() {
        hash.update(value);
        hash.update(" ");
    }
    if matches!(own_time(&event.record), Ok(None)) {
        hash.update(format!("\n{}", event.time.as_second()));
    }
    if copies > 0 {
        hash.update(format!("\n+{copies}"));
    }
    hash.finalize().iter().take(FLOW_ID_BYTES).fold(String::new(), |mut id, byte| {
        // Writing to a string cannot fail.
        write!(id, "{byte:02x}").unwrap_or_default();
        id
    })
}

/// When a file was delivered, as its name in S3 says it: `…_20180620T1620Z_fe123456.log.gz`.
pub fn delivery_in(name: &str) -> Option<Timestamp> {
    name.split('_').find_map(|part| {
        let time = DateTime::strptime("%Y%m%dT%H%MZ", part).ok()?;
        Offset::UTC.to_timestamp(time).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOW: &str = "2 123456789012 eni-1235b8ca123456789 192.0.2.7 198.51.100.9 20641 22 6 20 4249 \
                        1418530010 1418530070 ACCEPT OK";

    fn delivered() -> Option<Timestamp> {
        delivery_in("123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log.gz")
    }

    /// What comes of lines: the ids of events, the reasons of strays, and a mark for the others.
    fn read(lines: &[&str]) -> Vec<String> {
        let mut all = Lines::new(delivered());
        let told = |line: &&str| match all.next(line) {
            Line::Format => "format".to_owned(),
            Line::Other => "other".to_owned(),
            Line::Item(Item::Event(event)) => event.id,
            Line::Item(Item::Stray(stray)) => stray.reason,
        };
        lines.iter().map(told).collect()
    }

    fn one(lines: &[&str]) -> Event {
        let mut all = Lines::new(delivered());
        for line in lines {
            if let Line::Item(Item::Event(event)) = all.next(line) {
                return *event;
            }
        }
        panic!("no event in {lines:?}");
    }

    #[test]
    fn a_line_of_the_default_format_is_an_event_with_and_without_a_first_line() {
        let told = one(&[format::DEFAULT, FLOW]);
        let bare = one(&[FLOW]);
        assert_eq!((&told.id, &told.record, told.time), (&bare.id, &bare.record, bare.time));
        assert_eq!(told.time.as_second(), 1_418_530_070);
        assert_eq!(told.record["interface-id"], "eni-1235b8ca123456789");
        assert_eq!((told.record.len(), &*told.verbatim), (14, FLOW));
        assert_eq!(told.id.len(), 2 * FLOW_ID_BYTES);
    }

    #[test]
    fn the_id_is_that_of_the_format_and_the_values() {
        let id = one(&[FLOW]).id;
        assert_eq!(one(&[&FLOW.replace(' ', "  ")]).id, id);
        for other in [FLOW.replace("20641", "20642"), FLOW.replace("ACCEPT", "REJECT")] {
            assert_ne!(one(&[&other]).id, id, "{other}");
        }
        let swapped = format::DEFAULT.replace("srcport dstport", "dstport srcport");
        assert_ne!(one(&[&swapped, FLOW]).id, id);
    }

    #[test]
    fn a_line_is_counted_only_where_two_flows_can_have_the_same() {
        let ids = read(&[FLOW, FLOW]);
        assert_eq!(ids[0], ids[1]);
        let narrow = ["srcaddr dstaddr start end bytes", "192.0.2.7 192.0.2.8 1 2 40"];
        let first = read(&[narrow[0], narrow[1], narrow[1], narrow[1]]);
        assert!(first[1] != first[2] && first[2] != first[3] && first[1] != first[3]);
        assert_eq!(read(&[narrow[0], narrow[1], narrow[1], narrow[1]]), first);
    }

    #[test]
    fn a_line_without_a_time_has_that_of_its_file() {
        let format = "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr";
        let line = "- eni-1235b8ca123456789 192.0.2.7 198.51.100.9 192.0.2.7 203.0.113.5";
        let event = one(&[format, line]);
        assert_eq!(event.time.to_string(), "2018-06-20T16:20:00Z");
        let mut later =
            Lines::new(delivered().map(|time| time + jiff::SignedDuration::from_mins(5)));
        later.next(format);
        let Line::Item(Item::Event(other)) = later.next(line) else { panic!("no event") };
        assert_ne!(other.id, event.id);
        let mut nameless = Lines::new(None);
        nameless.next(format);
        let Line::Item(Item::Stray(stray)) = nameless.next(line) else { panic!("no stray") };
        assert!(stray.reason.contains("no time"), "{}", stray.reason);

        let skipped = "2 unknown eni-1235b8ca123456789 - - - - - - - - 1431280934 - SKIPDATA";
        assert_eq!(one(&[skipped]).time.as_second(), 1_431_280_934);
        assert_eq!(one(&["start", "1431280876"]).time.as_second(), 1_431_280_876);
    }

    #[test]
    fn what_does_not_fit_the_format_is_a_stray_with_the_reason() {
        let cut = FLOW.strip_suffix(" OK").unwrap();
        for (lines, reason) in [
            (vec![FLOW, cut], "has 13 values where its format names 14 fields"),
            (vec![format::DEFAULT, "hello"], "has 1 values"),
            (vec!["srcaddr end", "192.0.2.7 soon"], "`soon` for its end, which is no time"),
            (vec!["srcaddr start", "192.0.2.7 99999999999999999999"], "no time in seconds"),
        ] {
            let told = read(&lines);
            assert!(told[1].contains(reason), "{told:?}");
        }
    }

    #[test]
    fn records_are_left_to_others_and_a_format_ends_where_the_next_begins() {
        let told = read(&[cut_text(), "{}", FLOW, "[1]", "srcaddr end", FLOW, "192.0.2.7 5"]);
        assert_eq!(
            [&*told[0], &*told[1], &*told[3], &*told[4]],
            ["other", "other", "other", "format"]
        );
        assert!(told[5].contains("has 14 values where its format names 2"), "{told:?}");
        assert_eq!([told[2].len(), told[6].len()], [32, 32]);
    }

    fn cut_text() -> &'static str {
        "no line of a flow log"
    }

    #[test]
    fn a_dead_letters_line_is_the_same_event_again() {
        for lines in [[format::DEFAULT, FLOW], ["srcaddr dstaddr", "192.0.2.7 192.0.2.8"]] {
            let event = one(&lines);
            let flow = event.flow.clone().unwrap();
            let again = super::event(event.verbatim.clone(), flow.clone(), None);
            let Item::Event(again) = again else { panic!("no event") };
            assert_eq!(
                (&again.id, again.time, &again.record),
                (&event.id, event.time, &event.record)
            );
            let Item::Event(known) = super::event(event.verbatim, flow, Some("x".to_owned()))
            else {
                panic!("no event")
            };
            assert_eq!(known.id, "x");
        }
    }

    #[test]
    fn the_name_of_a_file_tells_when_it_was_delivered() {
        assert_eq!(delivered().unwrap().to_string(), "2018-06-20T16:20:00Z");
        assert_eq!(delivery_in("flows_20180620.log"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_much(lines in proptest::collection::vec("\\PC{0,60}", 0..8)) {
            let mut all = Lines::new(None);
            all.next(format::DEFAULT);
            for line in lines {
                let Line::Item(item) = all.next(&line) else { continue };
                match item {
                    Item::Event(event) => proptest::prop_assert_eq!(&*event.verbatim, line.as_str()),
                    Item::Stray(stray) => proptest::prop_assert_eq!(&*stray.verbatim, line.as_str()),
                }
            }
        }
    }
}
