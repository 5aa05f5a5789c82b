//! Scripted faults: what goes wrong, where and when.
//!
//! Pure data and one pure decision, [`plan`]. Calls are numbered per region from 1, and a call
//! that the quota refuses has no number: whatever the timing, "the third call" is the third that
//! would have been answered.

use std::ops::Range;
use std::time::Duration;

use super::latency::Latency;

/// A fault with its address.
#[derive(Debug, Clone, PartialEq)]
pub struct Scripted {
    /// The only region that it happens in; none for every region.
    pub region: Option<String>,
    /// The calls that it happens to.
    pub when: When,
    /// What happens.
    pub fault: Fault,
}

/// Which LookupEvents calls of a region a fault happens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// All.
    Always,
    /// The calls of these numbers, counted per region from 1.
    Calls(Range<u64>),
    /// The calls within this time since the simulation began.
    Time(Range<Duration>),
}

/// What can go wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer takes longer or shorter than others.
    Latency(Latency),
    /// `ThrottlingException`, although the quota would admit the call.
    Throttle,
    /// Another caller takes this many calls a minute out of the same quota.
    OtherCaller(u32),
    /// HTTP 500, `InternalFailure`.
    ServerError,
    /// The connection is closed before an answer.
    Reset,
    /// The connection is closed in the middle of the answer.
    ResetAfter,
    /// A valid token is refused with `InvalidNextTokenException`; a call without one is answered.
    StaleToken,
    /// No events, but a new token to go on from the same place.
    EmptyPageWithToken,
    /// The answer's token is the one that was sent; a call without one is answered as usual.
    RepeatedToken,
    /// A body that breaks off in its JSON, with status 200.
    MalformedPage,
    /// An HTML page with status 200, as a proxy sends it.
    HtmlPage,
    /// An empty body with status 200.
    EmptyBody,
    /// The first event of the page carries something that is no event.
    BadCloudTrailEvent(BadEvent),
    /// One in this many events has not arrived yet.
    LateEvents(u64),
    /// The credentials have expired; address it by time to have STS refuse as well.
    CredentialsExpired,
    /// The region is not enabled for the account.
    RegionNotEnabled,
    /// A service control policy denies the region.
    RegionDenied,
    /// No policy of the caller's allows the call.
    NotAllowed,
}

/// In which way a `CloudTrailEvent` is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadEvent {
    /// The record breaks off: no JSON.
    NotJson,
    /// JSON without an `eventID`, neither in the record nor beside it.
    NoEventId,
}

/// A call, as far as faults are concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) region: &'a str,
    /// Its number in the region; 0 for what is no LookupEvents call.
    pub(super) number: u64,
    /// Time since the simulation began.
    pub(super) elapsed: Duration,
}

/// Everything that is to go wrong with one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Refused before anything is looked at.
    pub(super) access: Option<Access>,
    /// Calls a minute that another caller takes.
    pub(super) elsewhere: u32,
    pub(super) latency: Option<Latency>,
    /// Takes the place of the answer.
    pub(super) instead: Option<Instead>,
    pub(super) paging: Option<Paging>,
    pub(super) bad_event: Option<BadEvent>,
    pub(super) late: Option<u64>,
    pub(super) cut_short: bool,
}

/// Why the caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Expired,
    NotEnabled,
    Denied,
    NotAllowed,
}

/// What comes instead of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instead {
    Throttle,
    ServerError,
    Reset,
    /// This body, with status 200.
    Malformed(&'static str),
}

/// What goes wrong between two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paging {
    StaleToken,
    EmptyPage,
    RepeatedToken,
}

/// Which of the scripted faults happen to this call. Several may; of two that exclude each other,
/// the one scripted first.
pub(super) fn plan(script: &[Scripted], call: Call<'_>) -> Plan {
    let mut plan = Plan::default();
    for scripted in script.iter().filter(|scripted| scripted.applies(call)) {
        match scripted.fault {
            Fault::Latency(latency) => plan.latency = plan.latency.or(Some(latency)),
            Fault::OtherCaller(calls) => plan.elsewhere = plan.elsewhere.saturating_add(calls),
            Fault::Throttle => plan.instead = plan.instead.or(Some(Instead::Throttle)),
            Fault::ServerError => plan.instead = plan.instead.or(Some(Instead::ServerError)),
            Fault::Reset => plan.instead = plan.instead.or(Some(Instead::Reset)),
            Fault::MalformedPage => plan.spoil("{\"Events\": [{\"EventId\": \""),
            Fault::HtmlPage => plan.spoil("<!DOCTYPE html><html><body>Sign in</body></html>"),
            Fault::EmptyBody => plan.spoil(""),
            Fault::ResetAfter => plan.cut_short = true,
            Fault::StaleToken => plan.paging = plan.paging.or(Some(Paging::StaleToken)),
            Fault::EmptyPageWithToken => plan.paging = plan.paging.or(Some(Paging::EmptyPage)),
            Fault::RepeatedToken => plan.paging = plan.paging.or(Some(Paging::RepeatedToken)),
            Fault::BadCloudTrailEvent(bad) => plan.bad_event = plan.bad_event.or(Some(bad)),
            Fault::LateEvents(one_in) => plan.late = plan.late.or(Some(one_in)),
            Fault::CredentialsExpired => plan.access = plan.access.or(Some(Access::Expired)),
            Fault::RegionNotEnabled => plan.access = plan.access.or(Some(Access::NotEnabled)),
            Fault::RegionDenied => plan.access = plan.access.or(Some(Access::Denied)),
            Fault::NotAllowed => plan.access = plan.access.or(Some(Access::NotAllowed)),
        }
    }
    plan
}

impl Plan {
    fn spoil(&mut self, body: &'static str) {
        self.instead = self.instead.or(Some(Instead::Malformed(body)));
    }
}

impl Scripted {
    /// A fault in every region.
    pub fn anywhere(when: When, fault: Fault) -> Self {
        Self { region: None, when, fault }
    }

    /// A fault in one region.
    pub fn in_region(region: &str, when: When, fault: Fault) -> Self {
        Self { region: Some(region.to_owned()), when, fault }
    }

    fn applies(&self, call: Call<'_>) -> bool {
        self.region.as_deref().is_none_or(|region| region == call.region)
            && match &self.when {
                When::Always => true,
                When::Calls(numbers) => numbers.contains(&call.number),
                When::Time(span) => span.contains(&call.elapsed),
            }
    }
}

impl When {
    /// The call of that number alone.
    pub fn nth(number: u64) -> Self {
        Self::Calls(number..number.saturating_add(1))
    }

    /// The first calls, this many.
    pub fn first(count: u64) -> Self {
        Self::Calls(1..count.saturating_add(1))
    }

    /// From that call on.
    pub fn from_call(number: u64) -> Self {
        Self::Calls(number..u64::MAX)
    }

    /// From that time on.
    pub fn after(time: Duration) -> Self {
        Self::Time(time..Duration::MAX)
    }

    /// Until that time.
    pub fn until(time: Duration) -> Self {
        Self::Time(Duration::ZERO..time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(scripted: &Scripted, region: &str, number: u64, second: u64) -> bool {
        let call = Call { region, number, elapsed: Duration::from_secs(second) };
        plan(std::slice::from_ref(scripted), call) != Plan::default()
    }

    #[test]
    fn a_fault_happens_where_and_when_it_is_addressed() {
        let minute = Duration::from_mins(1);
        let cases = [
            ("always", When::Always, [true, true, true, true]),
            ("first", When::first(2), [true, true, false, false]),
            ("nth", When::nth(2), [false, true, false, false]),
            ("from", When::from_call(3), [false, false, true, true]),
            ("until", When::until(minute), [true, true, true, false]),
            ("after", When::after(minute), [false, false, false, true]),
        ];
        for (name, when, expected) in cases {
            let scripted = Scripted::in_region("eu-west-1", when.clone(), Fault::Throttle);
            let calls = [(1, 0), (2, 10), (3, 59), (4, 60)];
            let happened =
                calls.map(|(number, second)| hits(&scripted, "eu-west-1", number, second));
            assert_eq!(happened, expected, "{name}");
            assert!(!hits(&scripted, "us-east-1", 2, 70), "{name} elsewhere");
            let anywhere = Scripted::anywhere(when, Fault::Throttle);
            let happened =
                calls.map(|(number, second)| hits(&anywhere, "us-east-1", number, second));
            assert_eq!(happened, expected, "{name} anywhere");
        }
    }

    #[test]
    fn faults_add_up_and_the_first_of_a_kind_wins() {
        let second = Duration::from_secs(1);
        let script = [
            Fault::Latency(Latency::Between(second, second)),
            Fault::Reset,
            Fault::ServerError,
            Fault::Latency(Latency::Between(second * 2, second * 3)),
            Fault::StaleToken,
        ]
        .map(|fault| Scripted::anywhere(When::Always, fault));
        let expected = Plan {
            latency: Some(Latency::Between(second, second)),
            instead: Some(Instead::Reset),
            paging: Some(Paging::StaleToken),
            ..Plan::default()
        };
        let call = Call { region: "eu-west-1", number: 1, elapsed: Duration::ZERO };
        assert_eq!(plan(&script, call), expected);
    }

    #[test]
    fn what_is_addressed_by_number_spares_other_operations() {
        let scripted = Scripted::anywhere(When::from_call(1), Fault::CredentialsExpired);
        assert!(!hits(&scripted, "us-east-1", 0, 10));
        let scripted = Scripted::anywhere(When::Always, Fault::CredentialsExpired);
        assert!(hits(&scripted, "us-east-1", 0, 10));
    }
}
