//! Which regions there are, and which of them are enabled.
//!
//! `account:ListRegions` says; where it is denied or does not exist, a built-in list of the partition
//! does, and the first call in each region tells whether it is enabled. Where the user names the
//! regions, AWS is asked only about a name that this version does not know.
//! API: <https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html>.
//! Built-in list: botocore's endpoints of CloudTrail, 2026-11.

use std::collections::BTreeSet;

use aws_sdk_account::{
    Client, config,
    error::ProvideErrorMetadata,
    types::{Region as ListedRegion, RegionOptStatus},
};

use super::{
    aws::{Aws, sentence},
    bounded::Bounded,
    reader::End,
};
use crate::{
    limits::{MOST_REGION_PAGES, REASON_CHARS, REGIONS_PER_PAGE},
    secret::redact,
};

const AWS: &str = "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 \
    eu-west-2 eu-west-3 eu-central-1 eu-north-1 ap-south-1 ap-southeast-1 ap-southeast-2 \
    ap-northeast-1 ap-northeast-2 ap-northeast-3 af-south-1 ap-east-1 ap-east-2 ap-south-2 \
    ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-west-1 \
    eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1";
const AWS_CN: &str = "cn-north-1 cn-northwest-1";
const AWS_US_GOV: &str = "us-gov-east-1 us-gov-west-1";

/// A group of regions with accounts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    /// `aws`.
    Aws,
    /// `aws-cn`.
    China,
    /// `aws-us-gov`.
    GovCloud,
}

impl Partition {
    /// The partition of a region.
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::China
        } else if region.starts_with("us-gov-") {
            Self::GovCloud
        } else {
            Self::Aws
        }
    }

    /// The region that answers for the whole partition.
    pub fn leader(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::China => "cn-northwest-1",
            Self::GovCloud => "us-gov-west-1",
        }
    }

    fn built_in(self) -> impl Iterator<Item = &'static str> {
        let list = match self {
            Self::Aws => AWS,
            Self::China => AWS_CN,
            Self::GovCloud => AWS_US_GOV,
        };
        list.split_whitespace()
    }
}

/// One region of the account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// Whether it may be read.
    pub standing: Standing,
}

/// How an account and a region stand to each other, before the region itself is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// AWS says that it is enabled.
    Enabled,
    /// Nobody says that it is not.
    Open,
    /// It is disabled: it has a history, but nobody can ask for it.
    Disabled,
    /// The account has no region of this name.
    Unknown,
}

impl Standing {
    /// How a region ends that is not to be asked.
    pub fn end(self) -> Option<End> {
        match self {
            Self::Enabled | Self::Open => None,
            Self::Disabled => Some(End::NotEnabled("disabled in the account".to_owned())),
            Self::Unknown => Some(End::Failed(
                "the account has no region of this name; check its spelling in --regions"
                    .to_owned(),
            )),
        }
    }

    /// What an end means for a region that stands so: where AWS says that it is enabled, it is the
    /// credentials that are not taken there, and its events are missing.
    pub fn judge(self, end: End) -> End {
        match (self, end) {
            (Self::Enabled, End::NotEnabled(reason)) => End::Failed(format!(
                "{reason}; the account has the region enabled, so it does not take these credentials: get them from the region's own STS endpoint (AWS_STS_REGIONAL_ENDPOINTS=regional)"
            )),
            (_, end) => end,
        }
    }
}

/// Which regions a user wants.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These only; empty for all.
    pub only: Vec<String>,
    /// None of these.
    pub except: Vec<String>,
}

impl Wanted {
    /// Whether this region is one of them.
    pub fn includes(&self, name: &str) -> bool {
        let among = |names: &[String]| names.iter().any(|other| other == name);
        (self.only.is_empty() || among(&self.only)) && !among(&self.except)
    }
}

/// Asks which regions the account has. Says in words why when it had to do with the built-in list.
pub async fn discover(
    aws: &Aws,
    partition: Partition,
    wanted: &Wanted,
) -> (Vec<Region>, Option<String>) {
    let built_in = || partition.built_in().map(open);
    let known = |name: &String| partition.built_in().any(|region| region == name);
    if !wanted.only.is_empty() && wanted.only.iter().all(known) {
        return (choose(wanted.only.iter().map(open), wanted), None);
    }
    let listed = match list(aws, partition).await {
        Ok(listed) if !listed.is_empty() => Ok(listed),
        Ok(_) => Err("it named none".to_owned()),
        Err(reason) => Err(reason),
    };
    match listed {
        Ok(listed) if wanted.only.is_empty() => (choose(listed, wanted), None),
        Ok(listed) => (choose(wanted.only.iter().map(|name| find(name, &listed)), wanted), None),
        // What the user names is tried, known or not.
        Err(_) if !wanted.only.is_empty() => (choose(wanted.only.iter().map(open), wanted), None),
        Err(reason) => (choose(built_in(), wanted), Some(reason)),
    }
}

fn open(name: impl AsRef<str>) -> Region {
    Region { name: name.as_ref().to_owned(), standing: Standing::Open }
}

fn find(name: &str, listed: &[Region]) -> Region {
    let unknown = || Region { name: name.to_owned(), standing: Standing::Unknown };
    listed.iter().find(|region| region.name == name).cloned().unwrap_or_else(unknown)
}

fn choose(regions: impl IntoIterator<Item = Region>, wanted: &Wanted) -> Vec<Region> {
    let all: BTreeSet<Region> = regions.into_iter().collect();
    all.into_iter().filter(|region| wanted.includes(&region.name)).collect()
}

async fn list(aws: &Aws, partition: Partition) -> Result<Vec<Region>, String> {
    let config = aws.in_region_patiently(partition.leader());
    let config = config::Builder::from(&config).interceptor(Bounded).build();
    let client = Client::from_conf(config);
    let mut regions = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..MOST_REGION_PAGES {
        let request = client.list_regions().max_results(REGIONS_PER_PAGE);
        let page =
            request.set_next_token(token.clone()).send().await.map_err(|error| {
                match error.as_service_error() {
                    Some(service) => {
                        redact(service.code().unwrap_or("unknown error"), REASON_CHARS)
                    }
                    None => sentence(&error),
                }
            })?;
        regions.extend(page.regions.unwrap_or_default().into_iter().filter_map(region));
        match page.next_token.filter(|next| !next.is_empty()) {
            Some(next) if token.as_ref() == Some(&next) => {
                return Err("it gave the same NextToken twice".to_owned());
            }
            Some(next) => token = Some(next),
            None => return Ok(regions),
        }
    }
    Err(format!("it has more than {MOST_REGION_PAGES} pages of regions"))
}

/// A region that is being enabled or disabled may answer, so it is tried.
fn region(listed: ListedRegion) -> Option<Region> {
    let standing = match listed.region_opt_status {
        Some(RegionOptStatus::Enabled | RegionOptStatus::EnabledByDefault) => Standing::Enabled,
        Some(RegionOptStatus::Disabled) => Standing::Disabled,
        _ => Standing::Open,
    };
    listed.region_name.map(|name| Region { name, standing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lists_are_of_their_partition() {
        for (partition, count) in
            [(Partition::Aws, 34), (Partition::China, 2), (Partition::GovCloud, 2)]
        {
            let names: Vec<_> = partition.built_in().collect();
            assert_eq!(names.len(), count);
            assert!(names.iter().all(|name| Partition::of_region(name) == partition));
            assert!(names.contains(&partition.leader()));
        }
    }

    #[test]
    fn a_region_is_chosen_once_and_not_when_excluded() {
        let wanted = Wanted { only: Vec::new(), except: vec!["b".into()] };
        let names: Vec<_> = choose(["b", "a", "a"].map(open), &wanted);
        assert_eq!(names, [open("a")]);
    }

    #[test]
    fn a_region_that_is_enabled_and_refuses_is_missing() {
        let refused = || End::NotEnabled("the token is invalid".to_owned());
        assert!(matches!(Standing::Enabled.judge(refused()), End::Failed(_)));
        assert_eq!(Standing::Open.judge(refused()), refused());
        assert_eq!(Standing::Enabled.judge(End::Complete), End::Complete);
    }

    #[test]
    fn a_name_that_is_in_no_list_is_unknown() {
        let disabled = Region { name: "b".into(), standing: Standing::Disabled };
        let listed = [open("a"), disabled.clone()];
        assert_eq!(find("a", &listed), open("a"));
        assert_eq!(find("b", &listed), disabled);
        assert_eq!(find("c", &listed).standing, Standing::Unknown);
    }
}
