//! What may go wrong between the command and what it talks to, and when: by name.

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The answer takes two seconds more.
    Delay,
    /// The connection is reset, and the server has heard nothing.
    ResetBefore,
    /// The server has done its work, and the connection is reset in place of the answer.
    ResetAfter,
    /// The answer breaks off in the middle.
    TruncatedBody,
    /// The answer says that it is half as long as it is.
    WrongLength,
    /// 500, and the server has heard nothing.
    InternalError,
    /// 503, and the server has heard nothing.
    Unavailable,
    /// The server has done its work, and what comes back is no HTTP.
    Garbage,
    /// The server has done its work, and a page for people comes back, with 200.
    HtmlPage,
}

impl Fault {
    pub(crate) const ALL: [Self; 9] = [
        Self::Delay,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::TruncatedBody,
        Self::WrongLength,
        Self::InternalError,
        Self::Unavailable,
        Self::Garbage,
        Self::HtmlPage,
    ];

    pub(crate) fn keeps_from_acting(self) -> bool {
        matches!(self, Self::ResetBefore | Self::InternalError | Self::Unavailable)
    }
}

/// Which call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The one with the first events.
    First,
    /// The one that completes half of them.
    Middle,
    /// The one that completes them.
    Last,
}

impl Moment {
    pub(crate) const ALL: [Self; 3] = [Self::First, Self::Middle, Self::Last];
}

/// A fault, when it comes, and how many events there are in all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) fault: Fault,
    pub(crate) moment: Moment,
    pub(crate) events: usize,
}
