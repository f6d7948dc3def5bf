//! Names and ARNs.
//!
//! Source of the ARNs: Service Authorization Reference, Amazon Elastic Container Service.

use super::super::super::{Call, caller};

/// How a request names a daemon task definition: by family, or by family and revision.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) family: &'a str,
    pub(super) revision: Option<u32>,
}

/// An ARN of ECS in the account and the region of a call.
pub(super) fn arn(call: &Call<'_>, resource: &str) -> String {
    let (partition, account) = (caller::partition(call.region), call.account);
    format!("arn:{partition}:ecs:{}:{account}:{resource}", call.region)
}

/// What stands behind such an ARN; `None` for one of another account, region or type.
fn behind<'a>(call: &Call<'_>, text: &'a str, resource: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(arn(call, resource).as_str())?.strip_prefix('/')?;
    Some(rest).filter(|rest| !rest.is_empty())
}

/// `family` or `family:3`.
pub(super) fn plain(text: &str) -> Option<Name<'_>> {
    match text.split_once(':') {
        None => Some(Name { family: text, revision: None }),
        Some((family, number)) => {
            let revision = number.parse().ok().filter(|number| *number > 0)?;
            Some(Name { family, revision: Some(revision) })
        }
    }
}

/// The ARN of a daemon task definition, which has a revision.
pub(super) fn definition<'a>(call: &Call<'_>, text: &'a str) -> Option<Name<'a>> {
    plain(behind(call, text, "daemon-task-definition")?).filter(|name| name.revision.is_some())
}

/// The ARN of a revision.
pub(super) fn definition_arn(call: &Call<'_>, family: &str, number: u32) -> String {
    arn(call, &format!("daemon-task-definition/{family}:{number}"))
}

/// The cluster and the name in a daemon's ARN.
pub(super) fn daemon<'a>(call: &Call<'_>, text: &'a str) -> Option<(&'a str, &'a str)> {
    let (cluster, name) = behind(call, text, "daemon")?.split_once('/')?;
    (!name.contains('/')).then_some((cluster, name))
}

/// The ARN of a daemon.
pub(super) fn daemon_arn(call: &Call<'_>, cluster: &str, name: &str) -> String {
    arn(call, &format!("daemon/{cluster}/{name}"))
}

/// The cluster, the daemon and the id in the ARN of one of its deployments or revisions.
pub(super) fn part<'a>(
    call: &Call<'_>,
    text: &'a str,
    sort: &str,
) -> Option<(&'a str, &'a str, &'a str)> {
    let (cluster, rest) = behind(call, text, sort)?.split_once('/')?;
    let (name, id) = rest.split_once('/')?;
    Some((cluster, name, id))
}

/// The name of a cluster in its ARN.
pub(super) fn cluster<'a>(call: &Call<'_>, text: &'a str) -> Option<&'a str> {
    behind(call, text, "cluster").filter(|name| !name.contains('/'))
}

/// The name of a capacity provider in its ARN.
pub(super) fn provider<'a>(call: &Call<'_>, text: &'a str) -> Option<&'a str> {
    behind(call, text, "capacity-provider").filter(|name| !name.contains('/'))
}
