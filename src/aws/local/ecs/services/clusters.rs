//! Clusters, as far as services need them.
//!
//! None is there until somebody makes it: "By default, your account receives a default cluster when you
//! launch your first container instance" (model), and there are no instances here.

use serde_json::{Map, Value, json};

use super::super::super::Call;
use super::super::super::paging::Order;
use super::super::super::reply::{Fault, Reply};
use super::super::lists::{page, reply};
use super::super::members::Members as _;
use super::super::{invalid_parameter, record::Section, shapes, tags};
use super::record::{Cluster, Status};
use super::{cluster_arn, cluster_name, no_cluster, rollout, service_arn};

/// `CreateCluster`. One that is there is answered as it is: AWS's own is idempotent by name (an
/// independent server and users of Terraform have it so).
pub(super) fn create(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let mut given = shapes::read(call.body, "CreateClusterRequest")?;
    let name = given.text("clusterName").unwrap_or("default").to_owned();
    let is_known = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if name.is_empty() || name.len() > 255 || !name.chars().all(is_known) {
        return Err(invalid_parameter("Invalid cluster name."));
    }
    let own_tags = match given.remove("tags") {
        Some(Value::Array(list)) => tags::checked(&list)?,
        _ => tags::Tags::new(),
    };
    given.remove("clusterName");
    let made = Cluster { given, tags: own_tags, ..Cluster::default() };
    let known = section.clusters.entry(name.clone()).or_insert(made);
    Ok(Reply::Json(json!({"cluster": wire(call, &name, known, "ACTIVE", true)})))
}

/// `DescribeClusters`: the default one where none is named (model).
pub(super) fn describe(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeClustersRequest")?;
    let with_tags = input.lists("include", "TAGS");
    let mut names: Vec<_> =
        input.texts("clusters").map(|it| cluster_name(call, Some(it))).collect();
    if names.is_empty() {
        names.push("default");
    }
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match section.clusters.get(name) {
            Some(cluster) => clusters.push(wire(call, name, cluster, "ACTIVE", with_tags)),
            None => failures.push(json!({"arn": cluster_arn(call, name), "reason": "MISSING"})),
        }
    }
    Ok(Reply::Json(json!({"clusters": clusters, "failures": failures})))
}

/// `ListClusters`.
pub(super) fn list(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListClustersRequest")?;
    let names = section.clusters.keys();
    let items = names.map(|name| (name.clone(), cluster_arn(call, name))).collect();
    Ok(reply("clusterArns", page(&input, "ListClusters", 100, items, Order::Ascending)?))
}

/// `DeleteCluster`: of one that is gone nothing is remembered here, though AWS may.
pub(super) fn delete(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DeleteClusterRequest")?;
    let name = cluster_name(call, input.text("cluster")).to_owned();
    let cluster = section.clusters.get(&name).ok_or_else(no_cluster)?;
    let mut services = cluster.services.iter().map(|(service, it)| {
        let is_over = call.memory.ecs.is_over(&service_arn(call, &name, service));
        if is_over { rollout::settled(call, service, it) } else { it.clone() }
    });
    if services.any(|service| service.status != Status::Inactive) {
        return Err(Fault::front_end(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.".to_owned(),
        ));
    }
    let shown = wire(call, &name, cluster, "INACTIVE", false);
    section.clusters.remove(&name);
    Ok(Reply::Json(json!({"cluster": shown})))
}

fn wire(call: &Call<'_>, name: &str, cluster: &Cluster, status: &str, with_tags: bool) -> Value {
    let active = cluster.services.values().filter(|one| one.status == Status::Active);
    let mut shown = Map::new();
    shown.extend(cluster.given.clone());
    let mut put = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    put("clusterArn", json!(cluster_arn(call, name)));
    put("clusterName", json!(name));
    put("status", json!(status));
    put("activeServicesCount", json!(active.clone().count()));
    put("runningTasksCount", json!(active.map(|one| one.running).sum::<i64>()));
    put("pendingTasksCount", json!(0));
    put("registeredContainerInstancesCount", json!(0));
    if with_tags {
        let tag = |(key, value)| json!({"key": key, "value": value});
        put("tags", cluster.tags.iter().map(tag).collect());
    }
    Value::Object(shown)
}
