//! IAM's errors, with their codes and HTTP statuses from the model.
//!
//! Where a text has no source beside it, it is quoted by clients that match on it or by their users.

use http::StatusCode;

use super::super::reply::Fault;
use super::super::{Call, caller};

fn modelled(status: StatusCode, code: &'static str, message: impl Into<String>) -> Fault {
    Fault::modelled(status, code, message.into())
}

pub(super) fn no_such_entity(message: impl Into<String>) -> Fault {
    modelled(StatusCode::NOT_FOUND, "NoSuchEntity", message)
}

/// (recording)
pub(super) fn no_such_role(name: &str) -> Fault {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

/// (recording: reading a policy, attaching one)
pub(super) fn no_such_policy(arn: &str) -> Fault {
    no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

/// (recording: deleting and detaching)
pub(super) fn policy_not_found(arn: &str) -> Fault {
    no_such_entity(format!("Policy {arn} was not found."))
}

pub(super) fn already_exists(message: impl Into<String>) -> Fault {
    modelled(StatusCode::CONFLICT, "EntityAlreadyExists", message)
}

pub(super) fn delete_conflict(message: impl Into<String>) -> Fault {
    modelled(StatusCode::CONFLICT, "DeleteConflict", message)
}

pub(super) fn limit_exceeded(message: impl Into<String>) -> Fault {
    modelled(StatusCode::CONFLICT, "LimitExceeded", message)
}

/// (recordings: `PoliciesPerRole`, `PolicySize`, `ACLSizePerRole`)
pub(super) fn quota(name: &str, quota: usize) -> Fault {
    limit_exceeded(format!("Cannot exceed quota for {name}: {quota}"))
}

pub(super) fn malformed(message: impl Into<String>) -> Fault {
    modelled(StatusCode::BAD_REQUEST, "MalformedPolicyDocument", message)
}

pub(super) fn invalid_input(message: impl Into<String>) -> Fault {
    modelled(StatusCode::BAD_REQUEST, "InvalidInput", message)
}

pub(super) fn not_attachable(message: impl Into<String>) -> Fault {
    modelled(StatusCode::BAD_REQUEST, "PolicyNotAttachable", message)
}

/// (recording)
pub(super) fn unmodifiable(role: &str) -> Fault {
    let message = format!(
        "Cannot perform the operation on the protected role '{role}' - this role is only \
         modifiable by AWS"
    );
    modelled(StatusCode::BAD_REQUEST, "UnmodifiableEntity", message)
}

/// Not in the model; common to AWS's query protocol (recordings).
pub(super) fn validation(message: impl Into<String>) -> Fault {
    Fault::front_end("ValidationError", message.into())
}

/// AWS's managed policies belong to AWS, so nobody is allowed to change them. The form of the text
/// is that of every call that is denied.
pub(super) fn not_yours(call: &Call<'_>, action: &str, arn: &str) -> Fault {
    let who = caller::arn(call);
    let message =
        format!("User: {who} is not authorized to perform: iam:{action} on resource: policy {arn}");
    Fault::front_end("AccessDenied", message).with_status(StatusCode::FORBIDDEN)
}
