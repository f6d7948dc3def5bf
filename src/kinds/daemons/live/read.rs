//! Reading daemons.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{DaemonDeployment, DaemonDeploymentStatus as State, DaemonDetail};
use aws_sdk_ecs::types::{DaemonPropagateTags, DaemonRevision, DaemonStatus};
use aws_smithy_types::date_time::Format;
use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::super::changes::{FAILED, GOES_ON, NEWEST, ROLLED_BACK};
use super::super::spec::{CLUSTER, DEFINITION, DEPLOYMENT, NAME, PROVIDERS, TAGS};
use super::super::{Daemons, canonical};
use super::deploy::{goes_on, told};
use crate::aws::{Aws, Failure, Reason, next_page};
use crate::document::shape;
use crate::kinds::ecs::live::tags_of;
use crate::kinds::ecs::no_cluster;
use crate::kinds::{About, Kind as _, Live, Look, Observation, Unreadable};
use crate::safety::Mark;

/// The daemons that are named, and those that carry the mark.
///
/// Nothing documents that the Resource Groups Tagging API lists daemons, and what it would not list would
/// be taken for gone. `ListDaemons` is for one cluster, and one that has no daemon in the file any more
/// may have one of the stack's, so that every cluster is asked; then each daemon for its tags.
pub(in crate::kinds) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = Daemons.section();
    let mut observation = Observation::default();
    let named = look.named.iter().map(|named| async move {
        let Some(arn) = &named.arn else { return (named.name.clone(), Ok(None)) };
        (named.name.clone(), daemon(aws, arn).await)
    });
    let (named, others) = join(join_all(named), others(aws, look)).await;
    let mut names = BTreeSet::new();
    let mut unreadable = |about, because| {
        observation.unreadable.push(Unreadable { section, about, because, seen: None });
    };
    let others = match others {
        Ok(Some((clusters, others))) => {
            for named in look.named.iter().filter(|_| !look.goes) {
                let cluster = named.arn.as_deref().map(cluster_in).unwrap_or_default();
                if !clusters.iter().any(|arn| name_in(arn) == cluster) {
                    let because = no_cluster(cluster, &aws.place().region, CLUSTER);
                    unreadable(About::Resource(named.name.clone()), because);
                }
            }
            others
        }
        Ok(None) => Vec::new(),
        Err(failure) => {
            let about = if look.all.is_some() { About::Section } else { About::Removed };
            unreadable(about, failure.told());
            Vec::new()
        }
    };
    for (name, read) in named.into_iter().chain(others) {
        match read {
            // One that is where the file has it goes before one of the same name elsewhere.
            Ok(Some(live)) if names.insert(live.name.clone()) => observation.live.push(live),
            Ok(_) => {}
            Err(failure) => {
                let (about, because) = (About::Resource(name), failure.told());
                observation.unreadable.push(Unreadable { section, about, because, seen: None });
            }
        }
    }
    observation
}

type Reading = (String, Result<Option<Live>, Failure>);

/// All clusters, and in them what is not named and carries a mark that is looked for, or is taken by the
/// glob; nothing where none is looked for.
async fn others(aws: &Aws, look: &Look) -> Result<Option<(Vec<String>, Vec<Reading>)>, Failure> {
    let by_mark = look.owners().next().is_some();
    if !by_mark && look.all.is_none() {
        return Ok(None);
    }
    let clusters = clusters(aws).await?;
    let listed = join_all(clusters.iter().map(|cluster| list(aws, cluster))).await;
    let mut arns = Vec::new();
    for daemons in listed {
        arns.extend(daemons?);
    }
    arns.retain(|arn| !look.named.iter().any(|named| named.arn.as_ref() == Some(arn)));
    let reads = arns.into_iter().map(|arn| async move {
        let name = name_in(&arn).to_owned();
        let read = async {
            if !look.takes(&Daemons, &name) {
                let mark = Mark::take_from(&mut tags_of(aws, &arn).await?);
                if !mark.is_some_and(|mark| look.is_for(&mark.stack)) {
                    return Ok(None);
                }
            }
            daemon(aws, &arn).await
        };
        let read = read.await;
        (name, read)
    });
    let others = join_all(reads).await;
    Ok(Some((clusters, others)))
}

async fn clusters(aws: &Aws) -> Result<Vec<String>, Failure> {
    const ACTION: &str = "ecs:ListClusters";
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let request = aws.ecs.list_clusters().set_next_token(token.clone()).send();
        let answer = aws.call(ACTION, request).await?;
        found.extend(answer.cluster_arns.unwrap_or_default());
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => return Ok(found),
            next => token = next,
        }
    }
}

/// The ARNs of a cluster's daemons, those that go aside.
async fn list(aws: &Aws, cluster: &str) -> Result<Vec<String>, Failure> {
    const ACTION: &str = "ecs:ListDaemons";
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let request = aws.ecs.list_daemons().cluster_arn(cluster).set_next_token(token.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        let there = answer.daemon_summaries_list.unwrap_or_default().into_iter();
        let there = there.filter(|daemon| daemon.status != Some(DaemonStatus::DeleteInProgress));
        found.extend(there.filter_map(|daemon| daemon.daemon_arn));
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => return Ok(found),
            next => token = next,
        }
    }
}

/// What AWS says of one: what it is, how it is deployed, its revision, and its tags.
async fn daemon(aws: &Aws, arn: &str) -> Result<Option<Live>, Failure> {
    let Some(detail) = describe(aws, arn).await?.filter(is_active) else { return Ok(None) };
    let newest = async {
        match &detail.deployment_arn {
            Some(newest) => deployment(aws, newest).await,
            None => Ok(None),
        }
    };
    let (newest, tags) = join(newest, tags_of(aws, arn)).await;
    let newest = newest?;
    let meant = meant(&detail, newest.as_ref());
    let revision = match &meant {
        Some((revision, _)) => self::revision(aws, revision).await?,
        None => None,
    };
    live(aws, arn, (&detail, newest.as_ref()), (revision, meant), tags?).map(Some)
}

/// A daemon by its ARN, also one that goes.
pub(super) async fn describe(aws: &Aws, arn: &str) -> Result<Option<DaemonDetail>, Failure> {
    let request = aws.ecs.describe_daemon().daemon_arn(arn).send();
    match aws.call("ecs:DescribeDaemon", request).await {
        Err(failure) if is_gone(&failure) => Ok(None),
        other => Ok(other?.daemon),
    }
}

fn is_active(detail: &DaemonDetail) -> bool {
    detail.status != Some(DaemonStatus::DeleteInProgress)
}

/// Whether AWS says that there is no such daemon. That a cluster without it is not there says so too;
/// `ClientException` with these words is what Terraform takes for it.
pub(super) fn is_gone(failure: &Failure) -> bool {
    let code = failure.code.as_str();
    failure.reason == Reason::Refused
        && (matches!(code, "DaemonNotFoundException" | "ClusterNotFoundException")
            || (code == "ClientException" && failure.message.contains("not found")))
}

/// A deployment by its ARN; none where AWS does not remember it.
pub(super) async fn deployment(aws: &Aws, arn: &str) -> Result<Option<DaemonDeployment>, Failure> {
    let request = aws.ecs.describe_daemon_deployments().daemon_deployment_arns(arn).send();
    let answer = aws.call("ecs:DescribeDaemonDeployments", request).await?;
    Ok(answer.daemon_deployments.unwrap_or_default().into_iter().next())
}

async fn revision(aws: &Aws, arn: &str) -> Result<Option<DaemonRevision>, Failure> {
    let request = aws.ecs.describe_daemon_revisions().daemon_revision_arns(arn).send();
    let answer = aws.call("ecs:DescribeDaemonRevisions", request).await?;
    Ok(answer.daemon_revisions.unwrap_or_default().into_iter().next())
}

/// The revision that a daemon is, and its capacity providers, which stand beside it: what is being
/// deployed or was, and after a deployment that was rolled back what that went back to.
///
/// Source of the states: service model, and ECS developer guide, "Daemon deployments".
fn meant(
    detail: &DaemonDetail,
    newest: Option<&DaemonDeployment>,
) -> Option<(String, Vec<String>)> {
    let current = detail.current_revisions().iter().map(|one| {
        let providers = one.capacity_providers().iter().filter_map(|one| one.arn.clone());
        (one.arn.clone().unwrap_or_default(), providers.collect::<Vec<_>>())
    });
    let current: Vec<_> = current.collect();
    let Some(newest) = newest else { return current.into_iter().next() };
    let deployed = newest.target_daemon_revision.iter().chain(newest.source_daemon_revisions());
    let deployed = deployed.map(|one| {
        let providers = one.capacity_providers().iter().filter_map(|one| one.arn.clone());
        (one.arn.clone().unwrap_or_default(), providers.collect::<Vec<_>>())
    });
    let deployed: Vec<_> = deployed.collect();
    let back = newest.rollback.as_ref();
    let back = back.and_then(|back| back.rollback_target_daemon_revision_arn.clone());
    let target = newest.target_daemon_revision.as_ref().and_then(|one| one.arn.clone());
    let arn = match newest.status {
        Some(State::RollbackInProgress | State::RollbackSuccessful | State::RollbackFailed) => {
            let source = newest.source_daemon_revisions().first().and_then(|one| one.arn.clone());
            back.or(source).or(target)
        }
        // Some instances may have the one and some the other.
        Some(State::Stopped) => {
            let other =
                current.iter().map(|(arn, _)| arn).find(|arn| Some(*arn) != target.as_ref());
            other.cloned().or(target)
        }
        _ => target,
    }?;
    let mut known = deployed.into_iter().chain(current);
    let providers = known.find(|(known, providers)| *known == arn && !providers.is_empty());
    Some((arn, providers.map(|(_, providers)| providers).unwrap_or_default()))
}

/// What AWS answers, in the form of the file's. Where it does not remember the last deployment, how that
/// went is not known, and taken for the default.
fn live(
    aws: &Aws,
    arn: &str,
    (detail, newest): (&DaemonDetail, Option<&DaemonDeployment>),
    (revision, meant): (Option<DaemonRevision>, Option<(String, Vec<String>)>),
    mut tags: BTreeMap<String, String>,
) -> Result<Live, Failure> {
    let unread = |why| Failure::unsaid("ecs:DescribeDaemon", Reason::Unintelligible, why);
    let Some(revision) = revision else {
        return Err(unread("AWS shows no revision of it".to_owned()));
    };
    let mut tree = json!({
        NAME: name_in(arn),
        CLUSTER: detail.cluster_arn,
        DEFINITION: revision.daemon_task_definition_arn,
        PROVIDERS: meant.map(|(_, providers)| providers),
        "propagateTags": revision.propagate_tags.as_ref().map(DaemonPropagateTags::as_str),
        "enableECSManagedTags": revision.enable_ecs_managed_tags,
        "enableExecuteCommand": revision.enable_execute_command,
        "critical": revision.critical,
    });
    if let Some(configuration) = newest.and_then(|it| it.deployment_configuration.as_ref()) {
        tree[DEPLOYMENT] = shape::tree(configuration).map_err(unread)?;
    }
    if let Value::Object(members) = &mut tree {
        members.retain(|_, value| !value.is_null());
    }
    let mark = Mark::take_from(&mut tags);
    let mut document = canonical::fold(&tree, aws.place());
    if !tags.is_empty() {
        document[TAGS] = json!(tags);
    }
    let failed = newest.filter(|it| {
        matches!(
            it.status,
            Some(State::Stopped | State::RollbackSuccessful | State::RollbackFailed)
        )
    });
    let facts = json!({
        NEWEST: detail.deployment_arn,
        FAILED: failed.map(told),
        ROLLED_BACK: failed.is_some_and(|it| it.status == Some(State::RollbackSuccessful)),
        GOES_ON: newest.is_some_and(|it| goes_on(it.status.as_ref())),
    });
    Ok(Live {
        section: Daemons.section(),
        name: name_in(arn).to_owned(),
        arn: Some(arn.to_owned()),
        sensitive: Daemons.looks_secret(&document),
        document,
        mark,
        modified: detail.updated_at.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts,
    })
}

/// The cluster in a daemon's ARN: `daemon/CLUSTER/NAME`.
fn cluster_in(arn: &str) -> &str {
    arn.rsplit('/').nth(1).unwrap_or_default()
}

/// The name in an ARN: `daemon/CLUSTER/NAME`.
fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
