//! Rejected documents in another form, and what is learned from them.
//!
//! What form, the normalizer decides; here it is sent and remembered. A document under repair has no
//! verdict yet: nobody but this stage hears of it until it is taken or given up.

use std::{path::PathBuf, sync::Arc};

use super::Run;
use crate::{
    checkpoint::learned,
    counters::Counter,
    event::{Document, Rejection},
    normalize::{Next, Repair, Rule, learned_toml},
};

/// Documents that travel together.
pub(super) struct Shipment {
    /// The documents.
    pub(super) documents: Arc<Vec<Document>>,
    /// What was tried with each, if they were rejected before; else none.
    pub(super) repairs: Vec<Repair>,
}

impl From<Vec<Document>> for Shipment {
    fn from(documents: Vec<Document>) -> Self {
        Self { documents: Arc::new(documents), repairs: Vec::new() }
    }
}

/// That rejected documents are repaired, and where what is learned from them is kept.
#[derive(Debug)]
pub struct Repairs {
    /// The file of learned rules.
    pub file: PathBuf,
}

impl Run {
    /// Makes the next form of a rejected document; when there is none, gives the reason why it was
    /// rejected in the first place.
    pub(super) fn repair(
        &mut self,
        document: &Document,
        begun: Option<Repair>,
        rejection: &Rejection,
    ) -> Result<(Document, Repair), Rejection> {
        if self.plan.repairs.is_none() {
            return Err(rejection.clone());
        }
        let begun = begun.or_else(|| Repair::begin(document, rejection));
        let mut repair = begun.ok_or_else(|| rejection.clone())?;
        let normalizer = &self.plan.normalizer;
        let (table, live) =
            (normalizer.table_of(&document.index), normalizer.live(&document.index));
        match repair.next(table, live, document, rejection) {
            None => Err(repair.first),
            Some(Next { body, rule }) => {
                tracing::debug!(id = document.id, reason = rejection.reason, "repaired");
                if let Some(rule) = rule {
                    self.learn(&rule);
                }
                self.count(document.ticket, Counter::Bytes, body.len());
                Ok((Document { body, ..document.clone() }, repair))
            }
        }
    }

    /// Sends documents in their new forms, before anything that was not sent yet.
    pub(super) fn send_again(&mut self, repaired: Vec<(Document, Repair)>) {
        if !repaired.is_empty() {
            let (documents, repairs) = repaired.into_iter().unzip();
            let documents = Arc::new(documents);
            self.ready.push_front(Shipment { documents, repairs });
        }
    }

    /// For the rest of this run at once, and for the next ones as soon as the disk has it.
    fn learn(&mut self, rule: &Rule) {
        let Some(repairs) = &self.plan.repairs else { return };
        tracing::warn!(
            file = %repairs.file.display(),
            "a rule was learned from what the index refused; it is kept, and may be added to a --rules file:\n\n{}",
            learned_toml([rule].into_iter())
        );
        self.plan.normalizer.learn(rule);
        let text = learned_toml(self.plan.normalizer.table().learned());
        let saved = tokio::task::block_in_place(|| learned::save(&repairs.file, &text));
        if let Err(error) = saved {
            // Nothing is lost by it: the next run learns the same again.
            tracing::warn!(%error, "the next run has to learn the rule again");
        }
    }
}
