//! Who one is at AWS, and what each region says to a call.

use futures_util::future::join_all;

use crate::{
    exit::Exit,
    fault::Fault,
    report::check::{Finding, Side::Aws as Events},
    settings::Period,
    source::{
        account::{self, Account},
        aws::Aws,
        lookup::{LookupClient, Selection},
        regions::{self, Region, Wanted},
        sample::{Sample, sample},
    },
    window::{Second, Window},
};

/// What AWS said.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) account: Option<String>,
    pub(super) arn: Option<String>,
    pub(super) findings: Vec<Finding>,
    pub(super) samples: Vec<(String, Sample)>,
}

/// The time that a load would read.
pub(super) fn wanted(period: Period) -> Result<Window, Fault> {
    period.wanted().ok_or_else(|| {
        Fault::new(
            Exit::Usage,
            "the time asked for lies before the 90 days that AWS keeps: give a later --until",
        )
    })
}

/// Asks all of it. Without credentials that AWS knows, no region is asked.
pub(super) async fn look(
    aws: &Aws,
    wanted_regions: &Wanted,
    selection: &Selection,
    wanted: Window,
    horizon: Second,
) -> Result<Seen, Fault> {
    let hint = wanted_regions.only.first().map(String::as_str);
    let Account { id, arn, partition } = match account::identify(aws, hint).await {
        Ok(account) => account,
        Err(error) => {
            let fault = Finding::fault(Events, "credentials", &Fault::from(error));
            let regions = Finding::unknown(Events, "regions", "not asked without credentials");
            return Ok(Seen { findings: vec![fault, regions], ..Seen::default() });
        }
    };
    let mut findings = vec![who(id.as_deref(), arn.as_deref())];
    let (regions, reason) = regions::discover(aws, partition, wanted_regions).await;
    findings.extend(reason.map(|reason| built_in(&reason)));
    if regions.is_empty() {
        let sentence = "no region is left: exclude fewer with --exclude-regions";
        return Err(Fault::new(Exit::Usage, sentence));
    }
    let samples = join_all(regions.into_iter().map(|region| {
        let client = LookupClient::new(aws, &region.name, selection.clone());
        async move {
            let sample = of_region(&region, &client, wanted, horizon).await;
            (region.name, sample)
        }
    }));
    Ok(Seen { account: id, arn, findings, samples: samples.await })
}

fn who(id: Option<&str>, arn: Option<&str>) -> Finding {
    match (id, arn) {
        (Some(id), Some(arn)) => Finding::ok(Events, "credentials", format!("account {id}, {arn}")),
        (Some(id), None) => Finding::ok(Events, "credentials", format!("account {id}")),
        (None, _) => Finding::unknown(
            Events,
            "credentials",
            "STS does not answer, so whose they are is not known; a load goes on without",
        ),
    }
}

/// The built-in list stands in for what AWS does not say.
fn built_in(reason: &str) -> Finding {
    let says = format!(
        "account:ListRegions does not say which are enabled ({reason}), so each that this version knows is tried"
    );
    let finding = Finding::note(Events, "regions", says);
    if reason.contains("AccessDenied") {
        let action = "account:ListRegions";
        return finding.with_mend(format!("allow {action} (below)")).with_action(action);
    }
    finding
}

async fn of_region(
    region: &Region,
    client: &LookupClient,
    wanted: Window,
    horizon: Second,
) -> Sample {
    if let Some(end) = region.standing.end() {
        return Sample { calls: 0, throttled: 0, found: Err(end) };
    }
    let seen = sample(client, wanted, horizon).await;
    Sample { found: seen.found.map_err(|end| region.standing.judge(end)), ..seen }
}
