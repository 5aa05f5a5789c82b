//! Who has sent something: how often, which operations.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::limits::{NAMED_SERVICES, SHOWN_EVENT_CHARS};
use crate::normalize::repair::origin::Origin;
use crate::normalize::shape::Shape;

/// A service and the name of an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Operation {
    service: Arc<str>,
    event: Arc<str>,
}

impl Operation {
    pub(super) fn of(origin: &Origin<'_>) -> Self {
        let event: String = origin.event().chars().take(SHOWN_EVENT_CHARS).collect();
        Self { service: origin.service().into(), event: event.into() }
    }
}

/// The events that had one thing in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    pub(super) events: u64,
    operations: BTreeSet<Operation>,
}

impl Sent {
    pub(super) fn add(&mut self, operation: &Operation) {
        self.events = self.events.saturating_add(1);
        if !self.operations.contains(operation) {
            self.operations.insert(operation.clone());
        }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.events = self.events.saturating_add(other.events);
        self.operations.extend(other.operations.iter().cloned());
    }

    /// `3 events (kms, sqs; such as kms Decrypt)`.
    pub(super) fn said(&self) -> String {
        self.said_of(usize::MAX)
    }

    fn said_of(&self, named: usize) -> String {
        let services = self.services();
        let mut text =
            services.iter().take(named).map(String::as_str).collect::<Vec<_>>().join(", ");
        if let Some(more) = services.len().checked_sub(named).filter(|more| *more > 0) {
            text = format!("{text} and {more} more");
        }
        let example = self.operations.first();
        let example = example.map(|one| format!("{} {}", one.service, one.event));
        let plural = if self.events == 1 { "event" } else { "events" };
        format!("{} {plural} ({text}; such as {})", self.events, example.unwrap_or_default())
    }

    pub(super) fn services(&self) -> Vec<String> {
        let all: BTreeSet<&str> = self.operations.iter().map(|one| &*one.service).collect();
        all.into_iter().map(str::to_owned).collect()
    }
}

/// What was sent in each of the two shapes.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    pub(super) object: Sent,
    pub(super) scalar: Sent,
}

impl Shapes {
    pub(super) fn of(&self, shape: Shape) -> &Sent {
        match shape {
            Shape::Object => &self.object,
            Shape::Scalar => &self.scalar,
        }
    }

    pub(super) fn add(&mut self, shape: Shape, operation: &Operation) {
        match shape {
            Shape::Object => self.object.add(operation),
            Shape::Scalar => self.scalar.add(operation),
        }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.object.extend(&other.object);
        self.scalar.extend(&other.scalar);
    }

    /// The shape of most operations, then of most events; an object where they are as many, since
    /// its members are then found by their names.
    pub(super) fn usual(&self) -> Shape {
        let weight = |sent: &Sent| (sent.operations.len(), sent.events);
        if weight(&self.scalar) > weight(&self.object) { Shape::Scalar } else { Shape::Object }
    }

    /// What was seen, where a shape is to keep the name and an index is known to have something.
    pub(super) fn reason(&self, kept: Shape, index: Option<&str>) -> String {
        let (usual, other) = match kept {
            Shape::Object => ("An object", "a scalar"),
            Shape::Scalar => ("A scalar", "an object"),
        };
        let minority = self.of(kept.other()).said();
        if let Some(index) = index {
            return format!("The documents do not keep to {index}: {other} in {minority}");
        }
        let majority = self.of(kept).said_of(NAMED_SERVICES);
        format!("{usual} in {majority}, {other} in {minority}")
    }
}
