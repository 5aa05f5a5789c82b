//! Which engine is written to, and what it can do.

/// Which engine is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Elasticsearch, self-managed or Elastic Cloud.
    Elasticsearch,
    /// Elastic Cloud Serverless; its version says nothing.
    ElasticsearchServerless,
    /// OpenSearch, self-managed or Amazon OpenSearch Service.
    OpenSearch,
    /// Amazon OpenSearch Serverless; it has no version.
    OpenSearchServerless,
}

/// An engine and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine {
    /// Which engine.
    pub kind: EngineKind,
    /// Its major version.
    pub major: u32,
    /// Its minor version.
    pub minor: u32,
}

/// How one field of an index holds any object whatever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchAll {
    /// By Elasticsearch's type.
    Flattened,
    /// By OpenSearch's type.
    FlatObject,
    /// Not indexed, beside a list of its leaves as `path=value`: every engine can.
    Terms,
}

impl Engine {
    /// Reads a name such as `opensearch-3` or `elasticsearch-7.10`.
    pub fn of_name(name: &str) -> Option<Self> {
        let (engine, version) = name.split_once('-')?;
        let kind = match engine {
            "elasticsearch" => EngineKind::Elasticsearch,
            "opensearch" => EngineKind::OpenSearch,
            _ => return None,
        };
        let (major, minor) = match version.split_once('.') {
            Some((major, minor)) => (major, minor.parse().ok()?),
            // The newest of its line.
            None => (version, u32::MAX),
        };
        Some(Self { kind, major: major.parse().ok()?, minor })
    }

    /// Whether it takes `PUT _index_template`; older ones take `PUT _template` alone.
    pub fn has_index_templates(self) -> bool {
        self.kind != EngineKind::Elasticsearch || (self.major, self.minor) >= (7, 8)
    }

    /// The ways that it may have, the best first. A version does not say all: the distribution of
    /// Elasticsearch 7 that is under the Apache license, which Amazon's domains have, lacks the type.
    pub fn catch_alls(self) -> &'static [CatchAll] {
        let version = (self.major, self.minor);
        match self.kind {
            EngineKind::Elasticsearch if version < (7, 3) => &[CatchAll::Terms],
            EngineKind::Elasticsearch | EngineKind::ElasticsearchServerless => {
                &[CatchAll::Flattened, CatchAll::Terms]
            }
            // Before, keys behind an array are not found, and some nulls end in an endless loop
            // (OpenSearch issues 13698 and 13880).
            EngineKind::OpenSearch if version < (2, 17) => &[CatchAll::Terms],
            EngineKind::OpenSearch | EngineKind::OpenSearchServerless => {
                &[CatchAll::FlatObject, CatchAll::Terms]
            }
        }
    }
}
