//! The IAM permissions that are lacking, as a policy has them. Pure.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::{Value, json};

use super::{Finding, RegionFinding};
use crate::source::refusal::is_explicit_deny;

/// The IAM action that a sentence of AWS's names as not allowed.
pub(super) fn action(sentence: &str) -> Option<String> {
    static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)|permission ((?:es|aoss):[A-Za-z0-9]+)").ok()
    });
    let found = NAMED.as_ref()?.captures(sentence)?;
    Some(found.get(1).or_else(|| found.get(2))?.as_str().to_owned())
}

/// The statements that allow what is lacking: no wider than AWS lets them be. What is denied in so
/// many words is not allowed by any statement.
pub(super) fn statements(checks: &[Finding], regions: &[RegionFinding]) -> Vec<Value> {
    let of_checks = checks.iter().filter(|finding| !is_explicit_deny(&finding.says));
    let of_checks = of_checks.filter_map(|finding| finding.action.as_ref());
    let may_be_allowed =
        |region: &&RegionFinding| !region.reason.as_deref().is_some_and(is_explicit_deny);
    let of_regions = regions.iter().filter(may_be_allowed);
    let of_regions = of_regions.filter_map(|region| region.action.as_ref());
    let all: BTreeSet<&String> = of_checks.chain(of_regions).collect();
    let is_of_domain = |action: &&&String| action.starts_with("es:");
    let statement = |actions: Vec<&&String>, resource: &str| {
        (!actions.is_empty())
            .then(|| json!({ "Effect": "Allow", "Action": actions, "Resource": resource }))
    };
    // These have no resources to be limited to.
    let events = statement(all.iter().filter(|action| !is_of_domain(action)).collect(), "*");
    let domain = "arn:aws:es:*:*:domain/DOMAIN/*";
    let domain = statement(all.iter().filter(is_of_domain).collect(), domain);
    events.into_iter().chain(domain).collect()
}
