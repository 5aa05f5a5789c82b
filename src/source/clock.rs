//! How far the clock of this machine is from AWS's.
//!
//! Windows end at the machine's time. A clock that is ahead would have time covered that has not
//! been yet, and no later run would read its events; one that is behind leaves out the newest. AWS
//! refuses signatures of another time, but the SDK then corrects them by itself: the refusal alone
//! does not stop a run.

use std::{
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

use crate::limits::CLOCK_OFF;

/// Compares the time of the first answer with the machine's.
#[derive(Debug, Clone, Default)]
pub(super) struct ClockCheck {
    ahead: Arc<OnceLock<SignedDuration>>,
}

impl ClockCheck {
    /// How far the clock is off, in words; nothing where that is too little to matter, or unknown.
    pub(super) fn off(&self) -> Option<String> {
        self.ahead.get().copied().and_then(off)
    }
}

impl Intercept for ClockCheck {
    fn name(&self) -> &'static str {
        "ClockCheck"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let theirs = date.and_then(|date| rfc2822::parse(date).ok()).map(|date| date.timestamp());
        if let (Some(theirs), Ok(ours)) = (theirs, Timestamp::try_from(SystemTime::now())) {
            self.ahead.get_or_init(|| ours.duration_since(theirs));
        }
        Ok(())
    }
}

fn off(ahead: SignedDuration) -> Option<String> {
    let how = if ahead.is_positive() { "ahead of" } else { "behind" };
    // AWS tells whole seconds, some time before they arrive.
    let minutes = (ahead.abs().as_secs() + 30) / 60;
    (ahead.abs() > CLOCK_OFF).then(|| format!("{:#} {how}", SignedDuration::from_mins(minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_off_by_more_than_an_answer_takes_to_come() {
        let table = [
            (0, None),
            (300, None),
            (-300, None),
            (301, Some("5m ahead of")),
            (-86_399, Some("24h behind")),
        ];
        for (ahead, expected) in table {
            let said = off(SignedDuration::from_secs(ahead));
            assert_eq!(said.as_deref(), expected, "{ahead} s");
        }
    }
}
