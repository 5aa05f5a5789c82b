//! Regions as lanes: which there are, and what of each is still to be read.

use std::sync::Arc;

use super::memory::Memory;
use crate::{
    counters::Counts,
    ending::Identity,
    exit::Exit,
    fault::Fault,
    pipeline::{Checkpoint, Feed, Lane},
    settings::{Period, StateSettings},
    source::{
        account,
        aws::Aws,
        lookup::{LookupClient, Selection},
        planner::Planner,
        regions::{self, Partition, Region, Wanted},
    },
    window::{Second, Window, moment},
};

/// What is read of AWS.
pub(super) struct Reading {
    pub(super) lanes: Vec<Lane>,
    pub(super) checkpoint: Checkpoint,
    /// The oldest second that is to be read.
    pub(super) oldest: Second,
}

/// The regions to read, with what is remembered of them. Notes the account in `identity`.
pub(super) async fn reading(
    aws: &Aws,
    wanted_regions: &Wanted,
    selection: Selection,
    period: Period,
    settings: &StateSettings,
    identity: &mut Identity,
) -> Result<Reading, Fault> {
    let wanted = wanted(period)?;
    let hint = wanted_regions.only.first().map(String::as_str);
    let account = account::identify(aws, hint).await?;
    identity.account.clone_from(&account.id);
    let memory = Memory::new(settings, &selection, identity);
    let (shown, is_told) = (memory.shown(), memory.is_told());
    let (file, mut state) = memory.open()?;
    if settings.restart {
        state.regions.retain(|name, _| !wanted_regions.includes(name));
    }
    if !is_told {
        identity.remembers = false;
        tracing::warn!(
            state = shown,
            "what earlier runs loaded may be of another account and is not counted: name the account's own file with --state"
        );
    }
    tracing::info!(account = account.id, state = shown, "account");
    let mut reading = Reading {
        lanes: Vec::new(),
        checkpoint: Checkpoint { file, state, wanted, period },
        oldest: period.now,
    };
    let named = !wanted_regions.only.is_empty();
    for region in discover(aws, account.partition, wanted_regions).await? {
        reading.add(region, aws, &selection, named);
    }
    Ok(reading)
}

impl Reading {
    fn add(&mut self, region: Region, aws: &Aws, selection: &Selection, named: bool) {
        let Region { name, standing } = region;
        let counts = Arc::new(Counts::default());
        let feed = standing.end().map_or_else(
            || {
                let Checkpoint { state, wanted, period, .. } = &mut self.checkpoint;
                let state = state.regions.entry(name.clone()).or_default();
                let todo = state.begin(*wanted, period.now, period.overlap);
                self.oldest = todo.iter().map(|w| w.start()).fold(self.oldest, Second::min);
                counts.want(todo.iter().map(|window| window.seconds()).sum());
                let client = LookupClient::new(aws, &name, selection.clone());
                let planner = Planner::new(&todo, period.horizon());
                Feed::Region(Box::new((client, planner, standing)))
            },
            Feed::Unread,
        );
        self.lanes.push(Lane { name, counts, named, feed: Some(feed) });
    }
}

fn wanted(period: Period) -> Result<Window, Fault> {
    if period.since.is_some_and(|since| since < period.horizon()) {
        tracing::warn!(from = %moment(period.horizon()), "AWS keeps 90 days: reading from there");
    }
    period.wanted().ok_or_else(|| {
        Fault::new(
            Exit::Usage,
            "the time asked for lies before the 90 days that AWS keeps: give a later --until",
        )
    })
}

async fn discover(aws: &Aws, partition: Partition, wanted: &Wanted) -> Result<Vec<Region>, Fault> {
    let (regions, reason) = regions::discover(aws, partition, wanted).await;
    if let Some(reason) = reason {
        tracing::warn!(
            reason,
            "account:ListRegions does not say which regions are enabled; trying each region known to this version"
        );
    }
    if regions.is_empty() {
        return Err(Fault::new(
            Exit::Usage,
            "no region is left: exclude fewer with --exclude-regions",
        ));
    }
    Ok(regions)
}
