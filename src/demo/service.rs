//! The simulated services behind the endpoint: which operation it is, whether the caller is who it
//! says, what the answer is, and the log of it all.
//!
//! No I/O: requests come in whole, and an answer goes out with the time that it should take.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use jiff::Timestamp;

use super::account::{Account, Region, Status};
use super::calls::{LoggedCall, Operation, Outcome};
use super::cloudtrail::{Asked, History, Step, Turn, expired, write};
use super::faults::{Access, Call, Scripted, plan};
use super::identity::{caller_identity, list_regions};
use super::latency::Latency;
use super::quota::Quota;
use super::record::{Event, uuid};
use super::sigv4::{Claim, Credentials, Received, unrecognized};
use super::wire::{Answer, Protocol, Refusal};

/// How the simulation behaves.
#[derive(Clone, Default)]
pub struct Options {
    /// The keys that it knows at first.
    pub credentials: Credentials,
    /// LookupEvents' quota per region.
    pub quota: Quota,
    /// How long a LookupEvents answer takes. Throttles come at once.
    pub latency: Latency,
    /// What goes wrong.
    pub faults: Vec<Scripted>,
    /// Whether the caller lacks the permission for ListRegions.
    pub list_regions_denied: bool,
    /// CloudTrail's clock, held still; none for the real one.
    pub now: Option<Timestamp>,
    /// The port on 127.0.0.1; 0 for any.
    pub port: u16,
    /// Where latencies, request ids and tokens start from.
    pub seed: u64,
}

/// What to send, and when.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) delay: Duration,
    pub(super) delivery: Delivery,
    pub(super) request_id: String,
}

#[derive(Debug)]
pub(super) enum Delivery {
    Whole(Answer),
    CutShort(Answer),
    Reset,
}

/// The services, shared by all connections.
pub(super) struct Service {
    options: Options,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    account: Account,
    keys: Vec<Keys>,
    script: Vec<Scripted>,
    history: History,
    calls: Vec<LoggedCall>,
    ids: Rng,
}

struct Keys {
    credentials: Credentials,
    expired: bool,
}

impl Service {
    pub(super) fn new(account: Account, options: Options) -> Self {
        let state = State {
            account,
            keys: vec![Keys { credentials: options.credentials.clone(), expired: false }],
            script: options.faults.clone(),
            history: History::new(options.quota, options.latency, options.seed),
            calls: Vec::new(),
            ids: Rng::with_seed(options.seed),
        };
        Self { options, began: Instant::now(), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn calls(&self) -> Vec<LoggedCall> {
        self.state().calls.clone()
    }

    pub(super) fn set_faults(&self, faults: Vec<Scripted>) {
        self.state().script = faults;
    }

    pub(super) fn issue(&self, credentials: Credentials) {
        self.state().keys.push(Keys { credentials, expired: false });
    }

    pub(super) fn expire(&self, access_key: &str) {
        let mut state = self.state();
        let named = state.keys.iter_mut().filter(|keys| keys.credentials.access_key == access_key);
        named.for_each(|keys| keys.expired = true);
    }

    /// False when there is no such region.
    pub(super) fn add(&self, region: &str, events: Vec<Event>) -> bool {
        let mut state = self.state();
        let region = state.account.region_mut(region);
        region.map(|region| region.add(events)).is_some()
    }

    /// The reply to one request, which arrived `now`.
    pub(super) fn reply(&self, request: Received<'_>, now: Instant) -> Reply {
        let operation = Operation::of(request);
        let request_id = uuid(self.state().ids.u128(..));
        let mut call = LoggedCall {
            at: now.saturating_duration_since(self.began),
            region: String::new(),
            access_key: String::new(),
            operation,
            start: None,
            end: None,
            token: false,
            outcome: Outcome::Answered,
        };
        let (delay, answered) = match self.authenticate(operation, request) {
            Err(refusal) => (Duration::ZERO, Err(refusal)),
            Ok(claim) => {
                (call.region, call.access_key) = (claim.region, claim.access_key);
                self.answer(request, now, &request_id, &mut call)
            }
        };
        let delivery = answered.unwrap_or_else(|refusal| {
            if call.outcome != Outcome::Throttled {
                call.outcome = Outcome::Refused(refusal.code);
            }
            Delivery::Whole(refusal.answer(operation.protocol(), &request_id))
        });
        self.state().calls.push(call);
        Reply { delay, delivery, request_id }
    }

    fn authenticate(&self, operation: Operation, request: Received<'_>) -> Result<Claim, Refusal> {
        let claim = Claim::read(request.headers)?;
        let state = self.state();
        let mut keys = state.keys.iter();
        let keys = keys
            .find(|keys| keys.credentials.access_key == claim.access_key)
            .ok_or_else(unrecognized)?;
        claim.verify(request, &keys.credentials, Timestamp::now())?;
        match operation.service() {
            _ if keys.expired => Err(expired()),
            Some(service) if service != claim.service => {
                let message =
                    format!("Credential should be scoped to correct service: '{service}'.");
                Err(Refusal::new("InvalidSignatureException", message))
            }
            _ => Ok(claim),
        }
    }

    fn answer(
        &self,
        request: Received<'_>,
        now: Instant,
        request_id: &str,
        call: &mut LoggedCall,
    ) -> (Duration, Result<Delivery, Refusal>) {
        if call.operation == Operation::LookupEvents {
            return self.lookup(request.body, now, call);
        }
        let state = self.state();
        let protocol = call.operation.protocol();
        let answer = state.admit(call).and_then(|()| match call.operation {
            Operation::GetCallerIdentity => {
                caller_identity(&state.account, request.body, request_id)
            }
            Operation::ListRegions if self.options.list_regions_denied => {
                let message = format!(
                    "User: {} is not authorized to perform: account:ListRegions because no \
                     identity-based policy allows the account:ListRegions action",
                    state.account.caller_arn()
                );
                Err(Refusal::new("AccessDeniedException", message))
            }
            Operation::ListRegions => list_regions(&state.account, request.body),
            Operation::LookupEvents | Operation::Unknown => {
                Err(Refusal::new("UnknownOperationException", "The operation is not known."))
            }
        });
        (Duration::ZERO, answer.map(|body| Delivery::Whole(Answer::ok(protocol, body))))
    }

    fn lookup(
        &self,
        body: &[u8],
        now: Instant,
        call: &mut LoggedCall,
    ) -> (Duration, Result<Delivery, Refusal>) {
        let today = self.options.now.unwrap_or_else(Timestamp::now).as_second();
        let Turn { delay, query, step } = {
            let mut state = self.state();
            let State { account, script, history, .. } = &mut *state;
            let region = &call.region;
            history.call(Asked { account, script, region, body, now, elapsed: call.at, today })
        };
        if let Some(query) = query {
            (call.start, call.end, call.token) = (query.start, query.end, query.token.is_some());
        }
        let answer = |body| Answer::ok(Protocol::Json11, body);
        let (outcome, delivery) = match step {
            Step::Refused(refusal) => (Outcome::Refused(refusal.code), Err(refusal)),
            Step::Throttled => {
                (Outcome::Throttled, Err(Refusal::new("ThrottlingException", "Rate exceeded")))
            }
            Step::Reset => (Outcome::Reset, Ok(Delivery::Reset)),
            Step::Malformed(body) => {
                (Outcome::Malformed, Ok(Delivery::Whole(answer(body.to_owned()))))
            }
            Step::Page { events, token, bad, cut_short } => {
                let page = Outcome::Page { events: events.len(), more: token.is_some() };
                let answer = answer(write(events, token.as_deref(), bad));
                if cut_short {
                    (Outcome::CutShort, Ok(Delivery::CutShort(answer)))
                } else {
                    (page, Ok(Delivery::Whole(answer)))
                }
            }
        };
        call.outcome = outcome;
        (delay, delivery)
    }
}

impl State {
    /// Whether the caller's keys are good for an operation that is not LookupEvents.
    ///
    /// Those operations belong to no region's data, so a region that this account does not list
    /// is as good as any.
    fn admit(&self, call: &LoggedCall) -> Result<(), Refusal> {
        let faults = plan(&self.script, Call { region: &call.region, number: 0, elapsed: call.at });
        let status = self.account.region(&call.region).map(Region::status);
        match (faults.access, status) {
            (Some(Access::Expired), _) => Err(expired()),
            (_, Some(Status::NotEnabled)) => Err(unrecognized()),
            _ => Ok(()),
        }
    }
}
