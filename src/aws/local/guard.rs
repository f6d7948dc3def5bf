//! Whether the caller may do what is asked for. The decision is somebody else's: this says what is
//! asked for, and refuses in AWS's words.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use super::reply::{Fault, Protocol};
use super::state::World;
use super::{Call, Operation, Service, caller};

/// What a call has to be allowed. One call may have to be allowed several things.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The action, `iam:GetRole`.
    pub action: String,
    /// The ARN of what it is about; `*` where the action knows no resources.
    pub resource: String,
    /// The condition keys of the request.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Asked {
    /// An action that knows no resources.
    pub(super) fn anywhere(action: &str) -> Self {
        Self::on(action, "*")
    }

    pub(super) fn on(action: &str, resource: impl Into<String>) -> Self {
        Self { action: action.to_owned(), resource: resource.into(), keys: BTreeMap::new() }
    }

    #[must_use]
    pub(super) fn with(mut self, key: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.keys.insert(key.to_owned(), vec![value.to_owned()]);
        }
        self
    }

    /// The tags that the resource carries.
    #[must_use]
    pub(super) fn tagged(self, tags: &BTreeMap<String, String>) -> Self {
        let with = |asked: Self, (key, value): (&String, &String)| {
            asked.with(&format!("aws:ResourceTag/{key}"), Some(value))
        };
        tags.iter().fold(self, with)
    }

    /// Who asks, and where: what AWS gives with every request.
    ///
    /// Source: documentation, AWS global condition context keys.
    fn by(self, call: &Call<'_>) -> Self {
        self.with("aws:PrincipalAccount", Some(call.account))
            .with("aws:RequestedRegion", Some(call.region))
            .with("aws:SecureTransport", Some("true"))
    }

    /// The tags that the request gives.
    #[must_use]
    pub(super) fn tagging(mut self, tags: &[(String, String)]) -> Self {
        for (key, value) in tags {
            self.keys.insert(format!("aws:RequestTag/{key}"), vec![value.clone()]);
        }
        if !tags.is_empty() {
            let keys = tags.iter().map(|(key, _)| key.clone()).collect();
            self.keys.insert("aws:TagKeys".to_owned(), keys);
        }
        self
    }
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be done.
    Allowed,
    /// No policy allows it.
    NotAllowed,
    /// A policy denies it.
    Denied,
    /// The boundary of the caller does not allow it.
    Bounded,
}

type Decide = dyn Fn(&Asked) -> Verdict + Send + Sync;

/// Who decides what the caller may do.
#[derive(Clone)]
pub struct Guard(Arc<Decide>);

impl Guard {
    /// One that decides so.
    pub fn new(decide: impl Fn(&Asked) -> Verdict + Send + Sync + 'static) -> Self {
        Self(Arc::new(decide))
    }

    /// Refuses a call that is not allowed, before anything else is said of it: AWS looks at who asks
    /// before it looks at what is asked. The code is among the errors common to all AWS services.
    pub(super) fn check(
        &self,
        service: &Service,
        operation: Operation,
        call: &Call<'_>,
        world: &World,
    ) -> Result<(), Fault> {
        for asked in (service.asks)(call, operation.name, world) {
            let asked = asked.by(call);
            let Some(why) = why((self.0)(&asked), &asked.action) else { continue };
            let message = format!(
                "User: {} is not authorized to perform: {} on resource: {} {why}",
                caller::arn(call),
                asked.action,
                asked.resource
            );
            let (code, status) = match service.protocol {
                Protocol::Query => ("AccessDenied", StatusCode::FORBIDDEN),
                Protocol::RestJson => ("AccessDeniedException", StatusCode::FORBIDDEN),
                Protocol::Json11 => ("AccessDeniedException", StatusCode::BAD_REQUEST),
            };
            return Err(Fault::front_end(code, message).with_status(status));
        }
        Ok(())
    }
}

/// Source: documentation, Troubleshoot access denied error messages.
fn why(verdict: Verdict, action: &str) -> Option<String> {
    match verdict {
        Verdict::Allowed => None,
        Verdict::NotAllowed => {
            Some(format!("because no identity-based policy allows the {action} action"))
        }
        Verdict::Bounded => {
            Some(format!("because no permissions boundary allows the {action} action"))
        }
        Verdict::Denied => Some("with an explicit deny in an identity-based policy".to_owned()),
    }
}

/// Two are the same where they are one.
impl PartialEq for Guard {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}
