//! One call of LookupEvents.
//!
//! [`LookupClient`] makes the call and says what came of it; it never repeats it.
//! API: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudtrail::{
    Client, config,
    error::{ProvideErrorMetadata, SdkError},
    operation::lookup_events::{LookupEventsError, LookupEventsOutput},
    primitives::DateTime,
    types::{Event as LookupEvent, EventCategory, LookupAttribute},
};
use jiff::Timestamp;

use super::{
    aws::{Aws, sentence},
    bounded::{Bounded, is_cut_off},
    decode,
    kept::{Kept, passes},
    planner::{Call, PageFacts},
    refusal::{Refusal, classify},
};
use crate::{
    event::{Item, Lookup},
    limits::EVENTS_PER_PAGE,
    window::Second,
};

/// Which of the account's events are asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The one attribute to look for; AWS reads no more than one.
    pub attribute: Option<LookupAttribute>,
    /// Insights events in place of management events.
    pub insight: bool,
}

impl fmt::Display for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.insight { "insight" } else { "all" })?;
        match &self.attribute {
            Some(attribute) => {
                write!(formatter, " {}={}", attribute.attribute_key(), attribute.attribute_value())
            }
            None => Ok(()),
        }
    }
}

/// A page as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What the planner needs to know of it.
    pub facts: PageFacts,
    /// Its events with their seconds, newest first.
    pub items: Vec<(Option<Second>, Item)>,
}

/// LookupEvents of a region, as its reader needs it.
pub trait LookupEvents: Send + Sync + 'static {
    /// Makes one call.
    fn lookup(&self, call: &Call) -> impl Future<Output = Result<Answer, Refusal>> + Send;
}

/// LookupEvents of AWS, in one region.
#[derive(Debug, Clone)]
pub struct LookupClient {
    client: Client,
    credentials: Kept,
    selection: Selection,
}

impl LookupClient {
    /// A client for a region.
    pub fn new(aws: &Aws, region: &str, selection: Selection) -> Self {
        let config = config::Builder::from(&aws.in_region(region)).interceptor(Bounded).build();
        Self { client: Client::from_conf(config), credentials: aws.kept(), selection }
    }

    /// What AWS takes for expired may have been renewed since, or ahead of its time: then the call is to
    /// be made again.
    async fn unless_renewed(&self, reason: String, used: Option<&str>) -> Refusal {
        match used {
            Some(used) if self.credentials.renews(used).await => Refusal::Passing(reason),
            _ => Refusal::Expired(reason),
        }
    }
}

impl LookupEvents for LookupClient {
    async fn lookup(&self, call: &Call) -> Result<Answer, Refusal> {
        let mut request = self
            .client
            .lookup_events()
            .set_start_time(call.start.map(DateTime::from_secs))
            .end_time(DateTime::from_secs(call.end))
            .max_results(EVENTS_PER_PAGE)
            .set_next_token(call.token.clone());
        if let Some(attribute) = &self.selection.attribute {
            request = request.lookup_attributes(attribute.clone());
        }
        if self.selection.insight {
            request = request.event_category(EventCategory::Insight);
        }
        let used = self.credentials.key_id().await;
        match request.send().await.map_err(|error| refusal(&error)) {
            Ok(output) => answer(output, call),
            Err(Refusal::Expired(reason)) => {
                Err(self.unless_renewed(reason, used.as_deref()).await)
            }
            Err(refusal) => Err(refusal),
        }
    }
}

/// The SDK reads an empty body as a page without members. AWS lists the events of an empty page
/// too, so without a list nothing is proved.
fn answer(output: LookupEventsOutput, call: &Call) -> Result<Answer, Refusal> {
    let token = output.next_token.filter(|token| !token.is_empty());
    let Some(events) = output.events else {
        return Err(Refusal::Unreadable("HTTP 200 without a list of events".to_owned()));
    };
    let items: Vec<_> = events.into_iter().map(item).collect();
    let seconds = items.iter().filter_map(|(second, _)| *second);
    let facts = PageFacts { oldest: reaches(seconds, call), events: items.len(), token };
    Ok(Answer { facts, items })
}

/// The second down to which a page reaches: that of its last event, since the newest come first. One event
/// with a time out of its place, before others that are newer or outside of what was asked for, does not
/// make the page reach farther.
fn reaches(seconds: impl DoubleEndedIterator<Item = Second>, call: &Call) -> Option<Second> {
    seconds.rev().find(|second| (call.oldest_kept..=call.end).contains(second))
}

/// The time of the lookup answer is what windows are about; the record's own is the same second.
fn item(event: LookupEvent) -> (Option<Second>, Item) {
    let time = event.event_time.and_then(|time| Timestamp::from_second(time.secs()).ok());
    let second = time.map(Timestamp::as_second);
    let resources = event.resources.unwrap_or_default();
    let lookup = Lookup {
        time,
        username: event.username,
        resources: resources.into_iter().map(|r| (r.resource_type, r.resource_name)).collect(),
    };
    let hints = decode::Hints { id: event.event_id, lookup: Some(lookup) };
    (second, decode::record(event.cloud_trail_event.unwrap_or_default(), hints))
}

fn refusal(error: &SdkError<LookupEventsError>) -> Refusal {
    if let Some(service) = error.as_service_error() {
        let status = error.raw_response().map_or(0, |response| response.status().as_u16());
        return classify(service.code(), status, service.message().unwrap_or_default());
    }
    let words = sentence(error);
    match error {
        _ if let Some(about) = about_credentials(error) => {
            if passes(about) {
                Refusal::Passing(words)
            } else {
                Refusal::Expired(words)
            }
        }
        _ if is_cut_off(error) => {
            Refusal::Unreadable("it is longer than any page of AWS's".to_owned())
        }
        SdkError::ConstructionFailure(_) => Refusal::Refused(words),
        _ => Refusal::Passing(words),
    }
}

fn about_credentials(error: &SdkError<LookupEventsError>) -> Option<&CredentialsError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(about) = error.downcast_ref() {
            return Some(about);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Window;

    #[test]
    fn only_credentials_that_nobody_has_are_final() {
        let never = [
            CredentialsError::not_loaded("no source"),
            CredentialsError::invalid_configuration("half a profile"),
        ];
        let later = [
            CredentialsError::provider_timed_out(std::time::Duration::from_secs(5)),
            CredentialsError::provider_error("the process failed"),
            CredentialsError::unhandled("what is that"),
        ];
        for error in never {
            let error = SdkError::construction_failure(error);
            assert!(matches!(refusal(&error), Refusal::Expired(_)), "{error:?}");
        }
        for error in later {
            let error = SdkError::construction_failure(error);
            assert!(matches!(refusal(&error), Refusal::Passing(_)), "{error:?}");
        }
    }

    #[test]
    fn a_page_reaches_down_to_its_last_event() {
        let call = |open| Call::first(Window::new(1_000_000, 2_000_000).unwrap(), open);
        let table = [
            (vec![1_900_000, 1_800_000], Some(1_800_000)),
            (vec![], None),
            // A time out of its place, in the middle and at the end.
            (vec![1_900_000, 5, 1_800_000], Some(1_800_000)),
            (vec![1_900_000, 1_800_000, 5], Some(1_800_000)),
            (vec![1_900_000, 1_800_000, 3_000_000], Some(1_800_000)),
            (vec![5], None),
        ];
        for (seconds, expected) in table {
            for open in [false, true] {
                assert_eq!(reaches(seconds.iter().copied(), &call(open)), expected, "{seconds:?}");
            }
        }
        // An open call has what AWS still keeps from before the ninety days.
        assert_eq!(reaches([999_000].into_iter(), &call(true)), Some(999_000));
        assert_eq!(reaches([999_000].into_iter(), &call(false)), None);
    }
}
