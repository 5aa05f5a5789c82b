//! The same for people: a heat map that fits the terminal, the gaps, and what fills them. Pure.

use jiff::Timestamp;

use super::{
    Job, Report, age,
    heat::{Scale, Shade},
    region::Region,
};
use crate::{
    limits::{SHOWN_GAPS, SHOWN_NAMES},
    report::bars::plain,
    window::{Window, moment},
};

/// Columns of a region's name: AWS's longest are of 14.
const NAME: usize = 14;

/// Columns beside the name and the days: a space, the share, the lag and the age of the last event.
const BESIDE: usize = 20;

const LEGEND: &str = ". nothing  ░ under a third  ▒ under two thirds  ▓ not all  █ all
lag: since the last finished run began; event: since the newest one loaded";

/// What a terminal of so many columns gets.
pub fn render(report: &Report, columns: usize, colour: bool) -> String {
    let jobs: Vec<_> =
        report.jobs.iter().map(|job| of_job(job, report.now, columns, colour)).collect();
    match &report.folder {
        Some(folder) if jobs.is_empty() && report.unreadable.is_empty() => format!(
            "no state file in {}: no run has kept one there yet\n\
             begin with: trailhaul load --to URL, or name a file with: trailhaul status --state FILE\n",
            folder.display()
        ),
        _ => jobs.join("\n\n"),
    }
}

fn of_job(job: &Job, now: Timestamp, columns: usize, colour: bool) -> String {
    let scale = Scale::fitting(now.as_second(), columns.saturating_sub(NAME + BESIDE + 1));
    let mut lines = heading(job, now);
    lines.extend(ahead(job));
    lines.push(String::new());
    if job.regions.is_empty() {
        lines.push("no region has been begun".to_owned());
    } else {
        lines.push(title(scale));
        lines.push(format!("{:NAME$} {} {}", "region", scale.ruler(), tail("all", "lag", "event")));
        lines.extend(job.regions.iter().map(|region| row(region, scale, now, colour)));
        lines.extend(LEGEND.lines().map(str::to_owned));
    }
    lines.extend(gaps(job));
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn heading(job: &Job, now: Timestamp) -> Vec<String> {
    let when = |moment: Option<Timestamp>| match moment {
        Some(moment) => format!("{moment:.0}, {} ago", span(age(moment, now))),
        None => "none".to_owned(),
    };
    let farthest = job.regions.iter().filter(|region| region.lag_seconds.is_some());
    let lag = farthest.max_by_key(|region| region.lag_seconds).map_or_else(
        || "unknown: no run has finished a region".to_owned(),
        |region| format!("{} in {}", span(region.lag_seconds.unwrap_or(0)), region.region),
    );
    let lag = match names(job, |region| region.lag_seconds.is_none()) {
        Some(never) if job.lag_seconds.is_some() => format!("{lag}; never finished: {never}"),
        _ => lag,
    };
    let in_use = match job.in_use {
        Some(true) => ", in use by a run now",
        Some(false) => "",
        None => ", perhaps in use by a run",
    };
    let facts = [
        ("account", job.account.clone().unwrap_or_else(|| "unknown".to_owned())),
        ("target", job.target.clone()),
        ("index", job.index.clone()),
        ("selection", job.selection.clone()),
        ("state file", format!("{}{in_use}", job.path.display())),
        ("last run", when(job.last_run)),
        ("last event", when(job.last_event)),
        ("lag", lag),
    ];
    facts.map(|(name, fact)| format!("{name:11} {}", plain(&fact))).into()
}

/// What a run would say of coverage that lies in the future.
fn ahead(job: &Job) -> Option<String> {
    let regions = names(job, |region| region.clock_was_ahead)?;
    Some(format!(
        "the clock was ahead at a load of {regions}: what came after the last event counts as not loaded, and the next load reads it again"
    ))
}

/// The names of such regions, the first few of them.
fn names(job: &Job, is_one: impl Fn(&Region) -> bool) -> Option<String> {
    let names: Vec<_> =
        job.regions.iter().filter(|region| is_one(region)).map(|r| plain(&r.region)).collect();
    let shown = names.get(..SHOWN_NAMES).unwrap_or(&names).join(", ");
    match names.len().checked_sub(SHOWN_NAMES) {
        _ if names.is_empty() => None,
        Some(more @ 1..) => Some(format!("{shown} and {more} more")),
        _ => Some(shown),
    }
}

fn title(scale: Scale) -> String {
    let each = match scale.days_a_column() {
        1 => "a day a column".to_owned(),
        days => format!("{days} days a column"),
    };
    let days = format!("{} to {}, today", scale.first_day(), scale.today());
    format!("covered of each day (UTC), {each}: {days}")
}

fn row(region: &Region, scale: Scale, now: Timestamp, colour: bool) -> String {
    // Rounded down: all of it is all of it.
    let covered = format!("{:.0}%", (region.covered_share * 100.0).floor());
    let since = |then: Option<Timestamp>| then.map_or("-".to_owned(), |then| span(age(then, now)));
    let covered = tail(&covered, &since(region.last_run), &since(region.last_event));
    let mut name: String = plain(&region.region).chars().take(NAME).collect();
    name = format!("{name:NAME$}");
    let days = shaded(&scale.shades(&state_of(region)), colour);
    format!("{name} {days} {covered}")
}

fn state_of(region: &Region) -> crate::checkpoint::coverage::Coverage {
    region.covered.clone().into()
}

fn tail(covered: &str, lag: &str, event: &str) -> String {
    format!("{covered:>4} {lag:>6} {event:>6}")
}

/// A row of shades, with a colour for each stretch of one where there are colours.
fn shaded(shades: &[Shade], colour: bool) -> String {
    let code = |shade: Shade| match shade {
        Shade::Nothing => 31,
        Shade::Little | Shade::Half | Shade::Most => 33,
        Shade::Whole => 32,
    };
    let same = |a: &Shade, b: &Shade| code(*a) == code(*b);
    let stretch = |stretch: &[Shade]| {
        let glyphs: String = stretch.iter().map(|shade| shade.glyph()).collect();
        match stretch.first() {
            Some(shade) if colour => format!("\x1b[{}m{glyphs}\x1b[0m", code(*shade)),
            _ => glyphs,
        }
    };
    shades.chunk_by(same).map(stretch).collect()
}

fn gaps(job: &Job) -> Vec<String> {
    if job.fill.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "not loaded:".to_owned()];
    lines.extend(job.regions.iter().flat_map(gaps_of));
    lines.push("fill that with:".to_owned());
    lines.extend(job.fill.iter().map(|fill| format!("  {}", fill.command)));
    if job.fill.iter().any(|fill| fill.never_loaded) {
        lines.push(
            "where nothing is loaded yet, AWS may refuse the region: then that says why".to_owned(),
        );
    }
    lines.push(
        "add what your runs give beside it, such as --layout, --profile or --user".to_owned(),
    );
    lines
}

fn gaps_of(region: &Region) -> Vec<String> {
    let line = |what: &str| format!("  {:NAME$} {what}", plain(&region.region));
    if region.is_empty() && !region.gaps.is_empty() {
        return vec![line("nothing yet")];
    }
    let mut lines: Vec<_> =
        region.gaps.iter().take(SHOWN_GAPS).map(|gap| line(&stretch(*gap))).collect();
    if let Some(more @ 1..) = region.gaps.len().checked_sub(SHOWN_GAPS) {
        lines.push(line(&format!("and {more} more")));
    }
    lines
}

fn stretch(gap: Window) -> String {
    format!("{} to {}, {}", moment(gap.start()), moment(gap.end()), span(gap.seconds()))
}

/// A length of time in at most six characters, below a hundred days.
fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h{:02}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{
        super::tests::{DAY, days, now, region},
        *,
    };
    use crate::checkpoint::state::{Job as OfState, State};

    fn report() -> Report {
        let mut state = State::new(OfState {
            account: Some("111122223333".to_owned()),
            target: "http://localhost:9200".to_owned(),
            index: "cloudtrail-%Y.%m".to_owned(),
            selection: "all".to_owned(),
            layout: None,
        });
        let regions = [
            ("ap-southeast-2", region(&[days(95, 45), days(43, 0)], Some(0), None)),
            ("eu-central-1", region(&[], None, Some(60))),
            ("eu-west-1", region(&[days(95, 5)], Some(5 * DAY), None)),
            ("us-east-1", region(&[days(95, 0)], Some(0), None)),
        ];
        state.regions.extend(regions.map(|(name, region)| (name.to_owned(), region)));
        let job = Job::of(state, Path::new("a/state.json"), None, Some(true), now());
        Report {
            version: 1,
            now: now(),
            folder: Some(PathBuf::from("a")),
            exit_code: 0,
            jobs: vec![job],
            unreadable: Vec::new(),
        }
    }

    #[test]
    fn it_is_read_without_colour_and_fits_80_columns() {
        insta::assert_snapshot!(render(&report(), 80, false), @r"
        account     111122223333
        target      http://localhost:9200
        index       cloudtrail-%Y.%m
        selection   all
        state file  a/state.json, in use by a run now
        last run    2026-11-28T12:00:00Z, 0s ago
        last event  2026-11-28T11:58:30Z, 1m ago
        lag         5d00h in eu-west-1; never finished: eu-central-1

        covered of each day (UTC), 2 days a column: 2026-08-31 to 2026-11-28, today
        region         |Sep           |Oct            |Nov            all    lag  event
        ap-southeast-2 ██████████████████████░▓█████████████████████  97%     0s     1m
        eu-central-1   .............................................   0%      -      -
        eu-west-1      ██████████████████████████████████████████░..  94%  5d00h  5d00h
        us-east-1      █████████████████████████████████████████████ 100%     0s     1m
        . nothing  ░ under a third  ▒ under two thirds  ▓ not all  █ all
        lag: since the last finished run began; event: since the newest one loaded

        not loaded:
          ap-southeast-2 2026-10-14T12:00:01Z to 2026-10-16T11:59:59Z, 1d23h
          eu-central-1   nothing yet
          eu-west-1      2026-11-23T12:00:01Z to 2026-11-28T12:00:00Z, 5d00h
        fill that with:
          trailhaul load --to http://localhost:9200 --index cloudtrail-%Y.%m --regions ap-southeast-2,eu-west-1
          trailhaul load --to http://localhost:9200 --index cloudtrail-%Y.%m --regions eu-central-1
        where nothing is loaded yet, AWS may refuse the region: then that says why
        add what your runs give beside it, such as --layout, --profile or --user
        ");
    }

    #[test]
    fn a_clock_that_was_ahead_is_told() {
        let mut report = report();
        assert!(!render(&report, 80, false).contains("clock"));
        for region in &mut report.jobs[0].regions {
            region.clock_was_ahead = true;
        }
        let more =
            "the clock was ahead at a load of ap-southeast-2, eu-central-1, eu-west-1, us-east-1: ";
        assert!(render(&report, 80, false).contains(more));
    }

    #[test]
    fn a_wider_terminal_has_a_day_a_column() {
        let text = render(&report(), 200, false);
        assert!(text.contains("a day a column: 2026-08-31 to 2026-11-28, today"), "{text}");
        let row = text.lines().find(|line| line.starts_with("eu-west-1")).unwrap();
        assert_eq!(row.matches('█').count(), 84, "{row}");
        assert_eq!(row.matches('.').count(), 5, "{row}");
    }

    #[test]
    fn no_row_of_the_map_is_longer_than_the_terminal() {
        for columns in 40..130 {
            let text = render(&report(), columns, false);
            let map = text.lines().skip_while(|line| !line.starts_with("region"));
            for line in map.take_while(|line| !line.starts_with('.')) {
                assert!(line.chars().count() < columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let (plain, colour) = (render(&report(), 80, false), render(&report(), 80, true));
        let mut stripped = colour.clone();
        for code in ["\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"] {
            assert!(colour.contains(code));
            stripped = stripped.replace(code, "");
        }
        assert_eq!(stripped, plain);
    }

    #[test]
    fn a_folder_without_state_files_is_no_riddle() {
        let empty = Report { jobs: Vec::new(), ..report() };
        let text = render(&empty, 80, false);
        assert!(
            text.starts_with("no state file in a:") && text.contains("trailhaul load"),
            "{text}"
        );
    }

    #[test]
    fn lengths_of_time_are_short() {
        let table = [
            (59, "59s"),
            (3_599, "59m"),
            (3_660, "1h01m"),
            (86_399, "23h59m"),
            (7_777_000, "90d00h"),
        ];
        for (seconds, expected) in table {
            assert_eq!(span(seconds), expected);
        }
    }
}
