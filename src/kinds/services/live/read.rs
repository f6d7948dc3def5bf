//! Reading services.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::ServiceField;
use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::super::change::FAMILY;
use super::super::concern::{NEWEST, REBALANCING, steady};
use super::super::names::{self, parts};
use super::super::spec::{CLUSTER, COUNT, NAME, OF_DEPLOYMENT, ROLE, SCHEDULING, TAGS, canonical};
use super::super::{Services, spec};
use crate::aws::{Aws, Failure, Reason, marked, next_page};
use crate::document::shape;
use crate::kinds::ecs::no_cluster;
use crate::kinds::task_definitions::newest;
use crate::kinds::{About, Kind as _, Live, Look, Named, Observation, Unreadable};
use crate::safety::Mark;

const DESCRIBE: &str = "ecs:DescribeServices";

/// Services that one call describes (service model, `DescribeServicesRequest.services`).
const AT_ONCE: usize = 10;

/// A service that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) cluster: String,
    pub(super) name: String,
}

/// What was found of the services of one cluster, by their names.
type Found = Result<BTreeMap<String, Value>, Failure>;

impl Place {
    pub(super) fn of(arn: &str) -> Option<Self> {
        let (cluster, name) = parts(arn)?;
        Some(Self { cluster: cluster.to_owned(), name: name.to_owned() })
    }

    fn of_named(named: &Named) -> Self {
        let by_arn = named.arn.as_deref().and_then(Self::of);
        by_arn.unwrap_or_else(|| {
            let name = names::last(&named.name).to_owned();
            Self { cluster: names::DEFAULT.to_owned(), name }
        })
    }
}

/// The services that are named, and those that carry the mark.
///
/// The tagging API may list what is deleted, so that each is described; one that is INACTIVE or on its
/// way there is none (service model, `DeleteService`).
pub(in crate::kinds) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = Services.section();
    let mut observation = Observation::default();
    let unreadable = |about, because: String| Unreadable { section, about, because, seen: None };
    let mut places: BTreeSet<Place> = look.named.iter().map(Place::of_named).collect();
    let (listed, all) = join(all_marked(aws, look), all(aws, look)).await;
    match listed {
        Ok(listed) => places.extend(listed),
        Err(failure) => observation.unreadable.push(unreadable(About::Removed, failure.told())),
    }
    match all {
        Ok(all) => places.extend(all),
        Err(failure) => observation.unreadable.push(unreadable(About::Section, failure.told())),
    }
    let families = look.named.iter().filter_map(|named| named.known[FAMILY].as_str());
    let families: BTreeSet<_> = families.filter(|_| !look.goes).collect();
    let newest = join_all(
        families.into_iter().map(|family| async move { (family, newest(aws, family).await) }),
    );
    let (found, newest) = join(described(aws, &places), newest).await;
    let newest: BTreeMap<_, _> = newest.into_iter().collect();

    let mut called = BTreeSet::new();
    for named in &look.named {
        let place = Place::of_named(named);
        places.remove(&place);
        called.insert(named.name.clone());
        let about = || About::Resource(named.name.clone());
        let family = named.known[FAMILY].as_str().and_then(|family| newest.get(family));
        match (found.get(&place.cluster), family) {
            (Some(Err(failure)), _) if is_no_cluster(failure) && look.goes => {}
            (Some(Err(failure)), _) => {
                let because = told(failure, &place.cluster, aws);
                observation.unreadable.push(unreadable(about(), because));
            }
            (_, Some(Err(failure))) => {
                observation.unreadable.push(unreadable(about(), failure.told()));
            }
            (Some(Ok(services)), family) => {
                let Some(service) = services.get(&place.name) else { continue };
                let mut live = live(aws, service, &place, named.name.clone());
                if let Some(Ok(Some(newest))) = family {
                    live.facts[NEWEST] = json!(newest);
                }
                observation.live.push(live);
            }
            (None, _) => {}
        }
    }
    // What the file does not have at this place, though it may have another of that name.
    for place in &places {
        let by_both = format!("{}/{}", place.cluster, place.name);
        let name = if called.contains(&place.name) { by_both } else { place.name.clone() };
        match found.get(&place.cluster) {
            Some(Ok(services)) => {
                if let Some(service) = services.get(&place.name) {
                    called.insert(name.clone());
                    observation.live.push(live(aws, service, place, name));
                }
            }
            Some(Err(failure)) if !is_no_cluster(failure) => {
                let because = told(failure, &place.cluster, aws);
                observation.unreadable.push(unreadable(About::Resource(name), because));
            }
            _ => {}
        }
    }
    observation
}

/// The services that carry a mark which is looked for.
async fn all_marked(aws: &Aws, look: &Look) -> Result<Vec<Place>, Failure> {
    let owners = look.owners().collect();
    let listed = marked(aws, "ecs:service", &owners, &aws.place().region).await?;
    Ok(listed.keys().filter_map(|arn| Place::of(arn)).collect())
}

/// The services that the glob takes, of all clusters.
async fn all(aws: &Aws, look: &Look) -> Result<Vec<Place>, Failure> {
    const CLUSTERS: &str = "ecs:ListClusters";
    let (mut places, mut token) = (Vec::new(), None);
    while look.all.is_some() {
        let request = aws.ecs.list_clusters().set_next_token(token.clone()).send();
        let answer = aws.call(CLUSTERS, request).await?;
        let clusters = answer.cluster_arns.unwrap_or_default();
        let listed = join_all(clusters.iter().map(|cluster| of_cluster(aws, cluster))).await;
        for services in listed {
            let services = services?.into_iter();
            places.extend(services.filter(|place| look.takes(&Services, &place.name)));
        }
        match next_page(CLUSTERS, token.as_deref(), answer.next_token)? {
            None => break,
            next => token = next,
        }
    }
    Ok(places)
}

async fn of_cluster(aws: &Aws, cluster: &str) -> Result<Vec<Place>, Failure> {
    const SERVICES: &str = "ecs:ListServices";
    let (mut places, mut token) = (Vec::new(), None);
    loop {
        let request = aws.ecs.list_services().cluster(cluster).max_results(100);
        let request = request.set_next_token(token.clone()).send();
        let answer = aws.call(SERVICES, request).await?;
        let arns = answer.service_arns.unwrap_or_default().into_iter();
        places.extend(arns.map(|arn| {
            let name = names::last(&arn).to_owned();
            Place { cluster: names::cluster(Some(cluster)).to_owned(), name }
        }));
        match next_page(SERVICES, token.as_deref(), answer.next_token)? {
            None => return Ok(places),
            next => token = next,
        }
    }
}

/// What is there of these, cluster by cluster.
async fn described(aws: &Aws, places: &BTreeSet<Place>) -> BTreeMap<String, Found> {
    let mut clusters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for place in places {
        clusters.entry(&place.cluster).or_default().push(&place.name);
    }
    let described = clusters.into_iter().map(|(cluster, names)| async move {
        let parts = names.chunks(AT_ONCE).map(|names| describe(aws, cluster, names));
        let mut found = Ok(BTreeMap::new());
        for part in join_all(parts).await {
            match (&mut found, part) {
                (Ok(found), Ok(part)) => found.extend(part),
                (_, Err(failure)) => found = Err(failure),
                (Err(_), Ok(_)) => {}
            }
        }
        (cluster.to_owned(), found)
    });
    join_all(described).await.into_iter().collect()
}

async fn describe(aws: &Aws, cluster: &str, names: &[&str]) -> Found {
    let mut found = BTreeMap::new();
    for service in raw(aws, cluster, names).await? {
        if service["status"] == json!("ACTIVE")
            && let Some(name) = service[NAME].as_str()
        {
            found.insert(name.to_owned(), service);
        }
    }
    Ok(found)
}

/// Services as AWS describes them, whatever has become of them.
async fn raw(aws: &Aws, cluster: &str, names: &[&str]) -> Result<Vec<Value>, Failure> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let request = aws
        .ecs
        .describe_services()
        .cluster(cluster)
        .set_services(Some(names))
        .include(ServiceField::Tags);
    let answer = aws.call(DESCRIBE, request.send()).await?;
    let services = answer.services.unwrap_or_default();
    let trees = services.iter().map(|service| {
        shape::tree(service).map_err(|why| Failure::unsaid(DESCRIBE, Reason::Unintelligible, why))
    });
    trees.collect()
}

/// One service as AWS describes it, whatever has become of it.
pub(super) async fn one(aws: &Aws, place: &Place) -> Result<Option<Value>, Failure> {
    match raw(aws, &place.cluster, &[&place.name]).await {
        Ok(services) => Ok(services.into_iter().next()),
        Err(failure) if is_no_cluster(&failure) || is_gone(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

pub(super) fn is_no_cluster(failure: &Failure) -> bool {
    failure.code == "ClusterNotFoundException"
}

pub(super) fn is_gone(failure: &Failure) -> bool {
    failure.code == "ServiceNotFoundException"
}

/// Why a cluster's services could not be read.
fn told(failure: &Failure, cluster: &str, aws: &Aws) -> String {
    if !is_no_cluster(failure) {
        return failure.told();
    }
    no_cluster(cluster, &aws.place().region, CLUSTER)
}

/// What AWS answers, in the form of [`spec::read`].
fn live(aws: &Aws, service: &Value, place: &Place, name: String) -> Live {
    let text = |field: &str| service[field].as_str().map(str::to_owned);
    let mut tree = json!({NAME: place.name, CLUSTER: place.cluster});
    let is_daemon = service[SCHEDULING] == json!("DAEMON");
    for field in shape::SERVICE.fields() {
        // As many as there are instances, which nobody asks for.
        let is_apart = [TAGS, REBALANCING].contains(&field) || (is_daemon && field == COUNT);
        let is_taken = !is_apart && tree.get(field).is_none();
        if let Some(value) = service.get(field).filter(|_| is_taken) {
            tree[field] = value.clone();
        }
    }
    if let Some(role) = text("roleArn").filter(|role| !spec::is_linked(role)) {
        tree[ROLE] = json!(role);
    }
    let primary = primary(service);
    for field in OF_DEPLOYMENT {
        if let Some(value) = primary.and_then(|primary| primary.get(field)) {
            tree[field] = value.clone();
        }
    }
    let tags = service[TAGS].as_array().into_iter().flatten();
    let mut tags: BTreeMap<_, _> = tags
        .filter_map(|tag| {
            let value = tag["value"].as_str().unwrap_or_default();
            Some((tag["key"].as_str()?.to_owned(), value.to_owned()))
        })
        .collect();
    let mark = Mark::take_from(&mut tags);
    let mut document = steady(canonical(&tree, aws.place()));
    if !tags.is_empty() {
        document[TAGS] = json!(tags);
    }
    Live {
        section: Services.section(),
        name,
        arn: text("serviceArn"),
        sensitive: Services.looks_secret(&document),
        document,
        mark,
        modified: primary.and_then(|primary| primary["updatedAt"].as_str()).map(str::to_owned),
        facts: json!({REBALANCING: service.get(REBALANCING)}),
    }
}

/// The newest deployment of a service.
pub(super) fn primary(service: &Value) -> Option<&Value> {
    let mut deployments = service["deployments"].as_array().into_iter().flatten();
    deployments.find(|one| one["status"] == json!("PRIMARY"))
}
