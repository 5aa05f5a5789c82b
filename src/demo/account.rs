//! The simulated account: its regions, and the events of each, sorted.
//!
//! Data and its order, nothing of the wire. Events may arrive at any time and at any place in the
//! past; the order among those already there never changes, which is what keeps paging stable.

use super::record::{Event, NoEventTime};
use crate::event::Object;

/// The account of every record: an id that AWS reserves for documentation.
pub(super) const ACCOUNT: &str = "111122223333";

/// Regions that every account has from the start; all others are opted into (launched before
/// 2019-03-20: AWS account management reference, "Specify which AWS Regions your account can use").
const DEFAULT_REGIONS: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// An AWS account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id: one of those that AWS reserves for documentation.
    pub id: String,
    /// The partition, as in `arn:aws:`.
    pub partition: String,
    /// The regions, in the order in which ListRegions names them.
    pub regions: Vec<Region>,
}

/// Whether a region can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It can.
    Enabled,
    /// The account has not opted in: its credentials are not known there.
    NotEnabled,
    /// A service control policy denies it.
    Denied,
}

/// A region and its event history.
#[derive(Debug, Clone)]
pub struct Region {
    name: String,
    status: Status,
    /// Ascending by position.
    events: Vec<Event>,
    arrived: u64,
}

impl Account {
    /// An account of the documentation's id, with these regions.
    pub fn new(regions: Vec<Region>) -> Self {
        Self { id: ACCOUNT.to_owned(), partition: "aws".to_owned(), regions }
    }

    /// The region of that name.
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.name == name)
    }

    pub(super) fn region_mut(&mut self, name: &str) -> Option<&mut Region> {
        self.regions.iter_mut().find(|region| region.name == name)
    }

    /// Who the simulated caller is.
    pub fn caller_arn(&self) -> String {
        format!("arn:{}:iam::{}:user/example", self.partition, self.id)
    }

    /// Events in all regions, those that cannot be read included.
    pub fn event_count(&self) -> usize {
        self.regions.iter().map(|region| region.events.len()).sum()
    }
}

impl Region {
    /// A region without events.
    pub fn new(name: &str, status: Status) -> Self {
        Self { name: name.to_owned(), status, events: Vec::new(), arrived: 0 }
    }

    /// The same region with these events too.
    #[must_use]
    pub fn with(mut self, events: Vec<Event>) -> Self {
        self.add(events);
        self
    }

    /// The same region with events of these records too.
    pub fn with_records(self, records: Vec<Object>) -> Result<Self, NoEventTime> {
        Ok(self.with(records.into_iter().map(Event::from_record).collect::<Result<_, _>>()?))
    }

    /// Adds events, wherever in time they belong.
    pub fn add(&mut self, events: Vec<Event>) {
        for event in events {
            self.events.push(event.ordered(self.arrived));
            self.arrived += 1;
        }
        // Sorted runs are merged, so a few late events in a large region cost one pass.
        self.events.sort_by_key(Event::position);
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it can be read.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its events, oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// `RegionOptStatus` of ListRegions.
    pub(super) fn opt_status(&self) -> &'static str {
        match self.status {
            Status::NotEnabled => "DISABLED",
            Status::Enabled | Status::Denied if DEFAULT_REGIONS.contains(&self.name()) => {
                "ENABLED_BY_DEFAULT"
            }
            Status::Enabled | Status::Denied => "ENABLED",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(second: u32, id: &str) -> Object {
        let time = format!("2026-01-01T00:00:{second:02}Z");
        json!({"eventTime": time, "eventID": id}).as_object().cloned().unwrap()
    }

    #[test]
    fn late_events_take_their_place_without_moving_the_others() {
        let mut region = Region::new("eu-west-1", Status::Enabled)
            .with_records(vec![at(5, "a"), at(3, "b"), at(5, "c")])
            .unwrap();
        let late = [at(4, "d"), at(5, "e"), at(1, "f")];
        region.add(late.into_iter().map(|r| Event::from_record(r).unwrap()).collect());
        let ids: Vec<_> = region.events().iter().map(|event| event.id().into_owned()).collect();
        assert_eq!(ids, ["f", "b", "d", "a", "c", "e"]);
    }

    #[test]
    fn a_region_reports_how_it_came_to_be_enabled() {
        let cases = [
            ("us-east-1", Status::Enabled, "ENABLED_BY_DEFAULT"),
            ("us-east-1", Status::Denied, "ENABLED_BY_DEFAULT"),
            ("eu-south-2", Status::Enabled, "ENABLED"),
            ("eu-south-2", Status::NotEnabled, "DISABLED"),
        ];
        for (name, status, expected) in cases {
            assert_eq!(Region::new(name, status).opt_status(), expected, "{name} {status:?}");
        }
    }
}
