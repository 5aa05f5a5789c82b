//! The accounts that are read.

use jiff::Timestamp;
use trailhaul::demo::{Account, Event, Region, Status, generator::within};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// Days over which events lie: a day less than AWS keeps, so that none ages out in a long run.
const DAYS: i64 = 89;

/// How the events of a region lie in time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spread {
    /// Evenly over the days.
    Even,
    /// Nine tenths in one hour, the rest evenly.
    OneHour,
}

impl Spread {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::OneHour => "90 % in one hour",
        }
    }

    fn events(self, region: &str, count: usize, seed: u64) -> Vec<Event> {
        let newest = Timestamp::now().as_second() - HOUR;
        match self {
            Self::Even => within(region, newest, DAYS * DAY, count, seed),
            Self::OneHour => {
                let rest = within(region, newest, DAYS * DAY, count / 10, seed);
                let busy = within(region, newest - 33 * DAY, HOUR, count - count / 10, seed + 17);
                [rest, busy].concat()
            }
        }
    }
}

/// An account of so many regions with so many events each.
pub(crate) fn account(regions: usize, spread: Spread, events: usize) -> Account {
    let region = |(seed, name): (u64, &&str)| {
        Region::new(name, Status::Enabled).with(spread.events(name, events, seed))
    };
    Account::new((1..).zip(NAMES.iter().take(regions)).map(region).collect())
}

/// The regions that are enabled in every account.
const NAMES: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];
