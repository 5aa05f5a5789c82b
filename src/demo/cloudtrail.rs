//! One LookupEvents call, from the quota to the page: the order in which things go wrong.
//!
//! Whoever called has been proven already. It answers at once and neither waits nor writes: how
//! long the answer should take, and what is done to it on the way, is part of what it returns.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;

use super::account::{Account, Region, Status};
use super::faults::{Access, BadEvent, Call, Instead, Paging, Plan, Scripted, plan};
use super::latency::Latency;
use super::lookup::{self, TOP};
use super::page::response;
use super::query::Query;
use super::quota::{Bucket, Quota};
use super::record::Event;
use super::sigv4::unrecognized;
use super::token::{Seal, invalid};
use super::wire::Refusal;

/// What LookupEvents remembers between calls.
#[derive(Debug)]
pub(super) struct History {
    quota: Quota,
    latency: Latency,
    seal: Seal,
    rng: Rng,
    buckets: HashMap<String, Bucket>,
    /// Calls that were not refused by the quota, per region.
    numbers: HashMap<String, u64>,
    tokens: u64,
}

/// A call and everything that its answer depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) account: &'a Account,
    pub(super) script: &'a [Scripted],
    pub(super) region: &'a str,
    pub(super) body: &'a [u8],
    pub(super) now: Instant,
    pub(super) elapsed: Duration,
    /// CloudTrail's clock, in seconds since 1970.
    pub(super) today: i64,
}

/// What is to be done, and after which time.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) delay: Duration,
    pub(super) query: Option<Query>,
    pub(super) step: Step,
}

#[derive(Debug)]
pub(super) enum Step {
    Throttled,
    Refused(Refusal),
    Reset,
    Malformed(&'static str),
    Page { events: Vec<Event>, token: Option<String>, bad: Option<BadEvent>, cut_short: bool },
}

impl History {
    pub(super) fn new(quota: Quota, latency: Latency, seed: u64) -> Self {
        Self {
            quota,
            latency,
            seal: Seal::new(seed.to_string()),
            rng: Rng::with_seed(seed),
            buckets: HashMap::new(),
            numbers: HashMap::new(),
            tokens: 0,
        }
    }

    pub(super) fn call(&mut self, asked: Asked<'_>) -> Turn {
        let at_once = |step| Turn { delay: Duration::ZERO, query: None, step };
        let number = self.numbers.get(asked.region).copied().unwrap_or_default() + 1;
        let Asked { region, elapsed, .. } = asked;
        let plan = plan(asked.script, Call { region, number, elapsed });
        let found = match admit(asked.account, region, plan.access) {
            Ok(found) => found,
            Err(refusal) => {
                self.numbers.insert(region.to_owned(), number);
                return at_once(Step::Refused(refusal));
            }
        };
        let bucket = self
            .buckets
            .entry(region.to_owned())
            .or_insert_with(|| Bucket::new(self.quota, asked.now));
        let scripted = plan.instead == Some(Instead::Throttle);
        let admitted = scripted || bucket.take(asked.now, f64::from(plan.elsewhere) / 60.0);
        if admitted {
            self.numbers.insert(region.to_owned(), number);
        }
        if scripted || !admitted {
            return at_once(Step::Throttled);
        }
        let delay = plan.latency.unwrap_or(self.latency).draw(&mut self.rng);
        match Query::read(asked.body, asked.today) {
            Ok(query) => {
                let step = self.step(asked, &plan, found, &query);
                Turn { delay, query: Some(query), step }
            }
            Err(refusal) => Turn { delay, query: None, step: Step::Refused(refusal) },
        }
    }

    fn step(&mut self, asked: Asked<'_>, plan: &Plan, region: &Region, query: &Query) -> Step {
        match plan.instead {
            Some(Instead::ServerError) => {
                let refusal = Refusal::new("InternalFailure", "An internal error occurred.");
                return Step::Refused(refusal.with_status(500));
            }
            Some(Instead::Reset) => return Step::Reset,
            Some(Instead::Malformed(body)) => return Step::Malformed(body),
            Some(Instead::Throttle) | None => {}
        }
        let from = match &query.token {
            None => Ok(TOP),
            Some(_) if plan.paging == Some(Paging::StaleToken) => Err(invalid()),
            Some(token) => self.seal.open(asked.region, query, token),
        };
        let from = match from {
            Ok(from) => from,
            Err(refusal) => return Step::Refused(refusal),
        };
        let arrived = |event: &Event| {
            plan.late.is_none_or(|one_in| event.position().1.checked_rem(one_in) != Some(0))
        };
        let mut page = lookup::page(region.events(), query, from, asked.today, arrived);
        if plan.paging == Some(Paging::EmptyPage) {
            page = lookup::Page { events: Vec::new(), more: Some(from) };
        }
        self.tokens += 1;
        let more = page.more.map(|more| self.seal.close(asked.region, query, more, self.tokens));
        let repeated =
            if plan.paging == Some(Paging::RepeatedToken) { &query.token } else { &None };
        Step::Page {
            events: page.events,
            token: repeated.clone().or(more),
            bad: plan.bad_event,
            cut_short: plan.cut_short,
        }
    }
}

/// The region, if the caller may look into it.
fn admit<'a>(
    account: &'a Account,
    name: &str,
    fault: Option<Access>,
) -> Result<&'a Region, Refusal> {
    let region = account.region(name).ok_or_else(unrecognized)?;
    match (fault, region.status()) {
        (Some(Access::Expired), _) => Err(expired()),
        (Some(Access::NotEnabled), _) | (None, Status::NotEnabled) => Err(unrecognized()),
        (Some(Access::Denied), _) | (None, Status::Denied) => {
            Err(denied(account, "with an explicit deny in a service control policy"))
        }
        (Some(Access::NotAllowed), _) => Err(denied(
            account,
            "because no identity-based policy allows the cloudtrail:LookupEvents action",
        )),
        (None, Status::Enabled) => Ok(region),
    }
}

fn denied(account: &Account, why: &str) -> Refusal {
    let caller = account.caller_arn();
    let action = "cloudtrail:LookupEvents";
    let message = format!("User: {caller} is not authorized to perform: {action} {why}");
    Refusal::new("AccessDeniedException", message)
}

/// The refusal of temporary credentials after their time.
pub(super) fn expired() -> Refusal {
    let message = "The security token included in the request is expired";
    Refusal::new("ExpiredTokenException", message)
}

/// The response that carries these events, the first of them spoilt where a fault says so.
pub(super) fn write(mut events: Vec<Event>, token: Option<&str>, bad: Option<BadEvent>) -> String {
    if let (Some(BadEvent::NoEventId), Some(first)) = (bad, events.first_mut())
        && let Some(stripped) = without_id(first)
    {
        *first = stripped;
    }
    let broken_off = events.first().filter(|_| bad == Some(BadEvent::NotJson)).map(|first| {
        let text = first.text();
        text.chars().take(text.chars().count() / 2).collect::<String>()
    });
    response(&events, broken_off.as_deref(), token)
}

fn without_id(event: &Event) -> Option<Event> {
    let record: Value = serde_json::from_str(&event.text()).ok()?;
    let Value::Object(mut record) = record else { return None };
    record.remove("eventID");
    Event::from_record(record).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::faults::{Fault, When};
    use super::super::generator::spread;
    use super::*;

    const TODAY: i64 = 1_800_000_000;

    /// Calls that follow the token where there is one, each 10 s after the last.
    fn calls(script: &[Fault], when: &When, count: u64) -> Vec<String> {
        let events = spread("us-east-1", TODAY - 10, 1, 180, 3);
        let regions = vec![Region::new("us-east-1", Status::Enabled).with(events)];
        let account = Account::new(regions);
        let mut history = History::new(Quota::default(), Latency::default(), 1);
        let script: Vec<_> =
            script.iter().map(|fault| Scripted::anywhere(when.clone(), fault.clone())).collect();
        let (start, mut token) = (Instant::now(), None);
        let call = |number: u64| {
            let elapsed = Duration::from_secs(10 * number);
            let body = token.as_ref().map_or(json!({}), |token| json!({"NextToken": token}));
            let turn = history.call(Asked {
                account: &account,
                script: &script,
                region: "us-east-1",
                body: body.to_string().as_bytes(),
                now: start + elapsed,
                elapsed,
                today: TODAY,
            });
            match turn.step {
                Step::Page { events, token: next, cut_short, .. } => {
                    let mark = match (&next, cut_short) {
                        (_, true) => "cut",
                        (None, _) => "end",
                        (next, _) if *next == token => "same",
                        _ => "more",
                    };
                    if !cut_short {
                        token = next;
                    }
                    format!("{} {mark}", events.len())
                }
                Step::Refused(refusal) => refusal.code.to_owned(),
                Step::Malformed(_) => "Malformed".to_owned(),
                other => format!("{other:?}"),
            }
        };
        (1..=count).map(call).collect()
    }

    #[test]
    fn each_fault_does_what_its_name_says_and_the_chain_can_go_on() {
        let page = "50 more";
        let cases = [
            (Fault::Throttle, "Throttled"),
            (Fault::ServerError, "InternalFailure"),
            (Fault::Reset, "Reset"),
            (Fault::MalformedPage, "Malformed"),
            (Fault::HtmlPage, "Malformed"),
            (Fault::EmptyBody, "Malformed"),
            (Fault::ResetAfter, "50 cut"),
            (Fault::StaleToken, "InvalidNextTokenException"),
            (Fault::EmptyPageWithToken, "0 more"),
            (Fault::RepeatedToken, "50 same"),
            (Fault::CredentialsExpired, "ExpiredTokenException"),
            (Fault::RegionNotEnabled, "UnrecognizedClientException"),
            (Fault::RegionDenied, "AccessDeniedException"),
            (Fault::NotAllowed, "AccessDeniedException"),
        ];
        for (fault, second) in cases {
            let outcomes = calls(std::slice::from_ref(&fault), &When::nth(2), 2);
            assert_eq!(outcomes, [page, second], "{fault:?}");
        }
        let outcomes = calls(&[Fault::EmptyPageWithToken, Fault::ServerError], &When::nth(3), 5);
        assert_eq!(outcomes, [page, page, "InternalFailure", page, "30 end"]);
        let outcomes = calls(&[Fault::EmptyPageWithToken], &When::Calls(1..3), 6);
        assert_eq!(outcomes, ["0 more", "0 more", page, page, page, "30 end"]);
    }

    #[test]
    fn a_fault_uses_up_its_number() {
        let outcomes = calls(&[Fault::RegionDenied], &When::first(1), 2);
        assert_eq!(outcomes, ["AccessDeniedException", "50 more"]);
        let outcomes = calls(&[Fault::Throttle], &When::first(2), 3);
        assert_eq!(outcomes, ["Throttled", "Throttled", "50 more"]);
    }

    #[test]
    fn another_caller_uses_up_the_quota() {
        let outcomes = calls(&[Fault::OtherCaller(120)], &When::Always, 3);
        assert_eq!(outcomes, ["50 more", "50 more", "Throttled"]);
        // 10 s between the calls, and one call in 20 s left over.
        let outcomes = calls(&[Fault::OtherCaller(117)], &When::Always, 4);
        assert_eq!(outcomes, ["50 more", "50 more", "50 more", "Throttled"]);
    }

    #[test]
    fn late_events_come_in_time() {
        let until = When::until(Duration::from_secs(10));
        assert_eq!(calls(&[Fault::LateEvents(2)], &until, 4).last().unwrap(), "30 end");
        let outcomes = calls(&[Fault::LateEvents(2)], &When::Always, 2);
        assert_eq!(outcomes, ["50 more", "40 end"]);
    }

    #[test]
    fn a_spoilt_page_has_one_bad_event() {
        let events = spread("us-east-1", TODAY, 1, 3, 3);
        let read = |bad| -> (Value, Vec<Option<Value>>) {
            let page: Value = serde_json::from_str(&write(events.clone(), None, bad)).unwrap();
            let texts = page["Events"].as_array().unwrap().iter();
            let records = texts.map(|event| event["CloudTrailEvent"].as_str().unwrap());
            let records = records.map(|text| serde_json::from_str(text).ok()).collect();
            (page, records)
        };
        let (_, records) = read(None);
        assert!(records.iter().all(|record| record.as_ref().unwrap()["eventID"].is_string()));
        let (page, records) = read(Some(BadEvent::NotJson));
        assert_eq!(records.iter().filter(|record| record.is_none()).count(), 1);
        assert_eq!(page["Events"][0]["EventId"], json!(events[0].id()));
        let (page, records) = read(Some(BadEvent::NoEventId));
        assert_eq!(records[0].as_ref().unwrap().get("eventID"), None);
        assert_eq!(page["Events"][0].get("EventId"), None);
    }
}
