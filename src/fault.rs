//! What stops a command before it has a summary to give.

use std::fmt;

use crate::{
    checkpoint::file::StateError,
    exit::Exit,
    normalize::{IndexPatternError, RulesError},
    settings::UsageError,
    sink::SinkError,
    source::{aws::AwsError, files::FileError},
};

/// A sentence and its exit code. It may repeat what was typed: [`crate::secret::Told`] takes a password
/// out of it where it is shown.
#[derive(Debug)]
pub struct Fault {
    exit: Exit,
    sentence: String,
    gives_way: bool,
}

impl Fault {
    /// A fault of this exit code.
    pub fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self { exit, sentence: sentence.into(), gives_way: false }
    }

    /// Something that should not happen.
    pub fn internal(error: impl fmt::Display) -> Self {
        Self::new(Exit::Internal, format!("internal error: {error}"))
    }

    /// The dead letters cannot be kept.
    pub fn letters(error: &SinkError) -> Self {
        Self::new(
            Exit::State,
            format!(
                "failed to {error}; the run stopped, so that no rejected event is lost: free space or give another --dead-letters FILE, then run again"
            ),
        )
    }

    /// What was loaded again cannot be taken out of its file.
    pub fn replayed(error: &SinkError) -> Self {
        Self::new(
            Exit::State,
            format!(
                "failed to {error}; what was loaded is in the file still, and is taken out by another replay"
            ),
        )
    }

    /// Whether it ends a run that gives way to another of the same job, which is under way.
    pub fn gives_way(&self) -> bool {
        self.gives_way
    }

    /// Its exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

impl From<UsageError> for Fault {
    fn from(error: UsageError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}

impl From<RulesError> for Fault {
    fn from(error: RulesError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}

impl From<IndexPatternError> for Fault {
    fn from(error: IndexPatternError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}

impl From<AwsError> for Fault {
    fn from(error: AwsError) -> Self {
        Self::new(Exit::Aws, error.to_string())
    }
}

impl From<StateError> for Fault {
    fn from(error: StateError) -> Self {
        let gives_way = matches!(error, StateError::Locked(_));
        Self { gives_way, ..Self::new(Exit::State, error.to_string()) }
    }
}

impl From<FileError> for Fault {
    fn from(error: FileError) -> Self {
        let exit = match error {
            FileError::Unopened { .. } => Exit::Usage,
            FileError::Read { .. }
            | FileError::Broken { .. }
            | FileError::Bulk { .. }
            | FileError::Parquet { .. } => Exit::Partial,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<SinkError> for Fault {
    fn from(error: SinkError) -> Self {
        Self::new(Exit::Target, format!("failed to {error}"))
    }
}
