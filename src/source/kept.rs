//! Credentials that are kept until some time before they run out.
//!
//! Without it, everything that signs would ask the whole chain each time: a process, the instance's
//! metadata or STS, for every request. The SDK's clients have a cache of their own, which is off: it would
//! not hear of keys that AWS takes for expired before their time ([`Kept::renews`]).

use std::{sync::Arc, time::SystemTime};

use aws_credential_types::{
    Credentials,
    provider::{
        self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
    },
};
use tokio::{sync::Mutex, time::timeout};

use super::aws::sentence;
use crate::limits::{CREDENTIALS_KEPT, CREDENTIALS_MARGIN, CREDENTIALS_TIMEOUT};

/// A source of credentials that is asked as seldom as they allow.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    source: SharedCredentialsProvider,
    current: Arc<Mutex<Option<Current>>>,
}

#[derive(Debug)]
struct Current {
    credentials: Credentials,
    /// When the source is asked again.
    until: SystemTime,
}

/// Whether asking the source again can help.
pub(super) fn passes(error: &CredentialsError) -> bool {
    !matches!(
        error,
        CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_)
    )
}

impl Kept {
    pub(super) fn new(source: SharedCredentialsProvider) -> Self {
        Self { source, current: Arc::default() }
    }

    /// The name of the key that a request would be signed with now; none where there is none.
    pub(super) async fn key_id(&self) -> Option<String> {
        let credentials = self.current().await.ok()?;
        Some(credentials.access_key_id().to_owned())
    }

    /// Whether a call may be made again that AWS refused because this key has expired: there is another
    /// by now, or the source has one, or may have one as soon as it can be asked.
    pub(super) async fn renews(&self, refused: &str) -> bool {
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|kept| kept.credentials.access_key_id() != refused) {
            return true;
        }
        match self.ask().await {
            Ok(credentials) => {
                let another = credentials.access_key_id() != refused;
                *current = Some(Current::from(credentials));
                another
            }
            Err(error) => passes(&error),
        }
    }

    /// Whoever comes while the source is asked waits for its answer.
    async fn current(&self) -> provider::Result {
        let mut current = self.current.lock().await;
        let now = SystemTime::now();
        if let Some(kept) = current.as_ref()
            && now < kept.until
        {
            return Ok(kept.credentials.clone());
        }
        match (self.ask().await, current.take()) {
            (Ok(credentials), _) => {
                *current = Some(Current::from(credentials.clone()));
                Ok(credentials)
            }
            // They are asked for early, so those at hand bridge a fault of the source.
            (Err(error), Some(kept)) if kept.is_good_at(now) => {
                tracing::warn!(reason = sentence(&error), "credentials are not renewed yet");
                *current = Some(Current::from(kept.credentials.clone()));
                Ok(kept.credentials)
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn ask(&self) -> provider::Result {
        let asked = timeout(CREDENTIALS_TIMEOUT, self.source.provide_credentials()).await;
        asked.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(CREDENTIALS_TIMEOUT)))
    }
}

impl Current {
    fn is_good_at(&self, now: SystemTime) -> bool {
        self.credentials.expiry().is_none_or(|expiry| now < expiry)
    }
}

impl From<Credentials> for Current {
    fn from(credentials: Credentials) -> Self {
        let now = SystemTime::now();
        let until = match credentials.expiry() {
            // A source that gives short-lived keys, or the same ones to their end, is not asked for
            // each request on account of the margin.
            Some(expiry) => {
                let left = expiry.duration_since(now).unwrap_or_default();
                now + left.saturating_sub(CREDENTIALS_MARGIN).max(left / 2)
            }
            None => now + CREDENTIALS_KEPT,
        };
        Self { credentials, until }
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    const NEVER: Duration = Duration::ZERO;

    /// Gives keys with the number of the answer in their name.
    #[derive(Debug, Default)]
    struct Counting {
        asked: AtomicU32,
        good_for: Option<Duration>,
        /// Whether it gives the first key for good.
        is_fixed: AtomicBool,
        fails: AtomicBool,
    }

    #[derive(Debug, Clone, Default)]
    struct Source(Arc<Counting>);

    impl ProvideCredentials for Source {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.0.asked.fetch_add(1, Ordering::Relaxed);
            if self.0.fails.load(Ordering::Relaxed) {
                let error = CredentialsError::provider_error("no way to it");
                return future::ProvideCredentials::ready(Err(error));
            }
            let number = if self.0.is_fixed.load(Ordering::Relaxed) { 0 } else { number };
            let expiry = self.0.good_for.map(|time| SystemTime::now() + time);
            let keys = Credentials::new(format!("key-{number}"), "secret", None, expiry, "test");
            future::ProvideCredentials::ready(Ok(keys))
        }
    }

    fn source(good_for: Option<Duration>) -> (Source, Kept) {
        let source = Source(Arc::new(Counting { good_for, ..Counting::default() }));
        (source.clone(), Kept::new(SharedCredentialsProvider::new(source)))
    }

    #[tokio::test]
    async fn the_source_is_asked_when_the_keys_are_about_to_run_out() {
        let hour = Duration::from_hours(1);
        for (good_for, times) in [(None, 1), (Some(hour), 1), (Some(NEVER), 3)] {
            let (source, kept) = source(good_for);
            for _ in 0..3 {
                let newest = kept.provide_credentials().await.unwrap();
                let number = source.0.asked.load(Ordering::Relaxed) - 1;
                assert_eq!(newest.access_key_id(), format!("key-{number}"), "{good_for:?}");
            }
            assert_eq!(source.0.asked.load(Ordering::Relaxed), times, "{good_for:?}");
        }
    }

    /// A machine whose clock is behind by as much as a run takes has them renewed in time.
    #[test]
    fn a_clock_that_is_behind_renews_in_time() {
        let behind = Duration::try_from(crate::limits::CLOCK_OFF).unwrap();
        for minutes in [15, 60, 360] {
            let now = SystemTime::now();
            let expiry = now + behind + Duration::from_mins(minutes);
            let keys = Credentials::new("key", "secret", None, Some(expiry), "test");
            let asked = Current::from(keys).until + behind;
            assert!(asked < expiry, "{minutes} min");
            assert!(asked > now + behind + Duration::from_mins(minutes / 2), "{minutes} min");
        }
    }

    #[tokio::test]
    async fn keys_that_are_still_good_bridge_a_fault_of_their_source() {
        for (good_for, bridged) in [(Some(Duration::from_hours(1)), true), (Some(NEVER), false)] {
            let (source, kept) = source(good_for);
            kept.provide_credentials().await.unwrap();
            kept.current.lock().await.as_mut().unwrap().until = SystemTime::now();
            source.0.fails.store(true, Ordering::Relaxed);
            assert_eq!(kept.provide_credentials().await.is_ok(), bridged, "{good_for:?}");
            assert_eq!(source.0.asked.load(Ordering::Relaxed), 2, "{good_for:?}");
        }
    }

    #[tokio::test]
    async fn a_key_that_aws_takes_for_expired_is_renewed_before_its_time() {
        let (source, kept) = source(Some(Duration::from_hours(1)));
        assert_eq!(kept.key_id().await.as_deref(), Some("key-0"));
        assert!(kept.renews("key-0").await);
        assert_eq!(kept.key_id().await.as_deref(), Some("key-1"));
        // Another call was signed with the old one too: there is one by now.
        assert!(kept.renews("key-0").await);
        assert_eq!(source.0.asked.load(Ordering::Relaxed), 2);
        source.0.fails.store(true, Ordering::Relaxed);
        assert!(kept.renews("key-1").await, "nobody knows yet");
    }

    #[tokio::test]
    async fn a_source_that_has_no_other_key_does_not_renew_it() {
        let (source, kept) = source(None);
        source.0.is_fixed.store(true, Ordering::Relaxed);
        assert_eq!(kept.key_id().await.as_deref(), Some("key-0"));
        assert!(!kept.renews("key-0").await);
    }
}
