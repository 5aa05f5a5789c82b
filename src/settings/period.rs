//! Which stretch of time is asked for, and what of it AWS can still have.

use jiff::Timestamp;

use super::{UsageError, time};
use crate::{
    cli,
    limits::HISTORY_DAYS,
    window::{Second, Window},
};

/// Which stretch of time is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// "Now", frozen at the start of the run.
    pub now: Second,
    /// From this second on; none for all that there is.
    pub since: Option<Second>,
    /// Up to this second; none for now.
    pub until: Option<Second>,
    /// How far a run looks back behind the last one, in seconds.
    pub overlap: Second,
}

impl Period {
    /// The oldest second that AWS still has.
    pub fn horizon(self) -> Second {
        self.now - HISTORY_DAYS * 86_400
    }

    /// The window to have loaded when the run is done; none when it lies outside of what AWS keeps.
    pub fn wanted(self) -> Option<Window> {
        let start = self.since.unwrap_or_else(|| self.horizon()).max(self.horizon());
        Window::new(start, self.until.unwrap_or(self.now).min(self.now))
    }

    /// Whether an event of a record file lies within.
    pub fn holds(self, time: Timestamp) -> bool {
        let second = time.as_second();
        self.since.is_none_or(|since| since <= second)
            && self.until.is_none_or(|until| second <= until)
    }
}

pub(super) fn period(args: &cli::Source, now: Timestamp) -> Result<Period, UsageError> {
    let (since, until) = limits_of(args.since.as_deref(), args.until.as_deref(), now)?;
    Ok(Period {
        now: now.as_second(),
        since: since.map(Timestamp::as_second),
        until: until.map(Timestamp::as_second),
        overlap: time::span("--overlap", &args.overlap)?.as_secs(),
    })
}

/// What `--since` and `--until` mean.
pub(super) fn limits_of(
    since: Option<&str>,
    until: Option<&str>,
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>), UsageError> {
    let at = |option: &str, text: Option<&str>| {
        text.map(|text| time::moment(option, text, now)).transpose()
    };
    let (since, until) = (at("--since", since)?, at("--until", until)?);
    if let (Some(since), Some(until)) = (since, until)
        && since > until
    {
        return Err(UsageError(format!("--since {since} is after --until {until}: swap them")));
    }
    if since.is_some_and(|since| since > now) {
        return Err(UsageError("--since lies in the future: give a time before now".to_owned()));
    }
    Ok((since, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_window_stays_within_what_aws_keeps() {
        let now = 10_000_000;
        let period = |since, until| Period { now, since, until, overlap: 0 };
        let whole = period(None, None).wanted();
        assert_eq!(whole, Window::new(now - HISTORY_DAYS * 86_400, now));
        assert_eq!(period(Some(0), Some(now + 5)).wanted(), whole);
        assert_eq!(period(Some(0), Some(5)).wanted(), None);
        assert_eq!(period(Some(now - 5), None).wanted(), Window::new(now - 5, now));
    }
}
