//! What task definitions have and those of managed daemons do not, told in words: most of them begin
//! as a task definition that somebody copies.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::document::shape::{DAEMON_TASK_DEFINITION, Root, TASK_DEFINITION};
use crate::document::{Diagnostic, Diagnostics, Map, Value};

/// Why there is none, and what there is instead, by the last member of the path.
///
/// Source: ECS developer guide, "Daemon task definitions"; the rest is the service model's.
const REASONS: [(&str, &str); 9] = [
    (
        "portMappings",
        "all daemons of an instance share one network, and tasks reach this one at 169.254.172.2, at the port that it listens on",
    ),
    ("networkMode", "AWS gives them one of their own, `daemon_bridge`"),
    ("requiresCompatibilities", "they run on Managed Instances and nowhere else"),
    ("placementConstraints", "one runs on each instance of its capacity providers"),
    ("runtimePlatform", "they run on whatever the capacity provider launches"),
    ("efsVolumeConfiguration", "their volumes are folders of the host"),
    ("dockerVolumeConfiguration", "their volumes are folders of the host"),
    ("ephemeralStorage", "their volumes are folders of the host"),
    ("links", "containers of a daemon share one network, as all daemons of an instance do"),
];

/// The paths of all members of a shape: `containerDefinitions.portMappings`.
fn paths(root: &Root) -> BTreeSet<String> {
    let leaves = root.leaves();
    let mut found = BTreeSet::new();
    for leaf in leaves {
        let leaf = leaf.replace("[]", "").replace("{}", "");
        let ends = leaf.match_indices('.').map(|(at, _)| at).chain([leaf.len()]);
        found.extend(ends.map(|end| leaf[..end].to_owned()));
    }
    found
}

/// What only task definitions have.
static ABSENT: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let there = paths(&DAEMON_TASK_DEFINITION);
    paths(&TASK_DEFINITION).difference(&there).cloned().collect()
});

/// Takes out what managed daemons do not have, and says so.
pub(super) fn refuse(map: &mut Map, found: &mut Diagnostics) {
    refuse_in(map, "", found);
}

fn refuse_in(map: &mut Map, path: &str, found: &mut Diagnostics) {
    map.entries.retain_mut(|entry| {
        let path =
            if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        if !ABSENT.contains(&path) {
            match &mut entry.value.value {
                Value::Map(inner) => refuse_in(inner, &path, found),
                Value::Seq(items) => {
                    for item in items {
                        if let Value::Map(inner) = &mut item.value {
                            refuse_in(inner, &path, found);
                        }
                    }
                }
                _ => {}
            }
            return true;
        }
        if !is_nothing(&entry.value.value) {
            let message = format!("managed daemons have no `{}`", entry.key);
            let why = REASONS.iter().find(|(member, _)| *member == entry.key);
            let help = why.map_or("it is a field of `task_definitions`", |(_, why)| why);
            found.push(Diagnostic::error(message).at(entry.key_span).help(help));
        }
        false
    });
}

/// The AWS CLI's skeletons and answers have empty lists of everything.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Seq(items) => items.is_empty(),
        Value::Map(map) => map.entries.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Sources, read_yaml};

    #[test]
    fn what_only_task_definitions_have_is_named_with_its_reason() {
        for (member, _) in REASONS {
            let end = format!(".{member}");
            let is_absent = |path: &String| path == member || path.ends_with(&end);
            assert!(ABSENT.iter().any(is_absent), "{member}");
        }
        let text = "networkMode: awsvpc\nplacementConstraints: []\nunknown: 1\ncontainerDefinitions:\n  - name: a\n    portMappings: [{ containerPort: 4317 }]\n    linuxParameters: { maxSwap: 1, tmpfs: [] }\n";
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let file = sources.add("stack.yaml", text);
        let node = read_yaml(&sources, file, &mut found).unwrap();
        let Value::Map(mut map) = node.value else { panic!("a mapping") };
        refuse(&mut map, &mut found);
        let said: Vec<_> = found.all.iter().map(|problem| problem.message.as_str()).collect();
        let absent = ["networkMode", "portMappings", "maxSwap"];
        assert_eq!(said, absent.map(|field| format!("managed daemons have no `{field}`")));
        // What nobody knows is the reader's to complain of.
        let left: Vec<_> = map.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(left, ["unknown", "containerDefinitions"]);
    }
}
