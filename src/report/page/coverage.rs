//! What is covered and what is missing, as the state file says.

use maud::{Markup, html};

use super::text::{count, length, minute, second, shown};
use crate::{
    figures::coverage::{Covered, RegionCovered},
    limits::REPORT_GAPS,
    window::Window,
};

/// Columns of the strip of a region: fine enough for its widest form.
const COLUMNS: u64 = 1_000;

/// The section of the page.
pub(super) fn section(covered: &[Covered], is_index: bool) -> Markup {
    html! {
        section aria-labelledby="coverage" {
            h2 id="coverage" { "Covered and missing" }
            @if covered.is_empty() {
                p.none {
                    @if is_index {
                        "There is no state file of this target and index here, so nobody can say whether events are missing. "
                        "Give the one of the load with --state."
                    } @else {
                        "Record files do not say whether others are missing. The state file of a load does: give it with --state."
                    }
                }
            }
            @for one in covered { (state(one)) }
        }
    }
}

fn state(covered: &Covered) -> Markup {
    let whole = covered.regions.iter().filter(|region| region.missing.is_empty()).count();
    html! {
        p.about {
            "Account " (covered.account.as_deref().map_or_else(|| "unknown".to_owned(), shown))
            @if covered.selection != "all" { ", the events of " bdi { (shown(&covered.selection)) } " alone" }
            @if let Some(saved) = covered.saved { ", as of " (second(saved)) }
            ". "
            @if let Some(window) = covered.window {
                "Of the time from " (minute(window.start())) " to " (minute(window.end())) " UTC, "
                (whole) " of " (covered.regions.len()) " regions are loaded whole."
            } @else { "Nothing of this time was read yet." }
            @if covered.clock_was_ahead {
                " The clock was ahead when this was written: what came after a region's last event counts as missing, and the next load reads it again."
            }
        }
        @if let Some(window) = covered.window {
            table.coverage {
                thead { tr {
                    th scope="col" { "Region" } th scope="col" { "Loaded" } th scope="col" { "Missing" }
                } }
                tbody { @for region in &covered.regions { (row(region, window)) } }
            }
        }
    }
}

fn row(region: &RegionCovered, window: Window) -> Markup {
    html! {
        tr {
            td.name { bdi { (shown(&region.region)) } (strip(region, window)) }
            td { @if region.missing.is_empty() { "whole" } @else if region.covered.is_empty() { span.alert { "nothing" } } @else { "in part" } }
            td {
                @if region.missing.is_empty() { "nothing" } @else {
                    span.alert { (length(region.missing_seconds())) }
                    @for gap in region.missing.iter().take(REPORT_GAPS) {
                        span.details { (minute(gap.start())) " to " (minute(gap.end())) }
                    }
                    @if region.missing.len() > REPORT_GAPS {
                        span.details {
                            "and " (count(super::tables::as_number(region.missing.len() - REPORT_GAPS), "stretch", "stretches")) " more"
                        }
                    }
                }
            }
        }
    }
}

/// The time as a line, drawn where it is loaded.
fn strip(region: &RegionCovered, window: Window) -> Markup {
    let place =
        |seconds: u64| u128::from(seconds) * u128::from(COLUMNS) / u128::from(window.seconds());
    let parts = region.covered.iter().map(|part| {
        let start = place(part.start().abs_diff(window.start()));
        (start, place(part.seconds()).max(1))
    });
    html! {
        svg.covered viewBox={ "0 0 " (COLUMNS) " 1" } preserveAspectRatio="none" aria-hidden="true" {
            @for (start, width) in parts { rect x=(start) width=(width) height="1" {} }
        }
    }
}
