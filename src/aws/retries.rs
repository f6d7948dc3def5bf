//! How often a call is tried again, and how fast.
//!
//! Throttled calls and server errors are tried again by the SDK, in its *adaptive* mode: once a
//! service throttles, the client sends to it no faster than it seems to take. Each service has a
//! limit of its own, so that a slow IAM slows nothing down but IAM.
//!
//! As it comes, that mode is made for processes that run for long. A client begins by believing
//! that it may send one request in two seconds, and a retry after throttling costs ten: one
//! throttled read of a plan takes 20 seconds. The SDK's next rules for retries (`RetrySpec::v2_1`,
//! which everybody else turns on with `AWS_NEW_RETRIES_2026=true`) have a retry cost one.

use std::time::Duration;

use aws_config::retry::{RetryConfig, RetryMode};
use aws_sdk_iam::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_types::retry::RetrySpec;

use crate::env;

/// Tries of a call, the first included. Reads go out side by side, so that they are throttled
/// together: with the SDK's three, a slow account could not be read.
pub(super) const TRIES: u32 = 6;
/// The longest first pause after a server error or a connection that broke; each is up to twice the
/// one before. With [`TRIES`] an outage of a few seconds is waited out.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// What a service's retries are counted by. The SDK's own quota would have calls that wait side by
/// side give up for each other; here a call gives up after its own tries.
pub(super) fn partition(service: &'static str) -> RetryPartition {
    RetryPartition::custom(service).token_bucket(TokenBucket::unlimited()).build()
}

/// What the user's configuration says of retries, as `AWS_RETRY_MODE` and `AWS_MAX_ATTEMPTS` or in
/// the profile, and ours where it says nothing. The SDK ends the process over a word it does not
/// know, and it does not know `legacy`, which the AWS CLI does.
pub(super) async fn configured(profile: Option<&str>) -> RetryConfig {
    #[expect(clippy::default_trait_access, reason = "the SDK does not name these types to others")]
    let profiles = aws_config::profile::load(
        &Default::default(),
        &Default::default(),
        &Default::default(),
        profile.map(|name| name.to_owned().into()),
    )
    .await
    .ok();
    let said = |variable: &str, key: &str| {
        let in_profile = || Some(profiles.as_ref()?.get(key)?.to_owned());
        env::var(variable).or_else(in_profile)
    };
    retries(
        said("AWS_RETRY_MODE", "retry_mode").as_deref(),
        said("AWS_MAX_ATTEMPTS", "max_attempts").as_deref(),
    )
}

fn retries(mode: Option<&str>, tries: Option<&str>) -> RetryConfig {
    let mode = match mode {
        None => RetryMode::Adaptive,
        Some(mode) => mode.parse().unwrap_or(RetryMode::Standard),
    };
    let tries = tries.and_then(|tries| tries.parse().ok()).filter(|tries| *tries > 0);
    let spec = RetrySpec::v2_1().with_non_throttling_initial_backoff(FIRST_PAUSE);
    RetryConfig::standard()
        .with_retry_mode(mode)
        .with_max_attempts(tries.unwrap_or(TRIES))
        .with_retry_spec(spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(mode: Option<&str>, tries: Option<&str>) -> (RetryMode, u32) {
        let config = retries(mode, tries);
        (config.mode(), config.max_attempts())
    }

    #[test]
    fn what_the_user_says_wins() {
        assert_eq!(told(None, None), (RetryMode::Adaptive, TRIES));
        assert_eq!(told(Some("standard"), Some("1")), (RetryMode::Standard, 1));
        assert_eq!(told(Some(" Adaptive "), Some("3")), (RetryMode::Adaptive, 3));
    }

    #[test]
    fn words_that_the_sdk_does_not_know_end_nothing() {
        assert_eq!(told(Some("legacy"), Some("0")), (RetryMode::Standard, TRIES));
        assert_eq!(told(Some("legacy"), Some("many")), (RetryMode::Standard, TRIES));
    }
}
