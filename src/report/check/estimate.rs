//! How long a full load takes, from the regions that were looked into. Pure.

use serde::Serialize;

use super::{Finding, RegionFinding, Side, Standing};
use crate::{
    ending::summary::rounded,
    limits::{CALLS_PER_SECOND, EVENTS_PER_PAGE},
    report::table::duration,
};

/// About what a load has to read, and how long it takes at the quota.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Events of all regions that answer.
    pub events: u64,
    /// Pages of them.
    pub pages: u64,
    /// Seconds that the region with the most pages takes; the others are read beside it.
    pub seconds: f64,
    /// That region.
    pub slowest: String,
    /// Calls that this is known from.
    pub calls: u64,
    /// Whether all was counted, and nothing estimated.
    pub counted: bool,
}

impl Estimate {
    /// Nothing where no region answers.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn of(regions: &[RegionFinding]) -> Option<Self> {
        let open = || regions.iter().filter(|region| region.outcome == Standing::Open);
        let pages = |region: &&RegionFinding| {
            let events = region.events.unwrap_or_default();
            events.div_ceil(u64::from(EVENTS_PER_PAGE.unsigned_abs())).max(1)
        };
        // The first of equals, in the order of names.
        let slowest =
            open().max_by_key(|region| (pages(region), std::cmp::Reverse(&region.region)))?;
        Some(Self {
            events: open().filter_map(|region| region.events).sum(),
            pages: open().map(|region| pages(&region)).sum(),
            seconds: rounded(pages(&slowest) as f64 / CALLS_PER_SECOND),
            slowest: slowest.region.clone(),
            calls: open().map(|region| region.calls).sum(),
            counted: open().all(|region| region.counted),
        })
    }

    /// In words.
    pub(super) fn finding(&self) -> Finding {
        let Self { events, pages, seconds, slowest, calls, counted } = self;
        let time = duration(*seconds);
        let says = if *counted {
            let (events, calls) = (number(*events, "event"), number(*calls, "call"));
            format!("{time} at 2 calls a second and region: {events}, counted by {calls}")
        } else {
            format!(
                "about {time} at 2 calls a second and region, of which {slowest} takes longest: about {} events on {} pages. An estimate from {calls} calls: where events lie unevenly it can be off by a factor of two and more",
                rough(*events),
                rough(*pages)
            )
        };
        Finding::ok(Side::Aws, "full load", says)
    }
}

/// Whether somebody else uses the quota, from what AWS throttled although it was kept to.
pub(super) fn quota(regions: &[RegionFinding]) -> Option<Finding> {
    let throttled = || regions.iter().filter(|region| region.throttled > 0);
    let count: u64 = throttled().map(|region| region.throttled).sum();
    let answered = regions.iter().any(|region| region.outcome == Standing::Open);
    if count == 0 && !answered {
        return None;
    }
    let calls: u64 = regions.iter().map(|region| region.calls).sum();
    if count == 0 {
        // So few calls slip through between another's, above all where that one gives way.
        let says = format!(
            "no throttle in {}, which are too few to show that nobody else uses it",
            number(calls, "call")
        );
        return Some(Finding::unknown(Side::Aws, "quota", says));
    }
    // A single one is what chance brings about.
    let uses = if throttled().any(|region| region.throttled > 1) { "uses" } else { "may use" };
    let names: Vec<_> = throttled().map(|region| region.region.as_str()).collect();
    let says = format!(
        "{count} of {calls} calls were throttled, though they kept to 2 a second: somebody else {uses} the quota of {}, and a load takes longer then",
        names.join(", ")
    );
    let mend = "stop what else calls LookupEvents there (the console's event history does), or have patience";
    Some(Finding::note(Side::Aws, "quota", says).with_mend(mend))
}

/// A number of which two digits mean something.
pub(super) fn rough(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or_default().saturating_sub(1));
    number.saturating_add(unit / 2) / unit * unit
}

/// A number of things.
pub(super) fn number(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// A number of events.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
pub(super) fn whole(events: f64) -> u64 {
    events.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rough_number_has_two_digits() {
        for (number, expected) in
            [(0, 0), (7, 7), (99, 99), (104, 100), (105, 110), (995, 1_000), (22_731, 23_000)]
        {
            assert_eq!(rough(number), expected);
        }
    }
}
