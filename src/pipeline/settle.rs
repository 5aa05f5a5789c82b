//! From verdicts to the checkpoint.
//!
//! The order is the promise: dead letters are durable before the ledger hears of a rejection, and
//! the state is saved from what the ledger has called safe.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use tokio::task::JoinError;

use super::{Delivered, Run, repair::Shipment};
use crate::{
    checkpoint::{
        file::{StateError, StateFile},
        ledger::Safe,
        state::State,
    },
    counters::Counter,
    event::{Document, Rejection, Ticket, Verdict},
    settings::Period,
    sink::{DeadLetter, DeadLetters, Undelivered, dead_letter},
    window::Window,
};

/// What keeps the documents that the target rejects.
pub enum Letters {
    /// A file of dead letters.
    Keep(DeadLetters),
    /// The files that they were read from, in a replay: what is accepted is noted, by id, to be
    /// taken out at the end; the rest stays where it is.
    Replayed(HashSet<String>),
}

/// What is remembered of a run over AWS.
pub struct Checkpoint {
    /// The file.
    pub file: StateFile,
    /// What it will say.
    pub state: State,
    /// What the run wants loaded.
    pub wanted: Window,
    /// The run's time.
    pub period: Period,
}

impl Checkpoint {
    /// Puts the state on disk.
    pub fn save(&mut self, now: Timestamp) -> Result<(), StateError> {
        self.file.save(&mut self.state, now)
    }

    /// Notes that a region has all that the run wants.
    pub fn finish(&mut self, region: &str) {
        let region = self.state.regions.entry(region.to_owned()).or_default();
        region.finish(self.wanted, self.period.now, self.period.overlap);
    }

    fn note(&mut self, region: &str, safe: &Safe) {
        let region = self.state.regions.entry(region.to_owned()).or_default();
        safe.window.into_iter().for_each(|window| region.cover(window));
        safe.newest.into_iter().for_each(|time| region.saw_event(time));
    }
}

impl Run {
    /// Takes the verdicts of a batch in.
    pub(super) fn settle(&mut self, delivered: Result<Delivered, JoinError>) {
        let Delivered { shipment, result } = match delivered {
            Ok(delivered) => delivered,
            Err(error) => return self.lost(&error.to_string()),
        };
        match result {
            Ok(verdicts) if verdicts.len() == shipment.documents.len() => {
                self.look_and_take(shipment, verdicts);
            }
            Ok(_) => self.lost("it has not one verdict for each document"),
            Err(Undelivered::Cancelled) => {}
            Err(Undelivered::Failed(error)) => {
                self.stop.cancel();
                self.target_fault.get_or_insert(error);
            }
        }
    }

    /// The documents of a delivery that ended so stay unsettled, and their seconds uncovered.
    pub(super) fn lost(&mut self, reason: &str) {
        tracing::error!(reason, "a delivery ended unexpectedly");
        self.stop.cancel();
    }

    /// Parts what can still be repaired from what has its final verdict.
    pub(super) fn take_verdicts(&mut self, shipment: Shipment, verdicts: Vec<Verdict>) {
        let Shipment { documents, repairs } = shipment;
        let mut begun = repairs.into_iter();
        let (mut again, mut settled) = (Vec::new(), Vec::with_capacity(documents.len()));
        for (document, verdict) in documents.iter().zip(verdicts) {
            let repair = begun.next();
            let was_repaired = repair.is_some();
            let verdict = match verdict {
                Verdict::Rejected(rejection) => match self.repair(document, repair, &rejection) {
                    Ok(repaired) => {
                        again.push(repaired);
                        continue;
                    }
                    Err(rejection) => Verdict::Rejected(rejection),
                },
                verdict => verdict,
            };
            settled.push((document, verdict, was_repaired));
        }
        self.send_again(again);
        self.take_final(&settled);
    }

    fn take_final(&mut self, settled: &[(&Document, Verdict, bool)]) {
        let mut letters = Vec::new();
        let mut per_page: BTreeMap<Ticket, usize> = BTreeMap::new();
        for (document, verdict, _) in settled {
            *per_page.entry(document.ticket).or_default() += 1;
            if let Verdict::Rejected(rejection) = verdict {
                let (ticket, verbatim) = (document.ticket, &document.verbatim);
                letters.push(DeadLetter {
                    id: Some(document.id.clone()),
                    index: Some(document.index.to_string()),
                    lookup: document.lookup.clone(),
                    flow: document.flow.as_deref().cloned(),
                    ..self.letter(ticket, verbatim, rejection)
                });
            }
        }
        if !self.keep_letters(&letters) {
            return;
        }
        for (document, verdict, was_repaired) in settled {
            let counter = match verdict {
                Verdict::Created => Counter::Created,
                Verdict::Exists => Counter::Exists,
                Verdict::Rejected(_) => Counter::Rejected,
            };
            self.count(document.ticket, counter, 1);
            if *was_repaired && counter == Counter::Created {
                self.count(document.ticket, Counter::Repaired, 1);
            }
            if let (Letters::Replayed(accepted), Counter::Created | Counter::Exists) =
                (&mut self.plan.letters, counter)
            {
                accepted.insert(document.id.clone());
            }
        }
        for (ticket, documents) in per_page {
            self.settled(ticket, documents);
        }
    }

    /// The letter of what has neither id nor index.
    pub(super) fn letter(
        &self,
        ticket: Ticket,
        verbatim: &str,
        rejection: &Rejection,
    ) -> DeadLetter {
        let lane = self.plan.lanes.get(ticket.region);
        DeadLetter {
            version: dead_letter::VERSION,
            time: Timestamp::now(),
            id: None,
            index: None,
            region: lane.map(|lane| lane.name.clone()).unwrap_or_default(),
            status: rejection.status,
            kind: rejection.kind.clone(),
            reason: rejection.reason.clone(),
            path: rejection.path.clone(),
            event: verbatim.to_owned(),
            lookup: None,
            flow: None,
        }
    }

    /// Makes dead letters durable; says whether they are.
    pub(super) fn keep_letters(&mut self, letters: &[DeadLetter]) -> bool {
        let Letters::Keep(file) = &mut self.plan.letters else { return true };
        if letters.is_empty() {
            return true;
        }
        let kept = tokio::task::block_in_place(|| file.append(letters).and_then(|()| file.sync()));
        if let Err(error) = kept {
            self.stop.cancel();
            self.letters_fault.get_or_insert(error);
            return false;
        }
        true
    }

    pub(super) fn settled(&mut self, ticket: Ticket, documents: usize) {
        let safe = self.ledger.settle(ticket, documents);
        self.now_safe(safe);
    }

    pub(super) fn now_safe(&mut self, safe: Vec<Safe>) {
        let Some(checkpoint) = &mut self.plan.checkpoint else { return };
        for page in safe {
            if let Some(lane) = self.plan.lanes.get(page.region) {
                checkpoint.note(&lane.name, &page);
                self.unsaved = true;
            }
        }
    }

    pub(super) fn count(&self, ticket: Ticket, counter: Counter, number: usize) {
        if let Some(lane) = self.plan.lanes.get(ticket.region) {
            lane.counts.add(counter, number as u64);
        }
    }
}
