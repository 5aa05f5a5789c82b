//! What a plain program does: one token chain a region, with the SDK's default retries.

use std::time::Instant;

use anyhow::bail;
use aws_sdk_cloudtrail::{
    Client,
    config::{BehaviorVersion, Credentials as Keys, Region},
    error::ProvideErrorMetadata as _,
};
use tokio_util::sync::CancellationToken;
use trailhaul::{
    demo::{Credentials, SimulatedAws},
    limits::EVENTS_PER_PAGE,
};

/// Reads the region newest first until it is read, the SDK gives up, or it is told to stop; says
/// how many events a second that were.
pub(crate) async fn read(aws: &SimulatedAws, stop: CancellationToken) -> anyhow::Result<f64> {
    let client = client(aws);
    let begun = Instant::now();
    let (mut events, mut token) = (0_u32, None);
    loop {
        let page = client.lookup_events().max_results(EVENTS_PER_PAGE).set_next_token(token).send();
        let page = tokio::select! {
            () = stop.cancelled() => break,
            page = page => page,
        };
        let page = match page {
            Ok(page) => page,
            Err(error) => bail!("{} after {events} events", error.code().unwrap_or("no answer")),
        };
        events += u32::try_from(page.events().len())?;
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    Ok(f64::from(events) / begun.elapsed().as_secs_f64())
}

fn client(aws: &SimulatedAws) -> Client {
    let Credentials { access_key, secret, .. } = Credentials::default();
    let config = aws_sdk_cloudtrail::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(aws.endpoint())
        .credentials_provider(Keys::new(access_key, secret, None, None, "bench"))
        .build();
    Client::from_conf(config)
}
