//! What AWS's API models predict: the paths that some operations make an object and others a scalar.
//!
//! The rows are data (`rules/models.tsv`), generated from botocore and compared with it in CI. Each
//! stands below the rules that are written by hand: those are drawn from events, these from models.

use super::action::{Action, Keeps};
use super::rule::Rule;

const MODELS: &str = include_str!("../../rules/models.tsv");
pub(super) const MODELS_NAME: &str = "rules/models.tsv";

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The field, in CloudTrail's names.
    pub(super) path: &'static str,
    /// The shape that most operations send.
    pub(super) keeps: Keeps,
    /// How many do, and how many do not.
    operations: (u32, u32),
    /// The services of those that do not.
    pub(super) services: Vec<&'static str>,
}

/// The rows, by path.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    MODELS.lines().filter(|line| !line.starts_with('#')).filter_map(row)
}

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let path = cells.next()?;
    let keeps = match cells.next()? {
        "object" => Keeps::Object,
        "scalar" => Keeps::Scalar,
        _ => return None,
    };
    let operations = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    let services = cells.next()?.split(',').collect();
    Some(Row { path, keeps, operations, services })
}

impl Row {
    /// The row as a rule: the other shape leaves the name.
    pub(super) fn rule(&self) -> Rule {
        let (most, others) = self.operations;
        let (kept, other) = match self.keeps {
            Keeps::Scalar => ("a scalar", "an object"),
            Keeps::Object | Keeps::Nothing => ("an object", "a scalar"),
        };
        let services = self.services.join(", ");
        let reason = if others == 0 {
            format!("AWS's models have {kept} and {other} here in one operation ({services})")
        } else {
            format!(
                "AWS's models have {kept} here in {most} operations and {other} in {others} ({services})"
            )
        };
        Rule {
            reason,
            source: "botocore".to_owned(),
            file: MODELS_NAME.to_owned(),
            ..Rule::bare(self.path.to_owned(), self.keeps, Action::Move)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_line_is_a_row_of_its_own_path() {
        let lines = MODELS.lines().filter(|line| !line.starts_with('#')).count();
        let paths: HashSet<&str> = rows().map(|row| row.path).collect();
        assert_eq!((rows().count(), paths.len()), (lines, lines));
        assert!(lines > 900, "{lines}");
        for row in rows() {
            let (most, others) = row.operations;
            assert!(most >= others && !row.services.is_empty(), "{row:?}");
        }
    }
}
