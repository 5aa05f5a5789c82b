//! The APIs that a simulated account is seen to call: what their records hold.
//!
//! Each API draws its own fields from a [`Scene`]; who called, from where and when is the
//! generator's part. Only ids, names and addresses that are reserved for documentation occur.

mod compute;
mod data;
mod identity;

use fastrand::Rng;
use serde_json::Value;

/// One API and how often it is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Api {
    /// The service, as in `iam.amazonaws.com`.
    pub(super) service: &'static str,
    pub(super) name: &'static str,
    pub(super) read_only: bool,
    /// Share of the calls, relative to the others.
    pub(super) weight: u32,
    /// Global services are seen in us-east-1 alone.
    pub(super) global: bool,
    pub(super) event_type: &'static str,
    pub(super) draw: fn(&mut Scene<'_>) -> Sections,
}

/// The sections of a record that depend on the API.
#[derive(Debug, Default)]
pub(super) struct Sections {
    pub(super) request: Value,
    pub(super) response: Value,
    pub(super) additional: Option<Value>,
    pub(super) details: Option<Value>,
    pub(super) api_version: Option<&'static str>,
    /// What lookup says was touched, as (`ResourceType`, `ResourceName`).
    pub(super) resources: Vec<(Option<&'static str>, String)>,
}

/// Where a record is drawn: the source of its chance, and what its names are made of.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
}

const fn read(service: &'static str, name: &'static str, weight: u32, draw: Draw) -> Api {
    let event_type = "AwsApiCall";
    Api { service, name, read_only: true, weight, global: false, event_type, draw }
}

const fn write(service: &'static str, name: &'static str, weight: u32, draw: Draw) -> Api {
    Api { read_only: false, ..read(service, name, weight, draw) }
}

type Draw = fn(&mut Scene<'_>) -> Sections;

impl Api {
    const fn global(self) -> Self {
        Self { global: true, ..self }
    }

    const fn of_type(self, event_type: &'static str) -> Self {
        Self { event_type, ..self }
    }
}

/// Every API that can be seen in a region.
pub(super) fn seen_in(region: &str) -> Vec<&'static Api> {
    let all = [identity::APIS, compute::APIS, data::APIS].into_iter().flatten();
    all.filter(|api| !api.global || region == "us-east-1").collect()
}

impl Scene<'_> {
    /// One of several words.
    pub(super) fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        self.rng.choice(words).copied().unwrap_or_default()
    }

    /// An id such as `i-0a1b…`, with a prefix.
    fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-{:017x}", self.rng.u128(0..1 << 68))
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }

    fn global_arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}::{}:{resource}", self.account)
    }

    fn role(&mut self) -> &'static str {
        self.pick(&["deploy", "build", "audit-reader", "batch-worker", "web-instance"])
    }

    fn user(&mut self) -> &'static str {
        self.pick(&["alice", "bob", "carol", "dave", "erin"])
    }

    fn bucket(&mut self) -> String {
        let purpose = self.pick(&["logs", "assets", "backup", "artifacts", "reports"]);
        format!("example-{purpose}-{}", self.region)
    }

    fn instance(&mut self) -> String {
        self.id("i")
    }

    fn key_arn(&mut self) -> String {
        let key = self.pick(&["1234abcd-12ab-34cd-56ef-1234567890ab", "0987dcba-09fe-87dc"]);
        self.arn("kms", &format!("key/{key}"))
    }

    /// An address that is reserved for documentation.
    pub(super) fn address(&mut self) -> String {
        let net = self.pick(&["192.0.2", "198.51.100", "203.0.113"]);
        format!("{net}.{}", self.rng.u8(1..=254))
    }
}
