//! Credentials, region and clients.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_xray::config::SharedAsyncSleep;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::sync::Semaphore;

use super::failure::{Failure, Reason};
use super::hurry::Hurry;
use super::local::LocalAws;
use super::patience::Patience;
use super::read_only::ReadOnly;
use super::retries::{self, partition};
use super::role::Assumed;
use super::stats::{Calls, Stats};
use super::wire::Wire;
use crate::env;
use crate::error::{Error, Result};
use crate::stack::Place;

/// Calls that may be under way at once. X-Ray publishes no rate for its control plane; a region
/// has 25 rules unless AWS raised it, so that all their tags are read side by side. What AWS
/// finds too much it throttles, and the SDK waits and tries again.
const AT_ONCE: usize = 32;
/// The services that are asked, by the prefix of their actions.
const SERVICES: [&str; 7] = [ECS, IAM, LOGS, SSM, STS, TAG, XRAY];
const ECS: &str = "ecs";
const IAM: &str = "iam";
const LOGS: &str = "logs";
const SSM: &str = "ssm";
const STS: &str = "sts";
const TAG: &str = "tag";
const XRAY: &str = "xray";
/// What assumes a role, before any of them.
const ROLE: &str = "sts-role";

/// How to reach AWS.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The local AWS, in place of the real one.
    pub local: Option<LocalAws>,
    /// The ARN of a role that is assumed before anything is asked.
    pub role: Option<String>,
    /// Refuses every call that is not known to only read, before it is sent.
    pub read_only: bool,
}

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account's 12 digits.
    pub account: String,
    /// The ARN of the user or role.
    pub arn: String,
}

/// A connection to one account and region of AWS.
#[derive(Debug)]
pub struct Aws {
    pub(crate) xray: aws_sdk_xray::Client,
    pub(crate) ecs: aws_sdk_ecs::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    #[expect(dead_code, reason = "parameters come next")]
    pub(crate) ssm: aws_sdk_ssm::Client,
    /// The tagging API, which lists resources of one region.
    pub(crate) tagging: aws_sdk_resourcegroupstagging::Client,
    pub(super) patience: Patience,
    pub(super) calls: Calls,
    sts: aws_sdk_sts::Client,
    retries: RetryConfig,
    locked_out: AtomicBool,
    wires: BTreeMap<&'static str, Wire>,
    under_way: Semaphore,
    started: Instant,
    place: Place,
    profile: Option<String>,
    assumed: Option<Assumed>,
    /// The command that prints what a run has to be allowed.
    permissions: OnceLock<String>,
    /// Who is calling, once AWS has said so.
    known: OnceLock<Caller>,
}

impl Aws {
    /// Makes the clients. Nothing is sent yet.
    pub async fn connect(place: &Place, options: Options) -> Self {
        let profile = options.profile.clone();
        let hurried = options.local.as_ref().is_some_and(LocalAws::has_faults);
        let config = match options.local {
            Some(local) => in_process(place, local),
            None => over_the_wire(place, options.profile).await,
        };
        let access = ReadOnly(options.read_only);
        let (config, assumed) = match options.role {
            Some(role) => {
                let (config, assumed) = as_role(&config, role, access);
                (config, Some(assumed))
            }
            None => (config, None),
        };
        let wires: BTreeMap<_, _> =
            SERVICES.into_iter().map(|service| (service, Wire::default())).collect();
        let wire = |service| wires[service].clone();
        let xray = aws_sdk_xray::config::Builder::from(&config);
        let sts = aws_sdk_sts::config::Builder::from(&config);
        let ecs = aws_sdk_ecs::config::Builder::from(&config);
        let iam = aws_sdk_iam::config::Builder::from(&config);
        let logs = aws_sdk_cloudwatchlogs::config::Builder::from(&config);
        let ssm = aws_sdk_ssm::config::Builder::from(&config);
        let tagging = aws_sdk_resourcegroupstagging::config::Builder::from(&config);
        let xray =
            xray.interceptor(wire(XRAY)).interceptor(access).retry_partition(partition(XRAY));
        let sts = sts.interceptor(wire(STS)).interceptor(access).retry_partition(partition(STS));
        let ecs = ecs.interceptor(wire(ECS)).interceptor(access).retry_partition(partition(ECS));
        let iam = iam.interceptor(wire(IAM)).interceptor(access).retry_partition(partition(IAM));
        let logs =
            logs.interceptor(wire(LOGS)).interceptor(access).retry_partition(partition(LOGS));
        let ssm = ssm.interceptor(wire(SSM)).interceptor(access).retry_partition(partition(SSM));
        let tagging =
            tagging.interceptor(wire(TAG)).interceptor(access).retry_partition(partition(TAG));
        Self {
            xray: aws_sdk_xray::Client::from_conf(xray.build()),
            ecs: aws_sdk_ecs::Client::from_conf(ecs.build()),
            iam: aws_sdk_iam::Client::from_conf(iam.build()),
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(logs.build()),
            ssm: aws_sdk_ssm::Client::from_conf(ssm.build()),
            tagging: aws_sdk_resourcegroupstagging::Client::from_conf(tagging.build()),
            patience: Patience::new(hurried),
            retries: config.retry_config().cloned().unwrap_or_else(RetryConfig::disabled),
            locked_out: AtomicBool::new(false),
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            wires,
            calls: Calls::default(),
            under_way: Semaphore::new(AT_ONCE),
            started: Instant::now(),
            place: place.clone(),
            profile,
            assumed,
            permissions: OnceLock::new(),
            known: OnceLock::new(),
        }
    }

    /// The account and region.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Asks AWS who is calling.
    ///
    /// # Errors
    /// When there are no good credentials, or AWS cannot be reached.
    pub async fn caller(&self) -> std::result::Result<Caller, Failure> {
        let answer =
            self.call("sts:GetCallerIdentity", self.sts.get_caller_identity().send()).await;
        let answer = answer.map_err(|failure| self.of_profile(failure))?;
        let caller = Caller {
            account: answer.account.unwrap_or_default(),
            arn: answer.arn.unwrap_or_default(),
        };
        Ok(self.known.get_or_init(|| caller).clone())
    }

    /// Who is calling, as far as AWS was asked.
    pub fn known_caller(&self) -> Option<&Caller> {
        self.known.get()
    }

    /// The SDK does not say where it looked for credentials in vain.
    fn of_profile(&self, mut failure: Failure) -> Failure {
        if failure.reason != Reason::NoCredentials || !failure.message.is_empty() {
            return failure;
        }
        let set = |name: &str| env::var(name).is_some();
        let half = [
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
        ]
        .into_iter()
        .find(|(one, other)| set(one) && !set(other));
        if let Some((one, other)) = half {
            failure.message = format!("{one} is set, and {other} is not");
        } else if let Some(profile) = self.profile.clone().or_else(|| env::var("AWS_PROFILE")) {
            failure.message = format!(
                "the AWS configuration files have no profile `{profile}`, or no way to log in for it"
            );
        }
        failure
    }

    /// The account guard: before anything else is asked, the credentials must be of the account
    /// that the stack names.
    ///
    /// # Errors
    /// Exit code 4 when they are of another account; 1 when that cannot be found out.
    pub async fn guard_account(&self) -> Result<()> {
        let caller = self.caller().await?;
        if caller.account == self.place.account {
            return Ok(());
        }
        Err(Error::refused(format!(
            "the stack is for account {}, and the credentials are of account {} ({})",
            self.place.account, caller.account, caller.arn
        ))
        .hint("use credentials of the stack's account, for example with `--profile`; nothing else was asked of AWS"))
    }

    /// Makes one call: counts it, waits for its turn, and puts a failure into words.
    pub(crate) fn call<T, E>(
        &self,
        action: &'static str,
        request: impl Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
    ) -> impl Future<Output = std::result::Result<T, Failure>>
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        // A request takes kilobytes, and whoever waits for several would hold them all.
        let request = Box::pin(request);
        async move {
            // The semaphore is never closed, so that there is always a permit in the end.
            let _permit = self.under_way.acquire().await.ok();
            let call = self.calls.start(action);
            let answer = request.await;
            self.calls.end(call);
            let answer = answer.map_err(|error| {
                let endpoint = self.wire(action).and_then(Wire::endpoint);
                let permissions = self.permissions.get().cloned();
                let failure = Failure { endpoint, permissions, ..Failure::new(action, &error) };
                if failure.locks_out() {
                    self.locked_out.store(true, Ordering::SeqCst);
                }
                failure
            });
            match (answer, &self.assumed) {
                (Err(failure), Some(assumed)) => Err(assumed.instead_of(failure).await),
                (answer, _) => answer,
            }
        }
    }

    /// Says what prints the policy that the run needs, in a sentence: what is denied ends with it.
    pub(crate) fn permitted_by(&self, said: String) {
        // The first one stands.
        drop(self.permissions.set(said));
    }

    /// Whether AWS did not accept the credentials of a call: no other would fare better.
    pub(crate) fn locked_out(&self) -> bool {
        self.locked_out.load(Ordering::SeqCst)
    }

    /// How a call is made that is not safe to send twice: the SDK sends it once, at the pace that
    /// its service takes.
    pub(crate) fn sent_once(&self) -> RetryConfig {
        self.retries.clone().with_max_attempts(1)
    }

    /// The wire of an action's service.
    fn wire(&self, action: &str) -> Option<&Wire> {
        self.wires.get(action.split(':').next()?)
    }

    /// Where the requests of each service went that was asked.
    pub fn endpoints(&self) -> Vec<(&'static str, String)> {
        let seen = self.wires.iter().map(|(service, wire)| Some((*service, wire.endpoint()?)));
        seen.flatten().collect()
    }

    /// This machine's time less AWS's, in seconds, once AWS has answered [`Aws::caller`].
    pub fn clock_skew(&self) -> Option<i64> {
        self.wires.get(STS).and_then(Wire::skew)
    }

    /// What the calls so far have cost.
    pub fn stats(&self) -> Stats {
        self.calls.stats(self.sent(), self.started.elapsed())
    }

    /// How many requests went out, retries included.
    pub(super) fn sent(&self) -> usize {
        self.wires.values().map(Wire::sent).sum()
    }
}

/// The region that a profile of the AWS configuration files names.
pub async fn profile_region(profile: Option<&str>) -> Option<String> {
    use aws_config::meta::region::ProvideRegion as _;
    let mut builder = aws_config::profile::ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        builder = builder.profile_name(profile);
    }
    builder.build().region().await.map(|region| region.to_string())
}

async fn over_the_wire(place: &Place, profile: Option<String>) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(place.region.clone()))
        .retry_config(retries::configured(profile.as_deref()).await)
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(5))
                .operation_attempt_timeout(Duration::from_secs(10))
                .operation_timeout(Duration::from_mins(1))
                .build(),
        );
    if let Ok(name) = AppName::new(concat!("tracewright-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    if let Some(profile) = profile {
        // As with the AWS CLI, a profile that is named wins over keys in the environment; the
        // SDK's default chain would take those first, and say nothing of a name it does not know.
        let region = Some(Region::new(place.region.clone()));
        let credentials = ProfileFileCredentialsProvider::builder()
            .configure(&ProviderConfig::default().with_region(region))
            .profile_name(&profile)
            .build();
        loader = loader.profile_name(profile).credentials_provider(credentials);
    }
    loader.load().await
}

/// The same with the credentials of a role, which are asked for with those that there are.
fn as_role(config: &SdkConfig, role: String, access: ReadOnly) -> (SdkConfig, Assumed) {
    let sts = aws_sdk_sts::config::Builder::from(config)
        .interceptor(access)
        .retry_partition(partition(ROLE))
        .build();
    let assumed = Assumed::new(role, aws_sdk_sts::Client::from_conf(sts));
    let credentials = SharedCredentialsProvider::new(assumed.clone());
    let config = config
        .to_builder()
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::no_cache())
        .build();
    (config, assumed)
}

/// The local AWS takes the account from an access key of 12 digits.
fn in_process(place: &Place, local: LocalAws) -> SdkConfig {
    let credentials = Credentials::new(&place.account, "local", None, None, "the local AWS");
    // Where no fault is scripted nothing fails that another try would help.
    let retries = if local.has_faults() {
        RetryConfig::standard().with_max_attempts(retries::TRIES)
    } else {
        RetryConfig::disabled()
    };
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(place.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries)
        .sleep_impl(SharedAsyncSleep::new(Hurry))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(local)
        .build()
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let hints = failure.hints();
        hints.into_iter().fold(Self::new(failure.to_string()), Self::hint)
    }
}
