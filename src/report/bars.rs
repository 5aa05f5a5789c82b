//! The lines that show how far a run is. Pure: standings in, lines out, never more or longer ones
//! than fit.

use std::time::Duration;

use super::table::duration;
use crate::limits::ROWS_WITHOUT_BARS;

/// How far a region (or a record file) is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Events read.
    pub read: u64,
    /// Events a second.
    pub rate: f64,
    /// Seconds of the time line that are read.
    pub covered: u64,
    /// Seconds of the time line to read; none of a file.
    pub wanted: u64,
    /// The part of the call quota that it used so far, from 0 to 1; none of what makes no calls.
    pub quota_share: Option<f64>,
    /// How long it will take, where that is known.
    pub left: Option<Duration>,
}

/// Columns of a name.
const NAME: usize = 16;

/// Columns of a bar, at most.
const BAR: usize = 24;

/// Columns of everything but the bar, for usual numbers.
const BESIDE_BAR: usize = NAME + 52;

/// A line for each active region that there is room for, and one for the whole run.
pub fn lines(
    active: &[Standing],
    whole: &Standing,
    (rows, columns): (usize, usize),
) -> Vec<String> {
    let room = rows.saturating_sub(ROWS_WITHOUT_BARS + 1);
    let mut lines: Vec<_> = active.iter().take(room).map(|one| line(one, columns)).collect();
    let lonely = lines.len() == 1 && active.len() == 1;
    if !lonely && rows > 1 {
        lines.push(line(whole, columns));
    }
    lines
}

fn line(standing: &Standing, columns: usize) -> String {
    let Standing { name, read, rate, covered, wanted, quota_share, left } = standing;
    let name = shortened(name);
    let text = match (covered * 100).checked_div(*wanted) {
        Some(percent) => {
            let bar = bar(*covered, *wanted, columns);
            let left = left.map_or("-".to_owned(), in_whole_seconds);
            let quota = quota_share
                .map_or_else(String::new, |share| format!("quota {:.0}%, ", share * 100.0));
            format!(
                "{name:NAME$} {bar}{percent:>3}%  {read} events, {rate:.0}/s, {quota}{left} left"
            )
        }
        None => format!("{name:NAME$} {read} events, {rate:.0}/s"),
    };
    // The last column stays free: some terminals wrap when it is filled.
    text.chars().take(columns.saturating_sub(1)).collect()
}

/// A bar as wide as there is room for; none in a narrow terminal, where the numbers say it.
fn bar(covered: u64, wanted: u64, columns: usize) -> String {
    let width = columns.saturating_sub(BESIDE_BAR).min(BAR);
    if width < BAR / 3 {
        return String::new();
    }
    let full = u64::try_from(width).unwrap_or(0) * covered.min(wanted) / wanted.max(1);
    let full = usize::try_from(full).unwrap_or(0);
    format!("{}{} ", "█".repeat(full), "░".repeat(width.saturating_sub(full)))
}

fn in_whole_seconds(left: Duration) -> String {
    match left.as_secs_f64().ceil() {
        seconds if seconds < 60.0 => format!("{seconds} s"),
        seconds => duration(seconds),
    }
}

/// A text without what a terminal may obey, or draw in another width than one column.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect()
}

/// The end of a long name.
fn shortened(name: &str) -> String {
    let plain: Vec<_> = plain(name).chars().collect();
    match plain.len().checked_sub(NAME) {
        None | Some(0) => plain.into_iter().collect(),
        Some(more) => format!("…{}", plain.into_iter().skip(more + 1).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str) -> Standing {
        let left = Some(Duration::from_millis(189_500));
        let (read, rate) = (400, 93.4);
        let quota_share = Some(0.984);
        Standing { name: name.to_owned(), read, rate, covered: 13, wanted: 100, quota_share, left }
    }

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let expected =
            "us-east-1        █░░░░░░░░░░░  13%  400 events, 93/s, quota 98%, 3m 10s left";
        assert_eq!(line(&region("us-east-1"), 80), expected);
        let wide = "us-east-1        ███░░░░░░░░░░░░░░░░░░░░░  13%  400 events, 93/s, quota 98%, 3m 10s left";
        assert_eq!(line(&region("us-east-1"), 200), wide);
        let narrow = "us-east-1         13%  400 events, 93/s, quota 98%";
        assert_eq!(line(&region("us-east-1"), 51), narrow);
        let whole = Standing { quota_share: None, ..region("total") };
        assert!(line(&whole, 80).ends_with(" 93/s, 3m 10s left"));
        let soon = Standing { left: Some(Duration::from_millis(1_500)), ..region("us-east-1") };
        assert!(line(&soon, 80).ends_with("93/s, quota 98%, 2 s left"));
        let unknown = Standing { left: None, ..region("us-east-1") };
        assert!(line(&unknown, 80).ends_with("98%, - left"));
        let file = Standing { wanted: 0, ..region("logs/very/long/name.json.gz") };
        assert_eq!(line(&file, 80), "…ng/name.json.gz 400 events, 93/s");
        assert_eq!(shortened("a\x1b[2J\u{3042}"), "a?[2J?");
    }

    #[test]
    fn there_are_never_more_or_longer_lines_than_fit() {
        let active: Vec<_> = (0..40).map(|n| region(&format!("region-{n}"))).collect();
        let whole = region("all 40 regions");
        for rows in 1..60 {
            for columns in [1, 10, 40, 80, 200] {
                let lines = lines(&active, &whole, (rows, columns));
                assert!(lines.len() < rows, "{} lines in {rows} rows", lines.len());
                assert!(
                    lines.iter().all(|line| line.chars().count() < columns.max(1)),
                    "{lines:?}"
                );
            }
        }
        assert_eq!(lines(&active, &whole, (24, 80)).len(), 19);
        assert_eq!(lines(&active, &whole, (60, 80)).len(), 41);
    }

    #[test]
    fn a_region_alone_is_the_whole_run() {
        let alone = [region("us-east-1")];
        assert_eq!(lines(&alone, &region("all"), (24, 80)), [line(&alone[0], 80)]);
        let two = [region("us-east-1"), region("us-west-2")];
        assert_eq!(lines(&two, &region("all"), (24, 80)).len(), 3);
    }
}
