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

    /// Whether the server hears nothing of the call.
    pub(crate) fn keeps_from_acting(self) -> bool {
        matches!(self, Self::ResetBefore | Self::InternalError | Self::Unavailable)
    }

    /// Whether the server acts, and its answer does not arrive.
    pub(crate) fn takes_the_answer(self) -> bool {
        self != Self::Delay && !self.keeps_from_acting()
    }
}

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// GetCallerIdentity.
    Identity,
    /// ListRegions.
    Regions,
    /// LookupEvents.
    Lookup,
    /// `GET /`.
    Probe,
    /// A template, put.
    Template,
    /// A bulk request.
    Bulk,
    /// Anything else.
    Other,
}

/// Between which two the proxy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The command and AWS.
    Aws,
    /// The command and the engine.
    Target,
}

/// Which call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The one that asks who calls.
    Identity,
    /// The one that asks for the regions.
    Regions,
    /// The one that asks what the target is.
    Probe,
    /// The one that puts the template.
    Template,
    /// The one with the first events.
    First,
    /// The one that completes half of them.
    Middle,
    /// The one that completes them.
    Last,
}

impl Moment {
    pub(crate) fn of(side: Side) -> [Self; 5] {
        let (one, two) = match side {
            Side::Aws => (Self::Identity, Self::Regions),
            Side::Target => (Self::Probe, Self::Template),
        };
        [one, two, Self::First, Self::Middle, Self::Last]
    }

    /// Whether it is before the first event.
    pub(crate) fn is_setup(self) -> bool {
        matches!(self, Self::Identity | Self::Regions | Self::Probe | Self::Template)
    }

    /// Whether it is this call, with which so many events of all will have been seen.
    pub(crate) fn is(self, call: Call, seen: usize, all: usize) -> bool {
        let carries = matches!(call, Call::Lookup | Call::Bulk);
        match self {
            Self::Identity => call == Call::Identity,
            Self::Regions => call == Call::Regions,
            Self::Probe => call == Call::Probe,
            Self::Template => call == Call::Template,
            Self::First => carries,
            Self::Middle => carries && seen * 2 > all,
            Self::Last => carries && seen >= all,
        }
    }
}

/// A fault, when it comes, and how many events there are in all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) fault: Fault,
    pub(crate) moment: Moment,
    pub(crate) events: usize,
}
