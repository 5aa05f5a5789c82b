//! Exit codes: a table that people's cron jobs depend on.

use std::process::{ExitCode, Termination};

use clap::ValueEnum;

/// How a run ended. Of several that fit, the first in the order 130, 7, 5, 6, 3, 4 is the one.
///
/// The comments are what the man pages say of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[repr(u8)]
pub enum Exit {
    /// Everything asked for is loaded.
    Complete = 0,
    /// A fault of trailhaul itself.
    Internal = 1,
    /// Wrong usage: nothing was read or written.
    Usage = 2,
    /// Some region, window or record file is not loaded whole.
    Partial = 3,
    /// All is read; some documents are in the dead letters.
    DeadLetters = 4,
    /// AWS refuses: credentials or permission.
    Aws = 5,
    /// The target refuses or is unreachable.
    Target = 6,
    /// The state file is locked, corrupt, newer or another job's, or the disk will not keep it, the
    /// dead letters or, of a run that would be complete otherwise, the metrics.
    State = 7,
    /// Interrupted; the next run goes on where it stopped.
    Interrupted = 130,
}

impl Exit {
    /// The order in which they win over each other.
    const ORDER: [Self; 6] =
        [Self::Interrupted, Self::State, Self::Aws, Self::Target, Self::Partial, Self::DeadLetters];

    /// The code of a run to which all of these apply.
    pub fn of(applying: &[Self]) -> Self {
        Self::ORDER.into_iter().find(|exit| applying.contains(exit)).unwrap_or(Self::Complete)
    }

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Each number with what it means, in a sentence without its period.
    pub fn table() -> impl Iterator<Item = (u8, String)> {
        Self::value_variants().iter().map(|exit| {
            let said = exit.to_possible_value();
            let meaning = said.as_ref().and_then(|said| said.get_help());
            (exit.code(), meaning.map(ToString::to_string).unwrap_or_default())
        })
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_in_the_order_wins() {
        assert_eq!(Exit::of(&[]), Exit::Complete);
        assert_eq!(Exit::of(&[Exit::DeadLetters, Exit::Partial]), Exit::Partial);
        assert_eq!(Exit::of(&[Exit::Partial, Exit::Target, Exit::Aws]), Exit::Aws);
        assert_eq!(Exit::of(&[Exit::State, Exit::Interrupted]).code(), 130);
    }

    #[test]
    fn the_table_says_what_each_number_means() {
        let table: Vec<_> = Exit::table().collect();
        let codes: Vec<_> = table.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130]);
        assert_eq!(table[0].1, "Everything asked for is loaded");
        assert!(table.iter().all(|(_, meaning)| !meaning.is_empty()), "{table:?}");
    }
}
