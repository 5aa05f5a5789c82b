//! What an index has, found out when it refuses a document for want of room: what is new to it decides
//! which part of the document becomes text.
//!
//! The verdicts of the batch wait for it. An index is asked once.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use super::{Run, repair::Shipment};
use crate::{
    event::Verdict,
    normalize::{adapt::Live, repair::is_for_want_of_room},
};

/// A batch that came back, and what the indices have that had no room.
pub(super) struct Looked {
    shipment: Shipment,
    verdicts: Vec<Verdict>,
    found: Vec<(String, Option<Value>)>,
}

impl Run {
    /// Takes the verdicts in, after a look at the indices that had no room.
    pub(super) fn look_and_take(&mut self, shipment: Shipment, verdicts: Vec<Verdict>) {
        let indices = self.without_room(&shipment, &verdicts);
        if indices.is_empty() {
            self.take_verdicts(shipment, verdicts);
            return;
        }
        let target = Arc::clone(&self.plan.target);
        self.looks.spawn(async move {
            let mut found = Vec::new();
            for index in indices {
                let answer = target.look(&index).await;
                found.push((index, answer));
            }
            Looked { shipment, verdicts, found }
        });
    }

    /// Takes in what was found out, and then the verdicts.
    pub(super) fn take_looked(&mut self, looked: Looked) {
        let Looked { shipment, verdicts, found } = looked;
        for (index, answer) in found {
            self.plan.normalizer.know(index, answer.as_ref().map(Live::read));
        }
        self.take_verdicts(shipment, verdicts);
    }

    fn without_room(&self, shipment: &Shipment, verdicts: &[Verdict]) -> BTreeSet<String> {
        let pairs = shipment.documents.iter().zip(verdicts);
        let refused = pairs.filter(|(_, verdict)| {
            matches!(verdict, Verdict::Rejected(rejection) if is_for_want_of_room(rejection))
        });
        let indices = refused.map(|(document, _)| document.index.to_string());
        let is_asked =
            |index: &String| self.plan.repairs.is_some() && !self.plan.normalizer.is_known(index);
        indices.filter(is_asked).collect()
    }
}
