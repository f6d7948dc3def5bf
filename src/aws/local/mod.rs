//! The embedded local AWS: answers the AWS calls this tool makes, in process and as strictly as
//! AWS does, with its state in one JSON file.
//!
//! It stands in for the network and for nothing else: the real SDK clients call it through
//! `connector`, other programs through [`serve`], and both end in [`LocalAws::handle`]. It shares
//! no code with the rest of the tool, so that each side checks the other.
//!
//! A service is one module and one line in `SERVICES`.
//!
//! The rules come from three places, named beside each of them: *model* is botocore's service model
//! (bounds, required members, errors, HTTP bindings), *documentation* is AWS's, *recording* is an
//! answer of the real service. Where none of them says what AWS does, the comment says so.

mod caller;
mod connector;
mod ecs;
pub mod faults;
mod form;
mod guard;
mod iam;
mod late;
mod logs;
mod paging;
mod reply;
mod reread;
pub mod serve;
mod shape;
mod ssm;
mod state;
mod sts;
mod tagging;
mod xml;
mod xray;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};

use caller::Scope;
use faults::{Faults, Kill, Killed, Script};
pub use guard::{Asked, Guard, Verdict};
use reply::{Fault, Protocol, Reply};
use reread::Chance;
pub use state::StateError;
use state::{State, Store, World};

/// What two custom sampling rules with the same priority do.
///
/// Whether AWS refuses them is not documented; one user report shows two rules with priority 20
/// side by side, so accepting them is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EqualPriorities {
    /// Both rules are kept.
    #[default]
    Accept,
    /// The second rule is refused with an `InvalidRequestException`.
    Refuse,
}

/// How a [`LocalAws`] behaves where AWS would depend on its surroundings.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What two custom rules with the same priority do.
    pub equal_priorities: EqualPriorities,
    /// How long each answer is held back.
    pub latency: Duration,
    /// A clock that stands still, in epoch seconds; `None` is the system's clock.
    pub now: Option<u64>,
    /// The account of a caller whose access key is not itself an account id.
    pub default_account: Option<String>,
    /// The region of a caller who does not sign.
    pub default_region: Option<String>,
    /// How many custom sampling rules a region may hold. AWS's default is 25 (documentation,
    /// X-Ray quotas, adjustable).
    pub rule_quota: usize,
    /// How many questions about a new role or policy IAM, and who relies on it, answers as if it
    /// were not there yet. Its writes find it at once; reads, lists, trust policies, attachments
    /// and other services are what has to wait.
    pub iam_delay: u32,
    /// How many questions about a change of X-Ray's encryption or destination are answered as if it
    /// was still under way, and how many it takes X-Ray to see a new log resource policy.
    pub xray_delay: u32,
    /// How many questions about a deployment of ECS's, or about what it deletes, are answered as if it
    /// was still under way.
    pub ecs_delay: u32,
    /// The ECS clusters that are there in every region, beside those that somebody makes.
    pub clusters: Vec<String>,
    /// Rewrites each answer as AWS rewrites what it was given, at random from this seed. Two reads
    /// differ then, and the same reads are the same again with the same seed.
    pub reread: Option<u64>,
    /// What the caller may do; everything where nobody decides.
    pub guard: Option<Guard>,
    /// What goes wrong, and when, on the way from a client to this AWS and back. What is asked of
    /// [`LocalAws::handle`] comes by no wire, and goes well.
    pub faults: Option<Script>,
    /// What a kill in that script does.
    pub kill: Kill,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            equal_priorities: EqualPriorities::Accept,
            latency: Duration::ZERO,
            now: None,
            default_account: None,
            default_region: None,
            rule_quota: 25,
            iam_delay: 0,
            xray_delay: 0,
            ecs_delay: 0,
            clusters: Vec::new(),
            reread: None,
            guard: None,
            faults: None,
            kill: Kill::Process,
        }
    }
}

/// A local AWS. Clones share the same state.
#[derive(Debug, Clone)]
pub struct LocalAws(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    store: Arc<Store>,
    memory: Arc<Memory>,
    chance: Option<Chance>,
    faults: Option<Faults>,
    killed: Killed,
    /// How far its clock has jumped, in seconds.
    jumped: AtomicI64,
}

/// What is remembered while the process lives and is not worth a file.
#[derive(Debug, Default)]
struct Memory {
    sampling: xray::Reports,
    xray: xray::Changes,
    ecs: ecs::Deploying,
    iam: iam::Memory,
}

/// One request on its way to the service it is meant for.
struct Call<'a> {
    account: &'a str,
    region: &'a str,
    /// The session token of a caller that has temporary credentials.
    token: Option<&'a str>,
    now: u64,
    body: &'a [u8],
    options: &'a Options,
    memory: &'a Memory,
}

/// One AWS service.
struct Service {
    /// The name in a signature's credential scope.
    signing_name: &'static str,
    /// What stands before the names of its operations where IAM's policies allow them.
    prefix: &'static str,
    /// How its errors are written.
    protocol: Protocol,
    /// The names of its operations.
    operations: fn() -> Vec<&'static str>,
    /// Whether an unsigned request is meant for it.
    claims: fn(&Request<Bytes>) -> bool,
    /// Which of its operations a request asks for.
    route: fn(&Request<Bytes>) -> Result<Operation, Fault>,
    /// What a call of one of them has to be allowed.
    asks: fn(&Call<'_>, &str, &World) -> Vec<Asked>,
}

/// Whether an operation may change the state, which decides the lock it takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

/// One operation of a service.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    access: Access,
    /// Works on one region of one account, and on what is global to the account. What a failed or a
    /// reading operation did there is dropped.
    run: fn(&Call<'_>, &mut World) -> Result<Reply, Fault>,
}

/// Every service that the local AWS knows.
const SERVICES: &[Service] = &[
    xray::SERVICE,
    ecs::SERVICE,
    iam::SERVICE,
    logs::SERVICE,
    ssm::SERVICE,
    tagging::SERVICE,
    sts::SERVICE,
];

impl LocalAws {
    /// The local AWS whose state is the file at `path`. A missing file is an empty account, and
    /// none is written until something changes.
    pub fn open(path: PathBuf, options: Options) -> Result<Self, StateError> {
        Ok(Self::over(Arc::new(Store::open(path)?), Arc::default(), options))
    }

    /// A local AWS that forgets everything with its last clone.
    pub fn in_memory(options: Options) -> Self {
        Self::over(Arc::new(Store::in_memory()), Arc::default(), options)
    }

    /// The same AWS, as another process comes to it: with options of its own, and faults that begin
    /// anew.
    #[must_use]
    pub fn anew(&self, options: Options) -> Self {
        Self::over(Arc::clone(&self.0.store), Arc::clone(&self.0.memory), options)
    }

    fn over(store: Arc<Store>, memory: Arc<Memory>, options: Options) -> Self {
        let chance = options.reread.map(Chance::new);
        let faults = options.faults.as_ref().map(Faults::of);
        let killed = Killed::new(options.kill);
        let jumped = AtomicI64::new(0);
        Self(Arc::new(Inner { options, store, memory, chance, faults, killed, jumped }))
    }

    /// Whether a script says what goes wrong.
    pub fn has_faults(&self) -> bool {
        self.0.faults.is_some()
    }

    /// How many faults there were.
    pub fn faults_met(&self) -> u64 {
        self.0.faults.as_ref().map_or(0, Faults::struck)
    }

    /// Waits for the script to kill the process, where [`Kill::Hang`] lets it live on.
    pub async fn killed(&self) {
        self.0.killed.death().await;
    }

    /// Everything it holds, as its state file has it.
    pub fn state(&self) -> serde_json::Value {
        let state = self.0.store.read(|state| serde_json::to_value(state).ok());
        state.ok().flatten().unwrap_or_default()
    }

    /// The region of an account, where there is exactly one that has anything.
    pub fn only_region(&self, account: &str) -> Option<String> {
        let region = self.0.store.read(|state| state.only_region(account).map(str::to_owned));
        region.ok().flatten()
    }

    /// Answers one request. Every fault is an answer too, in the form AWS gives it.
    pub fn handle(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let now = self.now();
        let (protocol, outcome) = self.answer(request, now);
        reply::response(protocol, outcome, now)
    }

    fn answer(&self, request: &Request<Bytes>, now: u64) -> (Protocol, Result<Reply, Fault>) {
        // A query-protocol client cannot read JSON, so an error found before the service is known
        // is written for whoever seems to ask.
        let guess = if form::is_form(request) { Protocol::Query } else { Protocol::RestJson };
        let scope = match caller::scope(request.headers()) {
            Ok(scope) => scope,
            Err(fault) => return (guess, Err(fault)),
        };
        let Some(service) = service_for(request, scope.as_ref()) else {
            return (guess, Err(unknown_service(request, scope.as_ref())));
        };
        let outcome = (service.route)(request)
            .and_then(|operation| self.run(service, operation, request.body(), scope.as_ref(), now))
            .map(|reply| match &self.0.chance {
                Some(chance) => reread::rewritten(service.signing_name, reply, chance),
                None => reply,
            });
        (service.protocol, outcome)
    }

    fn run(
        &self,
        service: &Service,
        operation: Operation,
        body: &[u8],
        scope: Option<&Scope>,
        now: u64,
    ) -> Result<Reply, Fault> {
        let Inner { options, store, memory, .. } = &*self.0;
        let memory: &Memory = memory;
        let place = |state: &State| {
            let account = caller::account(scope, options, state);
            let region = caller::region(scope, options, state, &account);
            (account, region)
        };
        let work = |account: &str, region: &str, world: &mut World| {
            let token = scope.and_then(|scope| scope.token.as_deref());
            let call = Call { account, region, token, now, body, options, memory };
            if let Some(guard) = &options.guard {
                guard.check(service, operation, &call, world)?;
            }
            if service.prefix == ecs::SERVICE.prefix {
                ecs::with_clusters(&mut world.region.ecs, &options.clusters);
            }
            (operation.run)(&call, world)
        };
        let outcome = match operation.access {
            Access::Read => store.read(|state| {
                let (account, region) = place(state);
                work(&account, &region, &mut state.world(&account, &region))
            }),
            Access::Write => store.change(|state| {
                let (account, region) = place(state);
                state.in_world(&account, &region, |world| work(&account, &region, world))
            }),
        };
        outcome.unwrap_or_else(|error| Err(Fault::internal(error.to_string())))
    }

    fn now(&self) -> u64 {
        let now = self.0.options.now.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            since.map_or(0, |since| since.as_secs())
        });
        now.saturating_add_signed(self.0.jumped.load(Ordering::Relaxed))
    }

    fn jump(&self, seconds: i64) {
        self.0.jumped.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Holds an answer back as long as the options say. Even without a latency the caller yields
    /// once, so that calls issued together overlap as they would over a network.
    async fn pause(&self) {
        if self.0.options.latency.is_zero() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(self.0.options.latency).await;
        }
    }
}

/// The signature names the service; without one the request itself has to.
fn service_for(request: &Request<Bytes>, scope: Option<&Scope>) -> Option<&'static Service> {
    SERVICES.iter().find(|service| match scope {
        Some(scope) => scope.service == service.signing_name,
        None => (service.claims)(request),
    })
}

fn unknown_service(request: &Request<Bytes>, scope: Option<&Scope>) -> Fault {
    let known = SERVICES.iter().map(|service| service.signing_name).collect::<Vec<_>>().join(", ");
    let asked = match scope {
        Some(scope) => format!("the service `{}`", scope.service),
        None => format!("`{} {}`", request.method(), request.uri().path()),
    };
    Fault::unknown_operation(&format!("{asked}; it answers for {known}"))
}

/// Whether what a request asks for may change the state, where the local AWS knows it.
#[cfg(test)]
pub(super) fn changes(request: &Request<Bytes>) -> Option<bool> {
    let scope = caller::scope(request.headers()).ok()?;
    let operation = (service_for(request, scope.as_ref())?.route)(request).ok()?;
    Some(operation.access == Access::Write)
}

#[cfg(test)]
mod tests;
