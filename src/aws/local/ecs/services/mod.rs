//! Services, the clusters that they run in, and as much of their tasks as says why one does not run.
//!
//! There are no machines here. A service runs what it is asked to as soon as somebody asks about it
//! often enough, see [`Deploying`](super::Deploying), unless the name `does-not-exist` stands in an image of its task
//! definition or in the expression of one of its placement constraints: that never comes up.

mod answer;
mod checks;
mod clusters;
mod create;
mod describe;
mod record;
mod rollout;
mod tasks;
mod update;

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::reply::Fault;
use super::super::{Call, Operation, caller};
use super::tags::Tags;
use super::{Section, reading, writing};
pub(super) use record::Cluster;

/// By name.
type Clusters = BTreeMap<String, Cluster>;

pub(super) const OPERATIONS: [Operation; 11] = [
    writing("CreateCluster", |call, world| clusters::create(call, &mut world.region.ecs)),
    reading("DescribeClusters", |call, world| clusters::describe(call, &world.region.ecs)),
    reading("ListClusters", |call, world| clusters::list(call, &world.region.ecs)),
    writing("DeleteCluster", |call, world| clusters::delete(call, &mut world.region.ecs)),
    writing("CreateService", create::create),
    writing("UpdateService", |call, world| update::update(call, &mut world.region.ecs)),
    writing("DeleteService", |call, world| update::delete(call, &mut world.region.ecs)),
    reading("DescribeServices", |call, world| describe::services(call, &world.region.ecs)),
    reading("ListServices", |call, world| describe::list(call, &world.region.ecs)),
    reading("ListTasks", |call, world| tasks::list(call, &world.region.ecs)),
    reading("DescribeTasks", |call, world| tasks::describe(call, &world.region.ecs)),
];

fn arn(call: &Call<'_>, resource: &str) -> String {
    arn_in((call.account, call.region), resource)
}

/// The ARN of something in an account's region: `service/CLUSTER/NAME`, `cluster/NAME`.
pub(super) fn arn_in((account, region): (&str, &str), resource: &str) -> String {
    format!("arn:{}:ecs:{region}:{account}:{resource}", caller::partition(region))
}

/// The long form, which is the only one that new services have (documentation, "Amazon Resource Names
/// (ARNs) and IDs").
pub(super) fn service_arn(call: &Call<'_>, cluster: &str, service: &str) -> String {
    arn(call, &format!("service/{cluster}/{service}"))
}

pub(super) fn cluster_arn(call: &Call<'_>, cluster: &str) -> String {
    arn(call, &format!("cluster/{cluster}"))
}

/// The tags of the cluster or the service that has this ARN, if there is one.
pub(super) fn tags_of<'a>(call: &Call<'_>, clusters: &'a Clusters, arn: &str) -> Option<&'a Tags> {
    match in_arn(call, arn)? {
        (cluster, None) => Some(&clusters.get(cluster)?.tags),
        (cluster, Some(service)) => Some(&clusters.get(cluster)?.services.get(service)?.tags),
    }
}

/// The same, to change them.
pub(super) fn tags_mut<'a>(
    call: &Call<'_>,
    clusters: &'a mut Clusters,
    arn: &str,
) -> Option<&'a mut Tags> {
    match in_arn(call, arn)? {
        (cluster, None) => Some(&mut clusters.get_mut(cluster)?.tags),
        (cluster, Some(service)) => {
            Some(&mut clusters.get_mut(cluster)?.services.get_mut(service)?.tags)
        }
    }
}

/// The cluster of an ARN, and the service where it is of one.
fn in_arn<'a>(call: &Call<'_>, arn: &'a str) -> Option<(&'a str, Option<&'a str>)> {
    if let Some(cluster) = arn.strip_prefix(cluster_arn(call, "").as_str()) {
        return Some((cluster, None));
    }
    let (cluster, service) =
        arn.strip_prefix(self::arn(call, "service/").as_str())?.split_once('/')?;
    Some((cluster, Some(service)))
}

/// The cluster that a request names, by its name or its ARN; none is `default` (model).
pub(super) fn cluster_name<'a>(call: &Call<'_>, given: Option<&'a str>) -> &'a str {
    let given = given.filter(|given| !given.is_empty()).unwrap_or("default");
    given.strip_prefix(cluster_arn(call, "").as_str()).unwrap_or(given)
}

/// The service that a request names, by its name or by its ARN in that cluster.
pub(super) fn service_name<'a>(call: &Call<'_>, cluster: &str, given: &'a str) -> &'a str {
    let long = given.strip_prefix(service_arn(call, cluster, "").as_str());
    let short = || given.strip_prefix(arn(call, "service/").as_str());
    long.or_else(short).unwrap_or(given)
}

/// The cluster of a request.
fn cluster<'a>(
    call: &Call<'_>,
    section: &'a Section,
    given: Option<&str>,
) -> Result<&'a Cluster, Fault> {
    section.clusters.get(cluster_name(call, given)).ok_or_else(no_cluster)
}

/// AWS's texts (an independent server has them, and users quote them).
pub(super) fn no_cluster() -> Fault {
    Fault::front_end("ClusterNotFoundException", "Cluster not found.".to_owned())
}

fn no_service() -> Fault {
    Fault::front_end("ServiceNotFoundException", "Service not found.".to_owned())
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}
