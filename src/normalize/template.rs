//! The index template of the `typed` layout, for every engine that trailhaul writes to.
//!
//! Every scalar becomes a keyword, whatever its JSON type, so that scalars can not conflict; the
//! few fields with a type of their own have rules that hold them to it. Date and number detection
//! are off: they would let the first value of a field decide for all others.

use serde_json::{Value, json};

use super::index_name::IndexPattern;
use super::repair::{ORIGINAL, OWN_OBJECT, REPAIRED, SECTIONS, text_name};
use crate::event::Object;
use crate::limits::{KEYWORD_IGNORE_ABOVE, TEMPLATE_PRIORITY};

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

impl Engine {
    /// Whether it takes `PUT _index_template`; older ones take `PUT _template` alone.
    pub fn has_index_templates(self) -> bool {
        self.kind != EngineKind::Elasticsearch || (self.major, self.minor) >= (7, 8)
    }

    /// Whether it can leave fields beyond the limit unmapped in place of rejecting the document.
    fn ignores_beyond_limit(self) -> bool {
        match self.kind {
            EngineKind::Elasticsearch => (self.major, self.minor) >= (8, 14),
            EngineKind::ElasticsearchServerless => true,
            EngineKind::OpenSearch | EngineKind::OpenSearchServerless => false,
        }
    }
}

/// The name of the template for a pattern; another pattern has another.
pub fn template_name(pattern: &IndexPattern) -> String {
    format!("trailhaul-{}", pattern.as_str().replace('%', "").to_lowercase())
}

/// The body for `PUT _index_template/<name>`.
///
/// The priority grows with the pattern's fixed part: of two patterns that overlap the narrower one
/// wins, where equal priorities would be refused, and all of them win over an engine's own.
pub fn template(engine: Engine, pattern: &IndexPattern, field_limit: u32) -> Value {
    json!({
        "index_patterns": [pattern.glob()],
        "priority": priority(pattern),
        "template": { "settings": settings(engine, field_limit), "mappings": mappings() },
        "_meta": { "managed_by": "trailhaul", "layout": "typed" },
    })
}

/// The body for `PUT _template/<name>`, which is all that Elasticsearch before 7.8 knows.
pub fn legacy_template(engine: Engine, pattern: &IndexPattern, field_limit: u32) -> Value {
    json!({
        "index_patterns": [pattern.glob()],
        "order": priority(pattern),
        "settings": settings(engine, field_limit),
        "mappings": mappings(),
    })
}

fn priority(pattern: &IndexPattern) -> usize {
    let fixed = pattern.glob().chars().filter(|c| *c != '*').count();
    TEMPLATE_PRIORITY.saturating_add(fixed)
}

fn settings(engine: Engine, field_limit: u32) -> Value {
    if engine.ignores_beyond_limit() {
        return json!({
            "index.mapping.total_fields.limit": field_limit,
            "index.mapping.total_fields.ignore_dynamic_beyond_limit": true,
        });
    }
    json!({ "index.mapping.total_fields.limit": field_limit })
}

fn mappings() -> Value {
    json!({
        "date_detection": false,
        "numeric_detection": false,
        "dynamic_templates": dynamic_templates(),
        "properties": properties(),
    })
}

/// The first that fits decides: byte counts are numbers wherever a service's event has them.
fn dynamic_templates() -> Value {
    let bytes = |json_type: &str| {
        json!({ format!("bytes_{json_type}"): {
            "path_match": "additionalEventData*.bytesTransferred*",
            "match_mapping_type": json_type,
            "mapping": { "type": "double", "ignore_malformed": true },
        }})
    };
    let scalar = |json_type: &str| {
        json!({ format!("{json_type}_as_keyword"): {
            "match_mapping_type": json_type,
            "mapping": keyword(),
        }})
    };
    let numbers = ["long", "double", "string"].map(bytes);
    let scalars = ["string", "long", "double", "boolean", "date"].map(scalar);
    Value::Array(numbers.into_iter().chain(scalars).collect())
}

/// Every path here has a rule that holds it to its shape: `ignore_malformed` does not cover objects.
pub(super) fn properties() -> Value {
    let date = || json!({ "type": "date", "ignore_malformed": true });
    json!({
        // Written by trailhaul alone and always a date; data streams allow no ignore_malformed.
        "@timestamp": { "type": "date" },
        // Written by trailhaul alone, and mapped beforehand: an index that is full or strict takes
        // them all the same. Text, since a keyword of that length is not searched.
        (OWN_OBJECT): { "properties": own_properties() },
        "eventTime": date(),
        "eventName": keyword(),
        "eventSource": keyword(),
        "eventID": keyword(),
        "awsRegion": keyword(),
        "recipientAccountId": keyword(),
        "errorCode": keyword(),
        "errorMessage": searchable(),
        "userAgent": searchable(),
        "readOnly": { "type": "boolean" },
        "managementEvent": { "type": "boolean" },
        "sourceIPAddress": {
            "type": "keyword",
            "ignore_above": KEYWORD_IGNORE_ABOVE,
            "fields": { "ip": { "type": "ip", "ignore_malformed": true } },
        },
        "userIdentity": { "properties": { "sessionContext": { "properties": {
            "attributes": { "properties": { "creationDate": date() } },
        }}}},
    })
}

fn own_properties() -> Value {
    let texts = SECTIONS.map(|section| (text_name(section), json!({ "type": "text" })));
    let mut properties: Object = texts.into_iter().collect();
    properties.insert(REPAIRED.to_owned(), keyword());
    properties.insert(ORIGINAL.to_owned(), json!({ "type": "text" }));
    Value::Object(properties)
}

fn keyword() -> Value {
    json!({ "type": "keyword", "ignore_above": KEYWORD_IGNORE_ABOVE })
}

fn searchable() -> Value {
    json!({
        "type": "keyword",
        "ignore_above": KEYWORD_IGNORE_ABOVE,
        "fields": { "text": { "type": "text" } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{Keeps, Table};

    fn engine(kind: EngineKind, major: u32, minor: u32) -> Engine {
        Engine { kind, major, minor }
    }

    #[test]
    fn only_engines_that_know_a_setting_get_it() {
        let pattern = IndexPattern::new("cloudtrail-%Y.%m").unwrap();
        for (engine, index_templates, beyond_limit) in [
            (engine(EngineKind::Elasticsearch, 7, 7), false, false),
            (engine(EngineKind::Elasticsearch, 7, 8), true, false),
            (engine(EngineKind::Elasticsearch, 8, 13), true, false),
            (engine(EngineKind::Elasticsearch, 8, 14), true, true),
            (engine(EngineKind::Elasticsearch, 9, 0), true, true),
            (engine(EngineKind::ElasticsearchServerless, 0, 0), true, true),
            (engine(EngineKind::OpenSearch, 3, 8), true, false),
            (engine(EngineKind::OpenSearchServerless, 0, 0), true, false),
        ] {
            assert_eq!(engine.has_index_templates(), index_templates, "{engine:?}");
            let body = template(engine, &pattern, 5000);
            let settings = body.pointer("/template/settings").unwrap();
            let known = settings.get("index.mapping.total_fields.ignore_dynamic_beyond_limit");
            assert_eq!(known.is_some(), beyond_limit, "{engine:?}");
        }
    }

    #[test]
    fn the_narrower_of_two_patterns_wins_and_both_have_a_name_of_their_own() {
        let wide = IndexPattern::new("ct-%Y").unwrap();
        let narrow = IndexPattern::new("ct-prod-%Y").unwrap();
        assert!(priority(&wide) < priority(&narrow) && priority(&wide) > TEMPLATE_PRIORITY);
        assert_eq!(template_name(&narrow), "trailhaul-ct-prod-y");
    }

    #[test]
    fn every_mapped_path_is_held_to_its_shape_by_a_rule() {
        fn check(table: &Table, prefix: &str, fields: &Value) {
            for (name, field) in fields.as_object().unwrap() {
                let path = format!("{prefix}{name}");
                if ["@timestamp", OWN_OBJECT].contains(&path.as_str()) {
                    continue;
                }
                let inner = field.get("properties");
                let keeps = if inner.is_some() { Keeps::Object } else { Keeps::Scalar };
                let rule = table.rules().find(|rule| rule.path == path);
                assert_eq!(rule.map(|rule| rule.keeps), Some(keeps), "{path}");
                if let Some(inner) = inner {
                    check(table, &format!("{path}."), inner);
                }
            }
        }
        check(&Table::shipped().unwrap(), "", &properties());
    }
}
