//! Lists: which are sets, which are mappings in disguise, and which have an order.
//!
//! What stands in no line of the table keeps its order and is compared as a whole: `command`,
//! `entryPoint`, `healthCheck.command`, `dnsServers`, `dnsSearchDomains`, `extraHosts`,
//! `credentialSpecs`, `dockerSecurityOptions`, and what nothing is known of. So does
//! `environmentFiles`: of files that set the same variable, documented, "they're processed from the
//! top down".

use serde_json::{Map as Object, Value};

use super::settle::each;
use crate::plan::Path;

/// How the elements of a list are told apart.
#[derive(Clone, Copy)]
enum By {
    /// By a member, and all that it says is another one: the first becomes the key, the second the
    /// value.
    Pair(&'static str, &'static str),
    /// By a member.
    Member(&'static str),
    /// By the port, as far as that is not mapped twice.
    Port,
    /// Not at all: it is a set.
    Content,
}

use By::{Content, Member, Pair, Port};

/// What is in an element comes before the element.
///
/// Recorded: AWS gives `environment` back in an order of its own, CloudFormation also containers,
/// port mappings, links, `volumesFrom`, volumes, compatibilities and placement constraints. Of the
/// others names are unique by what they are for, and nothing is documented to depend on their order.
static LISTS: [(&str, By); 19] = [
    ("containerDefinitions.*.dependsOn", Pair("containerName", "condition")),
    ("containerDefinitions.*.environment", Pair("name", "value")),
    ("containerDefinitions.*.linuxParameters.capabilities.add", Content),
    ("containerDefinitions.*.linuxParameters.capabilities.drop", Content),
    ("containerDefinitions.*.links", Content),
    ("containerDefinitions.*.logConfiguration.secretOptions", Pair("name", "valueFrom")),
    ("containerDefinitions.*.mountPoints", Member("containerPath")),
    ("containerDefinitions.*.portMappings", Port),
    ("containerDefinitions.*.resourceRequirements", Content),
    ("containerDefinitions.*.secrets", Pair("name", "valueFrom")),
    ("containerDefinitions.*.systemControls", Pair("namespace", "value")),
    ("containerDefinitions.*.ulimits", Member("name")),
    ("containerDefinitions.*.volumesFrom", Member("sourceContainer")),
    ("containerDefinitions", Member("name")),
    ("placementConstraints", Content),
    ("proxyConfiguration.properties", Pair("name", "value")),
    ("requiresCompatibilities", Content),
    ("tags", Pair("key", "value")),
    ("volumes", Member("name")),
];

/// Puts objects in the place of lists whose elements have names, and sorts sets.
pub(super) fn key(tree: &mut Value) {
    for (path, by) in LISTS {
        each(tree, path, &mut |list| {
            let Value::Array(items) = list else { return };
            if matches!(by, Content) {
                items.sort_by_cached_key(Value::to_string);
            } else if let Some(keys) = keys(items, by) {
                let items = std::mem::take(items).into_iter();
                let entries = keys.into_iter().zip(items.map(|item| short(item, by)));
                *list = Value::Object(entries.collect());
            }
        });
    }
}

/// Puts the lists back.
pub(super) fn unkey(tree: &mut Value) {
    for (path, by) in LISTS.iter().rev() {
        each(tree, path, &mut |value| {
            let Value::Object(entries) = value else { return };
            let mut entries: Vec<_> = std::mem::take(entries).into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            *value = entries.into_iter().map(|(key, entry)| long(&key, entry, *by)).collect();
        });
    }
}

/// What tells each element apart; none where two are alike or one has no name, so that the list
/// stays as it is and nothing in it is lost. Its order stays too: what AWS makes of names that are
/// given twice is not known.
fn keys(items: &[Value], by: By) -> Option<Vec<String>> {
    let text = |item: &Value, member: &str| item.get(member)?.as_str().map(str::to_owned);
    let keys: Vec<_> = match by {
        Pair(name, _) | Member(name) => items.iter().map(|item| text(item, name)).collect(),
        Port => ports(items),
        Content => None,
    }?;
    let mut seen: Vec<_> = keys.iter().collect();
    seen.sort_unstable();
    seen.dedup();
    (seen.len() == keys.len()).then_some(keys)
}

/// `8080/tcp`, and where the same port is mapped more than once `8080/tcp/9090/name`.
fn ports(items: &[Value]) -> Option<Vec<String>> {
    let shown = |item: &Value, member: &str| match item.get(member)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let key = |item: &Value| {
        let port = shown(item, "containerPort").or_else(|| shown(item, "containerPortRange"))?;
        let protocol = shown(item, "protocol").unwrap_or_else(|| "tcp".to_owned());
        Some(format!("{port}/{protocol}"))
    };
    let keys: Vec<_> = items.iter().map(key).collect::<Option<_>>()?;
    let longer = |(item, key): (&Value, &String)| {
        if keys.iter().filter(|other| *other == key).count() == 1 {
            return key.clone();
        }
        let more = ["hostPort", "name"].map(|member| shown(item, member).unwrap_or_default());
        format!("{key}/{}", more.join("/"))
    };
    Some(items.iter().zip(&keys).map(longer).collect())
}

/// The value of a pair in place of the pair; what is more, or less, than one stays as it is.
fn short(item: Value, by: By) -> Value {
    match (by, &item) {
        (Pair(_, member), Value::Object(pair)) if pair.len() == 2 => match pair.get(member) {
            Some(value) if is_scalar(value) => value.clone(),
            _ => item,
        },
        _ => item,
    }
}

/// The pair that a value was put in the place of.
fn long(key: &str, entry: Value, by: By) -> Value {
    let mut pair = Object::new();
    match by {
        Pair(name, member) if is_scalar(&entry) => {
            pair.insert(name.to_owned(), key.into());
            pair.insert(member.to_owned(), entry);
            Value::Object(pair)
        }
        _ => entry,
    }
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Array(_) | Value::Object(_))
}

/// The path in the canonical form of what stands at a path of a settled tree.
pub(super) fn locate(tree: &Value, path: &Path) -> Path {
    let (mut located, mut pattern, mut value) = (Path::default(), Vec::new(), Some(tree));
    for step in &path.0 {
        match value {
            Some(Value::Array(items)) => {
                let list = pattern.join(".");
                let by = LISTS.iter().find(|(path, _)| *path == list).map(|(_, by)| *by);
                let keys = by.and_then(|by| Some((by, keys(items, by)?)));
                let index = step.parse::<usize>().ok();
                let item = index.and_then(|index| Some((items.get(index)?, index)));
                // A list without keys is compared as a whole.
                let (Some((by, keys)), Some((item, index))) = (keys, item) else { break };
                located = located.join(&keys[index]);
                if is_scalar(&short(item.clone(), by)) {
                    break;
                }
                (pattern, value) = (join(pattern, "*"), Some(item));
            }
            other => {
                located = located.join(step);
                (pattern, value) = (join(pattern, step), other.and_then(|value| value.get(step)));
            }
        }
    }
    located
}

fn join<'a>(mut pattern: Vec<&'a str>, step: &'a str) -> Vec<&'a str> {
    pattern.push(step);
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::shape::{DAEMON_TASK_DEFINITION, TASK_DEFINITION, names};

    #[test]
    fn what_becomes_a_key_is_known_to_the_reader_of_bodies_as_a_name() {
        for (root, names) in [
            (&TASK_DEFINITION, names(&TASK_DEFINITION)),
            (&DAEMON_TASK_DEFINITION, names(&DAEMON_TASK_DEFINITION)),
        ] {
            let known = root.leaves();
            for (path, by) in LISTS {
                let list = path.replace(".*", "[]");
                let members = match by {
                    Pair(name, _) | Member(name) => vec![name],
                    Port => {
                        vec!["containerPort", "containerPortRange", "protocol", "hostPort", "name"]
                    }
                    Content => vec![],
                };
                for member in members {
                    let leaf = format!("{list}[].{member}");
                    assert!(names.contains(&leaf) || !known.contains(&leaf), "{leaf}");
                }
            }
        }
    }
}
