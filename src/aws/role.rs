//! A role that is assumed before anything is asked of the stack's account.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use tokio::sync::Mutex;

use super::failure::{ASSUME, Failure, Reason};

/// What the session is called, as the account's trail has it.
const SESSION: &str = "tracewright";

/// Credentials that end sooner than this are got anew: a call may be on its way for a while.
const SOON: Duration = Duration::from_mins(5);

/// The credentials of a role, got from STS with the caller's own, and got anew before they expire.
///
/// The SDK would keep them, too, and gives STS a time for its answer that the local AWS's clock knows
/// nothing of.
#[derive(Debug, Clone)]
pub(super) struct Assumed {
    sts: aws_sdk_sts::Client,
    role: String,
    got: Arc<Mutex<Option<Result<Credentials, Failure>>>>,
}

impl Assumed {
    /// The role, by its ARN, and the caller's own STS.
    pub(super) fn new(role: String, sts: aws_sdk_sts::Client) -> Self {
        Self { sts, role, got: Arc::default() }
    }

    /// What a call failed with, if that was for want of the role: the SDK says of credentials that
    /// there are none, and not what STS said.
    pub(super) async fn instead_of(&self, failure: Failure) -> Failure {
        if failure.reason != Reason::NoCredentials {
            return failure;
        }
        match &*self.got.lock().await {
            Some(Err(said)) => said.clone(),
            _ => failure,
        }
    }

    /// The credentials, for one caller after the other, so that they are asked for once.
    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let mut got = self.got.lock().await;
        if let Some(Ok(known)) = &*got
            && known.expiry().is_some_and(|end| end > SystemTime::now() + SOON)
        {
            return Ok(known.clone());
        }
        let asked = self.ask().await;
        *got = Some(asked.clone());
        asked.map_err(CredentialsError::provider_error)
    }

    async fn ask(&self) -> Result<Credentials, Failure> {
        let request = self.sts.assume_role().role_arn(&self.role).role_session_name(SESSION);
        let answer = request.send().await.map_err(|error| Failure::new(ASSUME, &error))?;
        let odd = |what: &str| Failure::unsaid(ASSUME, Reason::Unintelligible, what.to_owned());
        let given =
            answer.credentials.ok_or_else(|| odd("there are no credentials in the answer"))?;
        let expires = SystemTime::try_from(given.expiration)
            .map_err(|_| odd("it does not say when the credentials end"))?;
        Ok(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            Some(expires),
            SESSION,
        ))
    }
}

impl ProvideCredentials for Assumed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
