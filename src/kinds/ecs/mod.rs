//! What the kinds of ECS have in common.

pub(super) mod live;

/// Why nothing can be said of what is in a cluster that is not there. `field` is where a file names it.
pub(super) fn no_cluster(cluster: &str, region: &str, field: &str) -> String {
    format!(
        "ECS has no cluster `{cluster}` in {region}; make it first (`aws ecs create-cluster \
         --cluster-name {cluster}`), or name another as `{field}`"
    )
}
