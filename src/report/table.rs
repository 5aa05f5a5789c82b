//! The closing table: what was loaded per region, and what was not, and why.

use super::closing;
use crate::ending::summary::{Counted, RegionOutcome, RegionSummary, Summary};

/// The summary for people, right in 80 columns for usual numbers.
pub fn render(summary: &Summary) -> String {
    let mut text = String::new();
    let names = summary.regions.iter().map(|region| region.region.chars().count());
    let width = names.max().unwrap_or(0).clamp("region".len(), 36);
    let shown = |region: &&RegionSummary| region.outcome != RegionOutcome::NotEnabled;
    line(
        &mut text,
        &format!(
            "{:<width$} {:>9} {:>9} {:>9} {:>8} {:>9} {:>6} {:>7}",
            "region", "read", "created", "exists", "rejected", "throttles", "quota", "time"
        ),
    );
    for region in summary.regions.iter().filter(shown) {
        let share = (region.counted.calls > 0).then_some(region.quota_share);
        line(&mut text, &row(&region.region, width, &region.counted, share, region.seconds));
    }
    if summary.regions.len() > 1 {
        line(&mut text, &row("total", width, &summary.totals, None, summary.seconds));
    }
    line(&mut text, "");
    for note in notes(summary) {
        line(&mut text, &note);
    }
    text
}

fn row(
    name: &str,
    width: usize,
    counted: &Counted,
    quota_share: Option<f64>,
    seconds: f64,
) -> String {
    let share = quota_share.map_or_else(String::new, |share| format!("{:.0} %", share * 100.0));
    format!(
        "{name:<width$} {:>9} {:>9} {:>9} {:>8} {:>9} {share:>6} {:>7}",
        counted.read,
        counted.created,
        counted.exists,
        counted.rejected,
        counted.throttled,
        duration(seconds)
    )
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn notes(summary: &Summary) -> Vec<String> {
    let mut notes = closing::missing(summary);
    let off =
        |region: &&RegionSummary| region.outcome == RegionOutcome::NotEnabled && !region.missing;
    let off: Vec<_> = summary.regions.iter().filter(off).map(|r| r.region.as_str()).collect();
    if !off.is_empty() {
        notes.push(format!("not enabled, so not read: {}", off.join(", ")));
    }
    if summary.target_away_seconds >= 1.0 {
        let time = duration(summary.target_away_seconds);
        notes.push(format!("the target took nothing for {time}, and was waited for"));
    }
    if summary.exists_in_doubt > 0 {
        notes.push(format!(
            "{} of those there before this run may have written itself: a request had no answer",
            summary.exists_in_doubt
        ));
    }
    let totals = summary.totals;
    if totals.filtered > 0 {
        notes.push(format!("filtered by --since and --until: {}", totals.filtered));
    }
    if totals.repaired > 0 {
        notes.push(format!(
            "{} of the created were refused by the index as they were, and taken in another form",
            totals.repaired
        ));
    }
    notes.extend(closing::dead_letters(summary));
    let ended = totals.created + totals.exists + totals.rejected + totals.filtered;
    notes.push(if summary.balanced {
        let filtered = if totals.filtered > 0 {
            format!(" + {} filtered", totals.filtered)
        } else {
            String::new()
        };
        format!(
            "balance: {} read = {} created + {} there before + {} rejected and kept{filtered}",
            totals.read, totals.created, totals.exists, totals.rejected
        )
    } else {
        let open = totals.read.abs_diff(ended);
        format!(
            "balance: {} read, {open} of them without a verdict; they are not covered, so the next \
             run reads them again",
            totals.read
        )
    });
    notes
}

/// A time in at most seven characters, up to 99 hours.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time for people")]
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3_600 => format!("{}m {:02}s", whole / 60, whole % 60),
        _ => format!("{}h {:02}m", whole / 3_600, whole % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::{ending::Identity, exit::Exit};

    #[test]
    fn an_outage_is_said_with_its_cost() {
        let identity = Identity {
            account: None,
            target: "http://127.0.0.1:9200".to_owned(),
            index: "cloudtrail-%Y.%m".to_owned(),
            layout: crate::normalize::Layout::Typed,
            started: Timestamp::UNIX_EPOCH,
            command: "trailhaul load".to_owned(),
            remembers: true,
            replay: crate::settings::typed::Replay::default(),
        };
        let empty = Summary::empty(&identity, Exit::Complete, Duration::ZERO);
        let said = |target_away_seconds| render(&Summary { target_away_seconds, ..empty.clone() });
        let line = "the target took nothing for 10m 02s, and was waited for\n";
        assert!(said(602.4).contains(line), "{}", said(602.4));
        assert!(!said(0.4).contains("took nothing"), "{}", said(0.4));
    }

    #[test]
    fn times_are_short() {
        let table = [(0.04, "0.0 s"), (59.94, "59.9 s"), (61.0, "1m 01s"), (7_260.0, "2h 01m")];
        for (seconds, expected) in table {
            assert_eq!(duration(seconds), expected);
        }
    }
}
