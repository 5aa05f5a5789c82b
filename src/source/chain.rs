//! Where AWS credentials come from: the profile that was named, or else the SDK's own chain.
//!
//! A profile that was named is asked alone. The chain asks the environment first, and keys that lie there
//! would be taken for those of the profile: another account would be loaded than the one named.
//!
//! What asks is made anew each time. The SDK's own reads the files of the profiles once and for all, and
//! would never see the keys that somebody renews in them; [`super::kept`] asks seldom enough.

use aws_config::{
    Region, SdkConfig, default_provider::credentials::DefaultCredentialsChain,
    profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig,
};
use aws_credential_types::{
    credential_fn::provide_credentials_fn,
    provider::{self, ProvideCredentials, SharedCredentialsProvider},
};

/// The credentials of a profile, or of the chain if none is named.
pub(super) fn source(profile: Option<&str>, config: &SdkConfig) -> SharedCredentialsProvider {
    let profile = profile.map(str::to_owned);
    let (region, fips) = (config.region().cloned(), config.use_fips());
    let timeouts = config.timeout_config().cloned();
    SharedCredentialsProvider::new(provide_credentials_fn(move || {
        let (profile, region) = (profile.clone(), region.clone());
        let it = ProviderConfig::without_region().with_region(region.clone()).with_use_fips(fips);
        let it = match timeouts.clone() {
            Some(timeouts) => it.with_timeout_config(timeouts),
            None => it,
        };
        ask(profile, region, it)
    }))
}

async fn ask(
    profile: Option<String>,
    region: Option<Region>,
    config: ProviderConfig,
) -> provider::Result {
    if let Some(name) = profile {
        let profile = ProfileFileCredentialsProvider::builder().profile_name(name);
        return profile.configure(&config).build().provide_credentials().await;
    }
    let chain = DefaultCredentialsChain::builder().configure(config).region(region);
    chain.build().await.provide_credentials().await
}
