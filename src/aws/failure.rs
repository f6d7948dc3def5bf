//! A call that failed, in one sentence with a way out.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::read_only::NotARead;

/// What kind of failure a call met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The caller may not do this.
    Denied,
    /// There are no credentials, or none that can be had.
    NoCredentials,
    /// The credentials were good once.
    Expired,
    /// AWS does not know the credentials, or the signature made with them.
    BadCredentials,
    /// Nothing answered.
    Unreachable,
    /// AWS asked to be called less often, until the retries were used up.
    Throttled,
    /// What answered did not answer as AWS does.
    Unintelligible,
    /// AWS could not do it just now, until the retries were used up.
    Down,
    /// AWS refused the request itself.
    Refused,
    /// A run that only reads refused it; nothing was sent.
    ReadOnly,
}

/// The call that assumes a role.
pub(super) const ASSUME: &str = "sts:AssumeRole";

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The IAM action of the call, `xray:GetSamplingRules`.
    pub action: &'static str,
    /// What kind of failure it is.
    pub reason: Reason,
    /// AWS's error code, where it answered with one.
    pub code: String,
    /// What was said, by AWS or on the way to it.
    pub message: String,
    /// Where the request went, if it got so far.
    pub endpoint: Option<String>,
    /// The command that prints what the run has to be allowed, where there is one.
    pub permissions: Option<String>,
}

impl Failure {
    /// A failure that no answer of AWS's stands for.
    pub(crate) fn unsaid(action: &'static str, reason: Reason, message: String) -> Self {
        let code = String::new();
        Self { action, reason, code, message, endpoint: None, permissions: None }
    }

    pub(super) fn new<E>(action: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let (reason, code, message) = match error {
            SdkError::ServiceError(context) => {
                let error = context.err();
                let code = error.code().unwrap_or_default();
                let status = context.raw().status().as_u16();
                let message = error.message().unwrap_or_default().trim();
                match of_code(code, status) {
                    Reason::Unintelligible if message.is_empty() => not_aws(status),
                    reason => (reason, code.to_owned(), message.to_owned()),
                }
            }
            SdkError::TimeoutError(_) => {
                (Reason::Unreachable, String::new(), "no answer in time".to_owned())
            }
            SdkError::ResponseError(context) => not_aws(context.raw().status().as_u16()),
            other => before_answer(other),
        };
        Self { action, reason, code, message, endpoint: None, permissions: None }
    }

    /// Whether the call may have done what it asks for, or would if it were made again.
    pub(crate) fn may_have_landed(&self) -> bool {
        match self.reason {
            Reason::Unreachable | Reason::Throttled | Reason::Unintelligible | Reason::Down => true,
            Reason::Refused => self.is_concurrent(),
            Reason::Denied
            | Reason::NoCredentials
            | Reason::Expired
            | Reason::BadCredentials
            | Reason::ReadOnly => false,
        }
    }

    /// Whether ECS is registering another revision of the family: it takes one at a time, and the
    /// SDK does not know this error for one to try again.
    ///
    /// Source: <https://github.com/hashicorp/terraform-provider-aws/issues/9777>.
    pub(super) fn is_concurrent(&self) -> bool {
        self.reason == Reason::Refused && self.message.contains("Too many concurrent attempts")
    }

    /// Whether no call with these credentials will be answered.
    pub(super) fn locks_out(&self) -> bool {
        matches!(self.reason, Reason::NoCredentials | Reason::Expired | Reason::BadCredentials)
    }

    /// The same failure, with more to say.
    #[must_use]
    pub(crate) fn adding(mut self, more: &str) -> Self {
        if !self.message.is_empty() {
            self.message.push_str("; ");
        }
        self.message.push_str(more);
        self
    }

    /// The action that AWS says is not allowed: a call may ask for a second one, as to pass a role or
    /// to write the tags of what it makes.
    ///
    /// Source: IAM user guide, "Access denied error message examples".
    fn denied_action(&self) -> Option<&str> {
        let (_, named) = self.message.split_once("not authorized to perform: ")?;
        let action = named.split_whitespace().next()?;
        let is_word =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let (service, name) = action.split_once(':')?;
        (service.split('-').all(is_word) && is_word(name)).then_some(action)
    }

    /// What happened and the first way out, in one sentence.
    pub fn told(&self) -> String {
        match self.hints().first() {
            Some(hint) => format!("{self}; {hint}"),
            None => self.to_string(),
        }
    }

    /// What to do about it, a sentence each.
    pub fn hints(&self) -> Vec<String> {
        let action = self.action;
        match self.reason {
            Reason::Denied if action == ASSUME => vec![
                "the trust policy of the role has to name who runs this, and who runs this has to be \
                 allowed `sts:AssumeRole` on the role"
                    .to_owned(),
                "`--no-role` goes on with the credentials as they are".to_owned(),
            ],
            Reason::Denied => {
                let all = self.permissions.as_ref();
                let all = all.map(|said| format!("; {said}")).unwrap_or_default();
                let action = self.denied_action().unwrap_or(action);
                vec![format!("allow `{action}` for the role or user that runs this{all}")]
            }
            Reason::NoCredentials => vec![
                "log in with `aws sso login`, name a profile with `--profile`, or set \
                 AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    .to_owned(),
                "`--local` needs none and tries a stack out without AWS".to_owned(),
            ],
            Reason::Expired => {
                vec!["get new credentials, for example with `aws sso login`".to_owned()]
            }
            Reason::BadCredentials => vec![
                "check the access key and the profile; a clock that is off spoils signatures too"
                    .to_owned(),
                "`tracewright doctor` looks at each of them".to_owned(),
            ],
            Reason::Unreachable => {
                vec!["check the network, the region, and the endpoint if the environment or the profile sets one".to_owned()]
            }
            Reason::Throttled | Reason::Down => vec!["wait a minute and run it again".to_owned()],
            Reason::Unintelligible => vec![
                "if AWS_ENDPOINT_URL is set, the server there may not know this service".to_owned(),
            ],
            Reason::Refused => Vec::new(),
            Reason::ReadOnly => vec![
                "this is a defect of tracewright: please report it, with what was run".to_owned(),
            ],
        }
    }
}

impl StdError for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.action;
        match self.reason {
            Reason::Denied => write!(f, "AWS denied {action}")?,
            Reason::NoCredentials => write!(f, "no credentials for {action}")?,
            Reason::Expired => write!(f, "the credentials have expired ({action})")?,
            Reason::BadCredentials => write!(f, "AWS does not accept the credentials ({action})")?,
            Reason::Unreachable => match &self.endpoint {
                Some(endpoint) => write!(f, "{action} was not answered by {endpoint}")?,
                None => write!(f, "{action} was not answered")?,
            },
            Reason::Throttled => write!(f, "AWS kept throttling {action}")?,
            Reason::Unintelligible => match &self.endpoint {
                Some(endpoint) => write!(f, "{action} failed at {endpoint}")?,
                None => write!(f, "{action} failed")?,
            },
            Reason::Down => write!(f, "AWS could not carry out {action}")?,
            Reason::Refused => write!(f, "{action} failed")?,
            Reason::ReadOnly => write!(f, "{action} was not sent, since this run only reads")?,
        }
        match (self.code.as_str(), self.message.as_str()) {
            ("", "") => Ok(()),
            ("", message) => write!(f, ": {message}"),
            (code, "") => write!(f, ": {code}"),
            (code, message) => write!(f, ": {code}: {message}"),
        }
    }
}

/// Codes are those of the services' models and of
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>.
fn of_code(code: &str, status: u16) -> Reason {
    match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "NotAuthorized" => {
            Reason::Denied
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Reason::Expired,
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "AuthFailure" => Reason::BadCredentials,
        "ThrottledException"
        | "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException" => Reason::Throttled,
        "" if status == 403 => Reason::Denied,
        "" if status == 429 => Reason::Throttled,
        "" => Reason::Unintelligible,
        // What the SDK tries again, too, whatever the service calls it.
        "RequestTimeout" | "RequestTimeoutException" => Reason::Down,
        _ if status >= 500 => Reason::Down,
        _ => Reason::Refused,
    }
}

fn not_aws(status: u16) -> (Reason, String, String) {
    let message = format!("the answer (HTTP {status}) is not one of AWS's");
    (Reason::Unintelligible, String::new(), message)
}

/// Failures before there was an answer: credentials, the network, or an answer that broke off.
fn before_answer<E: StdError + Send + Sync + 'static>(
    error: &SdkError<E, HttpResponse>,
) -> (Reason, String, String) {
    let mut causes: Vec<&(dyn StdError + 'static)> = Vec::new();
    let mut next: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = next {
        causes.push(cause);
        next = cause.source();
    }
    let deepest =
        causes.last().map(|cause| cause.to_string().trim().to_owned()).unwrap_or_default();
    let of_credentials = causes.iter().find_map(|cause| cause.downcast_ref::<CredentialsError>());
    let said = causes.iter().find_map(|cause| cause.downcast_ref::<ErrorMetadata>());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    if causes.iter().any(|cause| cause.is::<NotARead>()) {
        return (Reason::ReadOnly, String::new(), deepest);
    }
    match (of_credentials, said) {
        (Some(CredentialsError::CredentialsNotLoaded(_)), _) => {
            (Reason::NoCredentials, String::new(), String::new())
        }
        // A role that may not be assumed: what STS says of it.
        (Some(_), Some(said)) => (Reason::NoCredentials, text(said.code()), text(said.message())),
        // A profile that is wrong, an SSO session that ran out, a process that failed: the
        // deepest cause says which.
        (Some(_), None) => (Reason::NoCredentials, String::new(), deepest),
        (None, _) => (Reason::Unreachable, String::new(), deepest),
    }
}
