//! `trailhaul check`: what can be known before a run, with nothing written.
//!
//! AWS and the target are looked at side by side, and neither keeps the other from being looked at. What
//! fails is a line of the table and not the end of the check. Only `--write-test` writes, after all
//! else, and takes away what it wrote; an interrupt waits for that.

mod aws;
mod conflicts;
mod target;
mod trial;

use std::time::Instant;

use jiff::Timestamp;

use super::{
    Fault,
    connect::{self, Documents},
    print,
};
use crate::{
    exit::Exit,
    limits::PROGRESS_LINE_EVERY,
    report::{
        check::{Check, Subject},
        screen::Screen,
    },
    settings::CheckSettings,
    signals::Interrupts,
    source::aws::Aws,
    window::moment,
};

/// Looks, and prints what it saw.
pub(super) async fn run(settings: CheckSettings, screen: &Screen) -> Result<Exit, Fault> {
    let begun = Instant::now();
    let mut interrupts = Interrupts::listen().map_err(Fault::internal)?;
    let interrupted = || Fault::new(Exit::Interrupted, "interrupted before all was checked");
    let CheckSettings { regions, selection, profile, period, document, place, write_test } =
        settings;
    let wanted = aws::wanted(period)?;
    let shown = connect::shown(&place)?;
    let mut documents = Documents::new(document)?;
    documents.time = Some((moment(wanted.start()), moment(period.now)));

    let aws = Aws::from_chain(profile.as_deref()).await;
    let mut both = Box::pin(futures_util::future::join(
        aws::look(&aws, &regions, &selection, wanted, period.horizon()),
        target::look(place, &aws, &documents, write_test),
    ));
    let (seen, target) = loop {
        tokio::select! {
            both = &mut both => break both,
            () = interrupts.next() => return Err(interrupted()),
            () = tokio::time::sleep(PROGRESS_LINE_EVERY) => {
                tracing::info!(target = shown, "still waiting for answers of AWS or the target");
            }
        }
    };
    let seen = seen?;
    let target = target.tried(write_test, &documents).await;

    let mut findings = seen.findings;
    findings.extend(target.findings);
    let subject = Subject {
        account: seen.account,
        arn: seen.arn,
        target: shown,
        server: target.server,
        index: documents.index.as_str().to_owned(),
        started: Timestamp::from_second(period.now).unwrap_or_default(),
    };
    let named = !regions.only.is_empty();
    let check = Check::new(subject, findings, seen.samples, named, begun.elapsed());
    print(&check.render(screen.output))?;
    screen.check(&check);
    Ok(check.exit)
}
