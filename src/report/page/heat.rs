//! Events over time: a strip a region, a column an hour or some days, the stronger the more.

use maud::{Markup, html};

use super::{
    tables::as_number,
    text::{count, day, minute, number, shown},
};
use crate::{
    figures::{
        Figures,
        heat::{Heat, Step},
        tally::Tally,
    },
    limits::{HEAT_COLUMNS, HEAT_REGIONS},
    window::{Second, Window},
};

/// Shades of a column that has events.
const SHADES: u32 = 6;

/// The columns: each as many steps as it takes for all to fit.
struct Columns {
    start: Second,
    width: Second,
    number: i64,
    step: Step,
}

impl Columns {
    fn of(period: Window, step: Step) -> Self {
        let start = step.start(period.start());
        let steps = (step.start(period.end()) - start) / step.seconds() + 1;
        let together = (steps + HEAT_COLUMNS - 1) / HEAT_COLUMNS;
        let number = (steps + together - 1) / together;
        Self { start, width: together * step.seconds(), number, step }
    }

    fn of_second(&self, second: Second) -> i64 {
        (second - self.start) / self.width
    }

    fn label(&self, column: i64) -> String {
        let start = self.start + column * self.width;
        match self.step {
            Step::Hour => minute(start),
            Step::Day => day(start),
        }
    }

    fn means(&self) -> String {
        match (self.step, self.width / self.step.seconds()) {
            (Step::Hour, _) => "an hour".to_owned(),
            (Step::Day, 1) => "a day".to_owned(),
            (Step::Day, days) => format!("{days} days"),
        }
    }
}

/// The section of the page.
pub(super) fn section(figures: &Figures) -> Markup {
    let regions = figures.heat.regions();
    let Some(period) = figures.period else { return html! {} };
    let columns = Columns::of(period, figures.heat.step);
    let rows = regions.top(HEAT_REGIONS);
    let shown_rows: Vec<_> = rows
        .iter()
        .map(|(region, seen)| (region.as_str(), seen.count, cells(region, &figures.heat, &columns)))
        .collect();
    let most = shown_rows.iter().flat_map(|(_, _, cells)| cells.iter().map(|(_, n)| *n)).max();
    html! {
        section aria-labelledby="time" {
            h2 id="time" { "Events over time" }
            p.about {
                "A row is a region, a column is " (columns.means()) " of UTC. The strongest colour is "
                (count(most.unwrap_or_default(), "event", "events")) "."
            }
            div.heat {
                @for (region, events, cells) in &shown_rows {
                    div.region { @if region.is_empty() { "no region" } @else { bdi { (shown(region)) } } }
                    div.events { (number(*events)) }
                    (strip(region, cells, &columns, most.unwrap_or_default()))
                }
                div.axis {
                    span { (columns.label(0)) }
                    @if columns.number > 4 { span { (columns.label(columns.number / 2)) } }
                    @if columns.number > 1 { span { (columns.label(columns.number - 1)) } }
                }
            }
            (of_all(rows.len(), &regions))
        }
    }
}

/// The columns of a region that have events, in their order.
fn cells(region: &str, heat: &Heat, columns: &Columns) -> Vec<(i64, u64)> {
    let mut cells: Vec<(i64, u64)> = Vec::new();
    for ((of, second), seen) in heat.cells.iter() {
        if of != region {
            continue;
        }
        let column = columns.of_second(*second);
        match cells.last_mut() {
            Some((last, events)) if *last == column => *events += seen.count,
            _ => cells.push((column, seen.count)),
        }
    }
    cells
}

fn strip(region: &str, cells: &[(i64, u64)], columns: &Columns, most: u64) -> Markup {
    let label = format!("{}: events by {}", shown(region), columns.means());
    html! {
        svg.strip viewBox={ "0 0 " (columns.number) " 1" } preserveAspectRatio="none" role="img" aria-label=(label) {
            @for (column, events) in cells {
                rect.{ "s" (shade(*events, most)) } x=(column) width="1" height="1" {
                    title { (columns.label(*column)) ": " (count(*events, "event", "events")) }
                }
            }
        }
    }
}

/// By the logarithm: a burst does not make all else look like nothing.
fn shade(events: u64, most: u64) -> u32 {
    let bits = |number: u64| number.saturating_add(1).ilog2().max(1);
    (bits(events) * SHADES).div_ceil(bits(most)).clamp(1, SHADES)
}

fn of_all(rows: usize, regions: &Tally<String>) -> Markup {
    let (all, rows) = (as_number(regions.len()), as_number(rows));
    html! {
        p.of {
            @if all > rows { (number(rows)) " of " (count(all, "region", "regions")) ", those with most events." }
            @else { "All " (count(all, "region", "regions")) " with events." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Second = 86_400;

    #[test]
    fn a_column_is_a_day_until_there_would_be_too_many() {
        for (days, number, width) in
            [(1, 1, 1), (3, 3, 1), (90, 90, 1), (100, 100, 1), (101, 51, 2), (3_650, 99, 37)]
        {
            let period = Window::new(5, days * DAY - 1).unwrap();
            let columns = Columns::of(period, Step::Day);
            assert_eq!((columns.number, columns.width), (number, width * DAY), "{days}");
            assert_eq!(columns.of_second(period.start()), 0);
            assert!(columns.of_second(period.end()) < columns.number);
        }
    }

    #[test]
    fn more_is_stronger_and_one_is_not_nothing() {
        assert_eq!((shade(1, 1), shade(1, 1_000_000)), (SHADES, 1));
        let shades: Vec<_> = [1, 10, 100, 1_000, 10_000].map(|n| shade(n, 10_000)).into();
        assert!(shades.is_sorted() && shades.last() == Some(&SHADES), "{shades:?}");
    }

    #[test]
    fn steps_of_one_column_are_added_up() {
        let period = Window::new(0, 150 * DAY).unwrap();
        let mut heat = Heat::new(Step::Day);
        for day in [0, 1, 2, 150] {
            heat.add("us-east-1".to_owned(), day * DAY, 2);
            heat.add("eu-west-1".to_owned(), day * DAY, 5);
        }
        let columns = Columns::of(period, Step::Day);
        assert_eq!(cells("us-east-1", &heat, &columns), [(0, 4), (1, 2), (75, 2)]);
    }
}
