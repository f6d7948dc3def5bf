//! What services, clusters and revisions are called.

use crate::kinds::grants;
use crate::stack::Place;

/// The cluster that is meant where none is named.
///
/// Source: service model, `CreateServiceRequest.cluster`.
pub(super) const DEFAULT: &str = "default";

/// The name of a cluster, of which the ARN may be given.
pub(super) fn cluster(given: Option<&str>) -> &str {
    let given = given.filter(|given| !given.is_empty()).unwrap_or(DEFAULT);
    if given.starts_with("arn:") { last(given) } else { given }
}

/// The ARN of a service: the long form, which all have that can be tagged.
///
/// Source: ECS developer guide, "Amazon Resource Names (ARNs) and IDs".
pub(super) fn arn(place: &Place, cluster: &str, name: &str) -> String {
    let name = last(name);
    grants::arn(place, "ecs", &place.region, &format!("service/{cluster}/{name}"))
}

/// The cluster and the name in a service's ARN. The short form names no cluster: the default one is
/// looked in.
pub(super) fn parts(arn: &str) -> Option<(&str, &str)> {
    let resource = arn.splitn(6, ':').nth(5)?.strip_prefix("service/")?;
    Some(resource.split_once('/').unwrap_or((DEFAULT, resource)))
}

/// The ARN of a revision that is named `family:7`; of what is none of this, what is given.
pub(super) fn revision(place: &Place, given: &str) -> String {
    let own = grants::arn(place, "ecs", &place.region, "task-definition/");
    // A family's own ARN is not one of ECS's, and people write it.
    let given = given.strip_prefix(&own).filter(|rest| !rest.contains(':')).unwrap_or(given);
    let is_revision = given.split_once(':').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
    });
    if is_revision && !given.starts_with("arn:") { own + given } else { given.to_owned() }
}

/// The family where a task definition is given by nothing else: its newest ACTIVE revision is meant.
///
/// Source: service model, `CreateServiceRequest.taskDefinition`.
pub(super) fn bare_family(given: &str) -> Option<&str> {
    let is_bare = !given.contains(':') && !given.contains('$') && !given.is_empty();
    is_bare.then_some(given)
}

/// The family of a revision, by any of its names.
pub(super) fn family_of(revision: &str) -> &str {
    let name = last(revision);
    name.split_once(':').map_or(name, |(family, _)| family)
}

/// What stands behind the last slash: `web:7` of a revision's ARN.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_read_in_both_forms() {
        let long = "arn:aws-cn:ecs:cn-north-1:123456789012:service/prod/web";
        assert_eq!(parts(long), Some(("prod", "web")));
        let short = "arn:aws:ecs:eu-west-1:123456789012:service/web";
        assert_eq!(parts(short), Some((DEFAULT, "web")));
        assert_eq!(parts("arn:aws:ecs:eu-west-1:123456789012:cluster/web"), None);
        assert_eq!(parts("web"), None);
        for given in [None, Some(""), Some("default")] {
            assert_eq!(cluster(given), DEFAULT);
        }
        assert_eq!(cluster(Some("arn:aws:ecs:eu-west-1:123456789012:cluster/prod")), "prod");
    }

    #[test]
    fn a_revision_has_an_arn_and_a_family_has_none() {
        let place = Place { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
        let arn = |revision: &str| {
            format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/{revision}")
        };
        assert_eq!(revision(&place, "web:7"), arn("web:7"));
        assert_eq!(revision(&place, &arn("web:7")), arn("web:7"));
        assert_eq!(revision(&place, "web"), "web");
        assert_eq!(revision(&place, &arn("web")), "web");
        assert_eq!(revision(&place, "${task_definition.web.arn}"), "${task_definition.web.arn}");
        assert_eq!(bare_family("web"), Some("web"));
        for other in ["web:7", "", "${task_definition.web.arn}"] {
            assert_eq!(bare_family(other), None, "{other}");
        }
        assert_eq!(family_of(&arn("web:7")), "web");
    }
}
