//! Every tunable constant: unit, value, reason, source. Nothing else in the crate is a bare number
//! that somebody may want to change.

// ── Source ──────────────────────────────────────────────────────────────────────────────────────

// ── Normalize ───────────────────────────────────────────────────────────────────────────────────

/// Levels of objects in a document. Engines refuse a 21st (`index.mapping.depth.limit`, 20 in
/// Elasticsearch and OpenSearch); two are left for what a `--rules` file wraps.
pub const MAX_OBJECT_LEVELS: usize = 18;

/// Levels of arrays in a document. OpenSearch 2.12 and later count arrays against the same 20.
pub const MAX_ARRAY_LEVELS: usize = 18;

/// Bytes of one key. A path of 18 such keys is 9,234 bytes, far from Lucene's 32,766 a term.
pub const MAX_KEY_BYTES: usize = 512;

/// Characters of one number as it was written. Jackson, which reads the bulk body in every engine,
/// refuses a longer one (`StreamReadConstraints.DEFAULT_MAX_NUM_LEN`).
pub const MAX_NUMBER_CHARS: usize = 1000;

/// Bytes of a service's name in a field's name. The longest of AWS's own is below 40.
pub const MAX_SERVICE_BYTES: usize = 64;

/// UTF-16 units of a string that is still indexed; a longer one stays in `_source` alone. Lucene
/// takes 32,766 bytes a term, and 4 bytes are the most that a unit can need.
pub const KEYWORD_IGNORE_ABOVE: u32 = 8191;

/// Fields in one index. The engines' 1,000 is too few for CloudTrail, and 2,000 was too few for
/// users of logstash-codec-cloudtrail (its issue 24).
pub const FIELD_LIMIT: u32 = 5000;

/// Bytes of an index's name, Elasticsearch's and OpenSearch's own limit.
pub const MAX_INDEX_NAME_BYTES: usize = 255;

/// Priority of the index template, before the length of its pattern is added. Elastic asks for
/// more than 500 from templates that have to win over those of its integrations (200) and of the
/// stack (100).
pub const TEMPLATE_PRIORITY: usize = 500;

// ── Sink ────────────────────────────────────────────────────────────────────────────────────────

// ── Checkpoint ──────────────────────────────────────────────────────────────────────────────────

// ── Report ──────────────────────────────────────────────────────────────────────────────────────

// ── Demo ────────────────────────────────────────────────────────────────────────────────────────
