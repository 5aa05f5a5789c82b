//! What a check found, for people: right in 80 columns.

use serde_json::Value;

use super::{
    Check, Finding, Mark, RegionFinding, Side, Standing,
    estimate::{number, rough},
};
use crate::{limits::CHECK_COLUMNS, source::refusal::is_explicit_deny};

/// A line of the table, and those below it.
pub(super) struct Row {
    pub(super) mark: Mark,
    pub(super) name: String,
    pub(super) says: String,
    pub(super) mend: Option<String>,
}

/// Columns of the longest name: `ap-northeast-1` has 14.
const NAME: usize = 15;
/// Where the words begin: after the sign, the name and the spaces beside it.
const INDENT: usize = NAME + 3;

/// The whole of it.
pub(super) fn render(check: &Check) -> String {
    let mut text = String::from("AWS\n");
    let of = |side| check.checks.iter().filter(move |finding| finding.side == side).map(row);
    let (before, after): (Vec<_>, Vec<_>) =
        of(Side::Aws).partition(|row| ["credentials", "regions"].contains(&row.name.as_str()));
    for row in before.iter().chain(&regions(&check.regions)).chain(&after) {
        write(&mut text, row);
    }
    text.push('\n');
    wrap(&mut text, "Target ", 2, &check.subject.target);
    for row in of(Side::Target) {
        write(&mut text, &row);
    }
    text.push_str(
        "\n✓ shown to work   ✗ fails   ! works, with a note   – not tried or not known\n",
    );
    if !check.policy.is_empty() {
        text.push_str("\nWhat is lacking, as a policy statement to paste:\n");
        for statement in &check.policy {
            text.push_str(&statement_text(statement));
        }
    }
    text.push('\n');
    text.push_str(&last_line(check));
    text
}

/// As people write them.
fn statement_text(statement: &Value) -> String {
    serde_json::to_string_pretty(statement).map_or_else(|_| String::new(), |text| text + "\n")
}

fn last_line(check: &Check) -> String {
    let failed = check.checks.iter().filter(|finding| finding.outcome == Mark::Failed).count();
    let count = failed + check.regions.iter().filter(|region| region.missing).count();
    match count {
        0 => "nothing fails of what was tried\n".to_owned(),
        1 => format!("1 check fails: exit code {}\n", check.exit_code),
        count => format!("{count} checks fail: exit code {}\n", check.exit_code),
    }
}

fn row(finding: &Finding) -> Row {
    Row {
        mark: finding.outcome,
        name: finding.check.to_owned(),
        says: finding.says.clone(),
        mend: finding.mend.clone(),
    }
}

/// The regions, those of one fate and reason together where there is nothing to say of each.
pub(super) fn regions(regions: &[RegionFinding]) -> Vec<Row> {
    let mut kinds: Vec<Vec<&RegionFinding>> = Vec::new();
    for region in regions {
        let same = |kind: &&mut Vec<&RegionFinding>| {
            region.outcome != Standing::Open
                && kind.first().is_some_and(|first| {
                    (first.outcome, &first.reason, first.missing)
                        == (region.outcome, &region.reason, region.missing)
                })
        };
        match kinds.iter_mut().find(same) {
            Some(kind) => kind.push(region),
            None => kinds.push(vec![region]),
        }
    }
    let any_open = regions.iter().any(|region| region.outcome == Standing::Open);
    kinds.iter().filter_map(|kind| region_row(kind, any_open)).collect()
}

/// Says of each region by itself what to do about it, as its row does.
pub(super) fn give_mends(regions: &mut [RegionFinding]) {
    let any_open = regions.iter().any(|region| region.outcome == Standing::Open);
    for region in regions {
        region.mend = region_row(&[&*region], any_open).and_then(|row| row.mend);
    }
}

/// Leaving regions out is a way where others are left.
fn region_row(kind: &[&RegionFinding], any_open: bool) -> Option<Row> {
    let first = kind.first()?;
    let names: Vec<_> = kind.iter().map(|region| region.region.as_str()).collect();
    let (name, prefix) = match names.as_slice() {
        [one] => ((*one).to_owned(), String::new()),
        many => (format!("{} regions", many.len()), format!("{}: ", many.join(", "))),
    };
    let reason = first.reason.as_deref().unwrap_or("it gives no reason");
    let names = names.join(",");
    let or_without = |mend: String| {
        let without = format!(", or give --exclude-regions {names}");
        if any_open { mend + &without } else { mend }
    };
    let (mark, says, mend) = match first.outcome {
        Standing::Open => (Mark::Ok, open(first), None),
        Standing::NotEnabled if first.missing => {
            let mend = format!("enable it in the account, or leave {names} out of --regions");
            (Mark::Failed, format!("not enabled: {reason}"), Some(mend))
        }
        Standing::NotEnabled => (Mark::Unknown, "not enabled, so not read".to_owned(), None),
        Standing::Denied if is_explicit_deny(reason) => {
            let mend = "an explicit deny wins over what is allowed: ask whoever manages the organization's policies";
            (Mark::Failed, format!("denied: {reason}"), Some(or_without(mend.to_owned())))
        }
        Standing::Denied => {
            let action = first.action.as_deref().unwrap_or("cloudtrail:LookupEvents");
            let mend = or_without(format!("allow {action} there (below)"));
            (Mark::Failed, format!("denied: {reason}"), Some(mend))
        }
        Standing::Failed => {
            let way = "look at the way to AWS, then check again";
            let (reason, mend) = reason.rsplit_once("; ").unwrap_or((reason, way));
            let mend = or_without(mend.to_owned());
            (Mark::Failed, format!("no answer: {reason}"), Some(mend))
        }
    };
    Some(Row { mark, name, says: format!("{prefix}{says}"), mend })
}

fn open(region: &RegionFinding) -> String {
    let events = region.events.unwrap_or_default();
    match (events, region.counted) {
        (0, true) => "answers, and holds no event".to_owned(),
        (_, true) => format!("answers, and holds {}", number(events, "event")),
        (_, false) => format!("answers, and holds about {}", number(rough(events), "event")),
    }
}

fn write(text: &mut String, row: &Row) {
    let sign = match row.mark {
        Mark::Ok => '✓',
        Mark::Failed => '✗',
        Mark::Note => '!',
        Mark::Unknown => '–',
    };
    let head = format!("{sign} {:<NAME$} ", row.name);
    wrap(text, &head, INDENT, &row.says);
    if let Some(mend) = &row.mend {
        wrap(text, &format!("{:INDENT$}→ ", ""), INDENT + 2, mend);
    }
}

/// Words after a head, each further line indented. A word that no line holds is cut, after a comma if it
/// has one.
fn wrap(text: &mut String, head: &str, indent: usize, words: &str) {
    let mut line = head.to_owned();
    let mut column = head.chars().count();
    let mut is_first = true;
    for word in words.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        if !is_first && column + 1 + rest.len() <= CHECK_COLUMNS {
            line.push(' ');
            column += 1;
        } else if !is_first || column + rest.len() > CHECK_COLUMNS && column > indent {
            new_line(text, &mut line, indent);
            column = indent;
        }
        while column + rest.len() > CHECK_COLUMNS {
            let room = CHECK_COLUMNS.saturating_sub(column).min(rest.len());
            let lists = rest.iter().take(room).rposition(|character| *character == ',');
            let left = rest.split_off(lists.map_or(room, |comma| comma + 1));
            line.extend(rest);
            rest = left;
            new_line(text, &mut line, indent);
            column = indent;
        }
        column += rest.len();
        line.extend(rest);
        is_first = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

fn new_line(text: &mut String, line: &mut String, indent: usize) {
    text.push_str(line.trim_end());
    text.push('\n');
    *line = " ".repeat(indent);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_within_the_columns_and_none_is_lost() {
        let long = "x".repeat(200);
        for words in ["", "one", "one two", &format!("a {long} b"), &"word ".repeat(60), &long] {
            for head in ["", "✓ name            ", &"n".repeat(40)] {
                let mut text = String::new();
                wrap(&mut text, head, INDENT, words);
                assert!(text.lines().all(|line| line.chars().count() <= CHECK_COLUMNS), "{text}");
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(bare(&text), bare(&format!("{head}{words}")));
            }
        }
    }
}
