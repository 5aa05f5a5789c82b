//! One thing that a check looked at, and how it came out.

use serde::Serialize;

use super::policy::action;
use crate::{exit::Exit, fault::Fault};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It was shown to work.
    Ok,
    /// It works, and there is something to know.
    Note,
    /// It was not tried, or nobody says.
    Unknown,
    /// It does not.
    Failed,
}

impl Mark {
    /// Its name, as JSON gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }
}

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Where events come from.
    Aws,
    /// Where documents go.
    Target,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What it is about.
    pub side: Side,
    /// Its name.
    pub check: &'static str,
    /// How it came out.
    pub outcome: Mark,
    /// What was found, as a sentence fragment.
    pub says: String,
    /// What to do about it.
    pub mend: Option<String>,
    /// The IAM action that is lacking, where one is.
    pub action: Option<String>,
    /// The exit code that it makes, where it fails.
    #[serde(skip)]
    pub(super) exit: Option<Exit>,
}

impl Finding {
    fn new(side: Side, check: &'static str, outcome: Mark, says: impl Into<String>) -> Self {
        Self { side, check, outcome, says: says.into(), mend: None, action: None, exit: None }
    }

    /// Something that was shown to work.
    pub fn ok(side: Side, check: &'static str, says: impl Into<String>) -> Self {
        Self::new(side, check, Mark::Ok, says)
    }

    /// Something that works, with what there is to know.
    pub fn note(side: Side, check: &'static str, says: impl Into<String>) -> Self {
        Self::new(side, check, Mark::Note, says)
    }

    /// Something that was not tried.
    pub fn unknown(side: Side, check: &'static str, says: impl Into<String>) -> Self {
        Self::new(side, check, Mark::Unknown, says)
    }

    /// Something that would keep the target from taking documents as they are meant.
    pub fn in_the_way(
        check: &'static str,
        says: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let finding = Self::new(Side::Target, check, Mark::Failed, says).with_mend(mend);
        Self { action: action(&finding.says), exit: Some(Exit::Target), ..finding }
    }

    /// What would have stopped a run.
    pub fn fault(side: Side, check: &'static str, fault: &Fault) -> Self {
        let sentence = fault.to_string();
        let action = action(&sentence);
        let (says, mend) = divided(&sentence);
        let finding = Self::new(side, check, Mark::Failed, says).with_mend(mend);
        Self { action, exit: Some(fault.exit()), ..finding }
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    /// With the IAM action that is lacking.
    #[must_use]
    pub fn with_action(self, action: &str) -> Self {
        Self { action: Some(action.to_owned()), ..self }
    }
}

/// What is wrong, and what to do: the sentences of faults end with that, after a semicolon or, if there is
/// none, a colon.
fn divided(sentence: &str) -> (&str, &str) {
    let whole = (sentence, "look at the log with TRAILHAUL_LOG=debug, then check again");
    sentence.rsplit_once("; ").or_else(|| sentence.rsplit_once(": ")).unwrap_or(whole)
}
