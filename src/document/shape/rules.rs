//! What the SDK's schemas do not carry: members that have to be there, the
//! values of enumerations, bounds and lengths.
//!
//! Source: the service model of ECS. `tests/python/model.py` holds the table against the model that
//! comes with botocore, in both directions.

mod table;

use table::TABLE;

/// A rule of a member, or with `[]` behind it of the elements of its list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// It has to be there.
    Required,
    /// It is one of these.
    OneOf(&'static [&'static str]),
    /// So many characters, elements, or the number itself: at least, and at most.
    Bounds(i64, Option<i64>),
}

/// The rules of a member, by `Shape.member`.
pub(super) fn of(member: &str) -> &'static [Rule] {
    TABLE.iter().find(|(name, _)| *name == member).map_or(&[], |(_, rules)| rules)
}

/// Whether a member has to be there.
pub(super) fn is_required(member: &str) -> bool {
    of(member).iter().any(|rule| matches!(rule, Rule::Required))
}

/// Whether what stands here names an element of a list, or the whole, and so is in every output.
pub(super) fn is_a_name(member: &str) -> bool {
    NAMES.contains(&member)
}

/// The paths of all leaves of a shape that are names.
#[cfg(test)]
pub(crate) fn names(root: &super::Root) -> Vec<String> {
    let mut found = Vec::new();
    super::model::each_leaf(root.shape(), "", "", &mut |path, member| {
        if is_a_name(member) {
            found.push(path.to_owned());
        }
    });
    found
}

/// Members by which canonical forms tell elements apart, those that make a name, or the whole.
pub(super) static NAMES: [&str; 22] = [
    "ContainerDefinition.name",
    "ContainerDependency.containerName",
    "CreateDaemonRequest.daemonName",
    "CreateServiceRequest.cluster",
    "CreateServiceRequest.serviceName",
    "DaemonContainerDefinition.name",
    "DaemonVolume.name",
    "KeyValuePair.name",
    "MountPoint.containerPath",
    "PortMapping.containerPort",
    "PortMapping.containerPortRange",
    "PortMapping.hostPort",
    "PortMapping.name",
    "PortMapping.protocol",
    "RegisterDaemonTaskDefinitionRequest.family",
    "RegisterTaskDefinitionRequest.family",
    "Secret.name",
    "SystemControl.namespace",
    "Tag.key",
    "Ulimit.name",
    "Volume.name",
    "VolumeFrom.sourceContainer",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::model::Shape;
    use super::super::{
        DAEMON, DAEMON_TASK_DEFINITION, DAEMON_UPDATE, SERVICE, SERVICE_UPDATE, TASK_DEFINITION,
    };
    use super::*;

    /// `Shape.member` and `Shape.member[]` of everything below a shape.
    fn members(shape: &Shape, found: &mut BTreeSet<String>) {
        match shape {
            Shape::List(of) | Shape::Map(of) => members(of, found),
            Shape::Struct(of) => {
                for (member, shape) in &of.members {
                    let name = format!("{}.{member}", of.name);
                    if matches!(shape, Shape::List(_)) {
                        found.insert(format!("{name}[]"));
                    }
                    found.insert(name);
                    members(shape, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_line_is_about_a_member_that_there_is() {
        let mut known = BTreeSet::new();
        for root in [
            &TASK_DEFINITION,
            &DAEMON_TASK_DEFINITION,
            &SERVICE,
            &SERVICE_UPDATE,
            &DAEMON,
            &DAEMON_UPDATE,
        ] {
            members(root.shape(), &mut known);
        }
        let lines: Vec<_> = TABLE.iter().map(|(name, _)| *name).chain(NAMES).collect();
        for name in &lines {
            assert!(known.contains(*name), "{name}");
        }
        for sorted in [TABLE.iter().map(|(name, _)| *name).collect::<Vec<_>>(), NAMES.to_vec()] {
            assert!(sorted.is_sorted_by(|one, next| one < next), "{sorted:?}");
        }
    }
}
