//! LookupEvents: which events make up a page.
//!
//! Pure: sorted events and a request in, a page out. Newest first, both bounds inclusive, at most
//! a page's worth, and a place to go on from only when there is something to come.

use super::query::{Query, as_seconds};
use super::record::{Event, Position};
use crate::limits::DEMO_HISTORY_SECONDS;

/// Before the newest event.
pub(super) const TOP: Position = (i64::MAX, u64::MAX);

/// A page of events, newest first.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) events: Vec<Event>,
    /// The last event's position, when more events follow.
    pub(super) more: Option<Position>,
}

/// The page of those events that come after `from`.
///
/// `events` are ascending by position; `now` is in seconds since 1970, and `visible` tells which
/// events have arrived.
pub(super) fn page(
    events: &[Event],
    query: &Query,
    from: Position,
    now: i64,
    visible: impl Fn(&Event) -> bool,
) -> Page {
    let oldest = as_seconds(now - DEMO_HISTORY_SECONDS);
    let start = query.start.map_or(oldest, |start| start.max(oldest));
    let end = query.end.unwrap_or(f64::MAX);
    let low = events.partition_point(|event| as_seconds(event.second()) < start);
    let high = events
        .partition_point(|event| as_seconds(event.second()) <= end && event.position() < from);
    let window = events.get(low..high).unwrap_or_default();
    let mut matching = window.iter().rev().filter(|event| query.matches(event) && visible(event));
    let events: Vec<Event> = matching.by_ref().take(query.max_results).cloned().collect();
    let more = matching.next().and(events.last()).map(Event::position);
    Page { events, more }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::demo::account::{Region, Status};
    use crate::demo::record::{Body, Facts};

    const NOW: i64 = 1_800_000_000;

    fn region(seconds: &[i64]) -> Region {
        let body = std::sync::Arc::new(Body::open(crate::event::Object::new(), Facts::default()));
        let events = seconds.iter().enumerate().map(|(index, second)| {
            Event::stamped(*second, index as u128, std::sync::Arc::clone(&body))
        });
        Region::new("eu-west-1", Status::Enabled).with(events.collect())
    }

    fn query(body: &Value) -> Query {
        Query::read(body.to_string().as_bytes(), NOW).unwrap()
    }

    fn chain(region: &Region, query: &Query) -> Vec<Event> {
        let (mut from, mut read) = (TOP, Vec::new());
        loop {
            let page = page(region.events(), query, from, NOW, |_| true);
            read.extend(page.events);
            match page.more {
                Some(position) => from = position,
                None => return read,
            }
        }
    }

    #[test]
    fn both_bounds_are_inclusive_and_fractions_are_compared_as_they_are() {
        let region = region(&[NOW - 30, NOW - 20, NOW - 10]);
        let cases = [
            (json!({}), vec![10, 20, 30]),
            (json!({"StartTime": NOW - 20, "EndTime": NOW - 20}), vec![20]),
            (json!({"StartTime": NOW - 30, "EndTime": NOW - 20}), vec![20, 30]),
            (json!({"StartTime": NOW - 29, "EndTime": NOW - 11}), vec![20]),
            (json!({"StartTime": 1_799_999_980.5}), vec![10]),
            (json!({"EndTime": 1_799_999_980.5}), vec![20, 30]),
            (json!({"StartTime": NOW - 9}), vec![]),
        ];
        for (body, ages) in cases {
            let read = chain(&region, &query(&body));
            let read: Vec<i64> = read.iter().map(|event| NOW - event.second()).collect();
            assert_eq!(read, ages, "{body}");
        }
    }

    #[test]
    fn events_of_more_than_ninety_days_are_gone() {
        let edge = NOW - DEMO_HISTORY_SECONDS;
        let region = region(&[edge - 1, edge, edge + 1]);
        for body in [json!({}), json!({"StartTime": 0})] {
            assert_eq!(chain(&region, &query(&body)).len(), 2, "{body}");
        }
    }

    #[test]
    fn management_and_insight_events_are_read_apart_and_others_not_at_all() {
        let record = |id: &str, category: Value| {
            let record = json!({
                "eventTime": "2027-01-15T07:59:00Z", "eventID": id, "eventCategory": category,
            });
            record.as_object().cloned().unwrap()
        };
        let records = vec![
            record("old", Value::Null),
            record("management", json!("Management")),
            record("insight", json!("Insight")),
            record("data", json!("Data")),
            record("network", json!("NetworkActivity")),
        ];
        let region = Region::new("eu-west-1", Status::Enabled).with_records(records).unwrap();
        let read = |body: Value| -> Vec<String> {
            chain(&region, &query(&body)).iter().map(|event| event.id().into_owned()).collect()
        };
        assert_eq!(read(json!({})), ["management", "old"]);
        assert_eq!(read(json!({"EventCategory": "insight"})), ["insight"]);
    }

    #[test]
    fn a_full_last_page_has_no_successor() {
        for (count, pages) in [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)] {
            let region = region(&vec![NOW - 1; count]);
            let (mut from, mut seen) = (TOP, 0);
            loop {
                let page = page(region.events(), &query(&json!({})), from, NOW, |_| true);
                seen += 1;
                let Some(more) = page.more else { break };
                from = more;
            }
            assert_eq!(seen, pages, "{count} events in one second");
        }
    }

    #[test]
    fn arrivals_do_not_shift_a_chain() {
        let mut region = region(&(0..120).map(|age| NOW - 1000 - age).collect::<Vec<_>>());
        let asked = query(&json!({}));
        let first = page(region.events(), &asked, TOP, NOW, |_| true);
        let newer = crate::demo::generator::clustered(NOW - 10, 70, 1);
        region.add(newer);
        let second = page(region.events(), &asked, first.more.unwrap(), NOW, |_| true);
        assert_eq!(second.events.first().unwrap().second(), NOW - 1050);
    }

    proptest! {
        /// Any windows that tile the time line give every event once, newest first.
        #[test]
        fn tiled_windows_give_every_event_once(
            ages in prop::collection::vec(0_i64..400, 0..200),
            mut cuts in prop::collection::vec(0_i64..400, 0..6),
            max in 1_usize..=50,
        ) {
            let seconds: Vec<i64> = ages.iter().map(|age| NOW - age).collect();
            let region = region(&seconds);
            cuts.sort_unstable();
            cuts.dedup();
            let mut read = Vec::new();
            let mut end = None;
            for cut in &cuts {
                let mut body = json!({"StartTime": NOW - cut, "MaxResults": max});
                if let Some(end) = end {
                    body["EndTime"] = json!(end);
                }
                read.extend(chain(&region, &query(&body)));
                end = Some(NOW - cut - 1);
            }
            let mut body = json!({"MaxResults": max});
            if let Some(end) = end {
                body["EndTime"] = json!(end);
            }
            read.extend(chain(&region, &query(&body)));
            let mut expected: Vec<_> = region.events().iter().map(Event::position).collect();
            expected.reverse();
            let read: Vec<_> = read.iter().map(Event::position).collect();
            prop_assert_eq!(read, expected);
        }
    }
}
