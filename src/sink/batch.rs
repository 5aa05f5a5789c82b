//! Documents, collected until a bulk request is worth sending.
//!
//! Order is kept: the batches, one after the other, are the documents as they came. How long a
//! part-filled batch may wait is not known here: the pipeline has the clock, and calls
//! [`Batcher::take`].

use crate::event::Document;
use crate::limits;
use crate::sink::bulk;

/// When a batch is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Bytes of NDJSON before compression.
    pub bytes: usize,
    /// Documents.
    pub documents: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self { bytes: limits::BATCH_BYTES, documents: limits::BATCH_DOCUMENTS }
    }
}

/// Collects documents into batches.
#[derive(Debug, Default)]
pub struct Batcher {
    limits: BatchLimits,
    documents: Vec<Document>,
    bytes: usize,
}

impl Batcher {
    /// A batcher with nothing in it.
    pub fn new(limits: BatchLimits) -> Self {
        Self { limits, documents: Vec::new(), bytes: 0 }
    }

    /// Adds a document; gives a batch when one has become full by it.
    ///
    /// No batch is over the limits, but for a single document that is so alone.
    pub fn push(&mut self, document: Document) -> Option<Vec<Document>> {
        let size = bulk::size(&document);
        let earlier =
            (self.bytes.saturating_add(size) > self.limits.bytes).then(|| self.take()).flatten();
        self.bytes = self.bytes.saturating_add(size);
        self.documents.push(document);
        if earlier.is_some() {
            return earlier;
        }
        let full = self.bytes >= self.limits.bytes || self.documents.len() >= self.limits.documents;
        full.then(|| self.take()).flatten()
    }

    /// What is there, if anything is.
    pub fn take(&mut self) -> Option<Vec<Document>> {
        self.bytes = 0;
        let documents = std::mem::take(&mut self.documents);
        (!documents.is_empty()).then_some(documents)
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sink::testing::document;

    fn cut(limits: BatchLimits, sizes: &[usize]) -> Vec<Vec<Document>> {
        let mut batcher = Batcher::new(limits);
        let mut cut = Vec::new();
        for (number, size) in sizes.iter().enumerate() {
            let body = format!("{{\"v\":\"{}\"}}", "x".repeat(*size));
            cut.extend(batcher.push(document(&number.to_string(), &body)));
        }
        cut.extend(batcher.take());
        assert!(batcher.is_empty() && batcher.take().is_none());
        cut
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn batches_keep_the_order_and_the_limits(
            sizes in prop::collection::vec(0usize..400, 0..60),
            bytes in 1usize..1500,
            documents in 1usize..9,
        ) {
            let limits = BatchLimits { bytes, documents };
            let batches = cut(limits, &sizes);
            let ids: Vec<String> = batches.iter().flatten().map(|one| one.id.clone()).collect();
            let expected: Vec<String> = (0..sizes.len()).map(|number| number.to_string()).collect();
            prop_assert_eq!(ids, expected);
            for batch in &batches {
                let encoded: Vec<&Document> = batch.iter().collect();
                let plain = bulk::encode(&encoded, bulk::Compression::Off).plain_bytes;
                prop_assert!(!batch.is_empty() && batch.len() <= documents);
                prop_assert!(plain <= bytes || batch.len() == 1);
            }
        }
    }

    #[test]
    fn a_document_over_the_limit_goes_alone() {
        let sizes: Vec<usize> = cut(BatchLimits { bytes: 300, documents: 100 }, &[10, 900, 10, 10])
            .iter()
            .map(Vec::len)
            .collect();
        assert_eq!(sizes, [1, 1, 2]);
    }
}
