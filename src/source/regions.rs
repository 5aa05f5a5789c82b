//! Which regions there are, and which of them are enabled.
//!
//! `account:ListRegions` says; where it is denied or does not exist, a built-in list of the partition
//! does, and the first call in each region tells whether it is enabled.
//! API: <https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html>.
//! Built-in list: botocore's endpoints of CloudTrail, 2026-11.

use std::collections::BTreeSet;

use aws_sdk_account::{
    Client,
    error::ProvideErrorMetadata,
    types::{Region as ListedRegion, RegionOptStatus},
};

use super::aws::{Aws, sentence};
use crate::limits::REGIONS_PER_PAGE;

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
    /// Whether it may be read; a disabled region has a history, but nobody can ask for it.
    pub enabled: bool,
}

/// Which regions a user wants.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These only; empty for all.
    pub only: Vec<String>,
    /// None of these.
    pub except: Vec<String>,
}

/// Asks which regions the account has. Says in words why when it had to do with the built-in list.
pub async fn discover(
    aws: &Aws,
    partition: Partition,
    wanted: &Wanted,
) -> (Vec<Region>, Option<String>) {
    if !wanted.only.is_empty() {
        return (choose(wanted.only.iter().map(enabled), wanted), None);
    }
    match list(aws, partition).await {
        Ok(listed) if !listed.is_empty() => (choose(listed, wanted), None),
        Ok(_) => {
            (choose(partition.built_in().map(enabled), wanted), Some("it named none".to_owned()))
        }
        Err(reason) => (choose(partition.built_in().map(enabled), wanted), Some(reason)),
    }
}

fn enabled(name: impl AsRef<str>) -> Region {
    Region { name: name.as_ref().to_owned(), enabled: true }
}

fn choose(regions: impl IntoIterator<Item = Region>, wanted: &Wanted) -> Vec<Region> {
    let all: BTreeSet<Region> = regions.into_iter().collect();
    all.into_iter().filter(|region| !wanted.except.contains(&region.name)).collect()
}

async fn list(aws: &Aws, partition: Partition) -> Result<Vec<Region>, String> {
    let client = Client::new(&aws.in_region_patiently(partition.leader()));
    let mut regions = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let request = client.list_regions().max_results(REGIONS_PER_PAGE);
        let page =
            request.set_next_token(token.clone()).send().await.map_err(|error| {
                match error.as_service_error() {
                    Some(service) => service.code().unwrap_or("unknown error").to_owned(),
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
}

/// A region that is being enabled or disabled may answer, so it is tried.
fn region(listed: ListedRegion) -> Option<Region> {
    let enabled = listed.region_opt_status != Some(RegionOptStatus::Disabled);
    listed.region_name.map(|name| Region { name, enabled })
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
        let names: Vec<_> = choose(["b", "a", "a"].map(enabled), &wanted);
        assert_eq!(names, [enabled("a")]);
    }
}
