//! Services, the clusters that they run in, and as much of their tasks as says why one does not run.
//!
//! There are no machines here. A service runs what it is asked to as soon as somebody asks about it
//! often enough, see [`Rollouts`], unless the name `does-not-exist` stands in an image of its task
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

use serde_json::Value;

use super::super::late::Late;
use super::super::reply::Fault;
use super::super::{Call, Operation, caller};
use super::{Section, reading, writing};
pub(super) use record::Cluster;

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

/// Deployments that are under way: ECS answers when they begin, and not when they end.
#[derive(Debug, Default)]
pub(in super::super) struct Rollouts(Late);

impl Rollouts {
    /// Something about a service begins.
    fn begin(&self, call: &Call<'_>, cluster: &str, service: &str) {
        self.0.begin(&service_arn(call, cluster, service), call.options.ecs_delay);
    }

    /// Whether it has ended. Each question that finds it under way brings its end nearer.
    fn have_ended(&self, call: &Call<'_>, cluster: &str, service: &str) -> bool {
        self.0.is_done(&service_arn(call, cluster, service))
    }

    /// The same, and no question.
    fn are_over(&self, call: &Call<'_>, cluster: &str, service: &str) -> bool {
        self.0.would_be_done(&service_arn(call, cluster, service))
    }
}

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
fn no_cluster() -> Fault {
    Fault::front_end("ClusterNotFoundException", "Cluster not found.".to_owned())
}

fn no_service() -> Fault {
    Fault::front_end("ServiceNotFoundException", "Service not found.".to_owned())
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}
