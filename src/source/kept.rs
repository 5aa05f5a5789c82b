//! Credentials that are kept until shortly before they run out.
//!
//! The SDK's clients keep theirs. Whatever signs requests itself would ask the whole chain each time:
//! a process, the instance's metadata or STS, for every request.

use std::time::SystemTime;

use aws_credential_types::{
    Credentials,
    provider::{
        self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
    },
};
use tokio::sync::Mutex;

use crate::limits::{CREDENTIALS_KEPT, CREDENTIALS_MARGIN};

/// A source of credentials that is asked as seldom as they allow.
#[derive(Debug)]
pub(super) struct Kept {
    source: SharedCredentialsProvider,
    current: Mutex<Option<(Credentials, SystemTime)>>,
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
        Self { source, current: Mutex::default() }
    }

    /// Whoever comes while the source is asked waits for its answer.
    async fn current(&self) -> provider::Result {
        let mut current = self.current.lock().await;
        if let Some((credentials, until)) = current.as_ref()
            && SystemTime::now() < *until
        {
            return Ok(credentials.clone());
        }
        let credentials = self.source.provide_credentials().await?;
        let until = match credentials.expiry() {
            Some(expiry) => expiry.checked_sub(CREDENTIALS_MARGIN).unwrap_or(expiry),
            None => SystemTime::now() + CREDENTIALS_KEPT,
        };
        *current = Some((credentials.clone(), until));
        Ok(credentials)
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    /// Gives keys with the number of the answer in their name.
    #[derive(Debug, Default)]
    struct Counting {
        asked: Arc<AtomicU32>,
        good_for: Option<Duration>,
    }

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.asked.fetch_add(1, Ordering::Relaxed);
            let expiry = self.good_for.map(|time| SystemTime::now() + time);
            let keys = Credentials::new(format!("key-{number}"), "secret", None, expiry, "test");
            future::ProvideCredentials::ready(Ok(keys))
        }
    }

    #[tokio::test]
    async fn the_source_is_asked_when_the_keys_are_about_to_run_out() {
        let hour = Duration::from_hours(1);
        for (good_for, times) in [(None, 1), (Some(hour), 1), (Some(CREDENTIALS_MARGIN), 3)] {
            let asked = Arc::new(AtomicU32::new(0));
            let source = Counting { asked: Arc::clone(&asked), good_for };
            let kept = Kept::new(SharedCredentialsProvider::new(source));
            for _ in 0..3 {
                let newest = kept.provide_credentials().await.unwrap();
                let number = asked.load(Ordering::Relaxed) - 1;
                assert_eq!(newest.access_key_id(), format!("key-{number}"), "{good_for:?}");
            }
            assert_eq!(asked.load(Ordering::Relaxed), times, "{good_for:?}");
        }
    }
}
