//! Trust policies, which IAM does not keep as text: it resolves the principals when one is written,
//! and writes it anew for each reader.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::reply::Fault;
use super::super::{Call, caller};
use super::document::{self, Place};
use super::fault::malformed;
use super::record::Section;

/// How many characters a trust policy may have (documentation, a default that can be raised;
/// recording of the refusal).
const QUOTA: usize = 2048;

/// The order in which a statement's elements come back (recordings, but for those that no recorded
/// trust policy has: they go after the ones they are the opposite of).
const ORDER: [&str; 6] = ["Sid", "Effect", "Principal", "Action", "NotAction", "Condition"];

/// The user that STS says the caller is.
const CALLER: (&str, &str) = ("user/local", "AIDALOCALLOCALLOCAL00");

/// A role's trust policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trust {
    /// The document as it came, which only the answer to `CreateRole` shows (recording).
    pub(super) text: String,
    /// The unique ids behind the ARNs of this account's roles and users in it, as they were when
    /// the document was written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    ids: BTreeMap<String, String>,
}

impl Trust {
    /// Takes a document, if it is one.
    pub(super) fn write(call: &Call<'_>, section: &Section, text: String) -> Result<Self, Fault> {
        let document = document::check(&text, Place::Trust)?;
        document::check_size(&text, "ACLSizePerRole", QUOTA)?;
        let mut ids = BTreeMap::new();
        for statement in document::statements(&document)? {
            let kinds = statement.get("Principal").and_then(Value::as_object);
            for (kind, names) in kinds.into_iter().flatten() {
                for name in document::strings(names).unwrap_or_default() {
                    match resolve(call, section, kind, name) {
                        Principal::Plain => {}
                        Principal::Entity(id) => {
                            ids.insert(name.to_owned(), id);
                        }
                        Principal::Missing => return Err(invalid(kind, name)),
                    }
                }
            }
        }
        Ok(Self { text, ids })
    }

    /// The document as reading it shows it: without white space, elements in one order, a single
    /// principal not in a list (recordings; the last is what they suggest and none proves), and
    /// several principals in an order that is another one each time (recordings).
    pub(super) fn shown(&self, call: &Call<'_>, section: &Section) -> String {
        let Ok(Value::Object(document)) = serde_json::from_str(&self.text) else {
            return self.text.clone();
        };
        let turn = call.memory.iam.next_showing();
        let statement = |statement: &Map<String, Value>| {
            let mut statement = statement.clone();
            if let Some(Value::Object(kinds)) = statement.get_mut("Principal") {
                for names in kinds.values_mut() {
                    *names = self.principals(call, section, names, turn);
                }
            }
            object(&ORDER, &texts(&statement))
        };
        let statements = document::statements(&document).unwrap_or_default();
        let statements: Vec<_> = statements.into_iter().map(statement).collect();
        let mut members = texts(&document);
        members.insert("Statement", format!("[{}]", statements.join(",")));
        object(&["Version", "Id", "Statement"], &members)
    }

    fn principals(&self, call: &Call<'_>, section: &Section, names: &Value, turn: u64) -> Value {
        let names = document::strings(names).unwrap_or_default();
        let mut names: Vec<_> =
            names.iter().map(|name| self.name_now(call, section, name)).collect();
        names.sort_by_key(|name| mix(turn, name));
        match names.as_slice() {
            [only] => json!(only),
            several => json!(several),
        }
    }

    /// What a principal is called today. Who was deleted shows as the unique id, for ever: whoever
    /// is made anew under the same name is somebody else (documentation). A bare account is shown
    /// as its root (documentation of principals; no recording).
    fn name_now(&self, call: &Call<'_>, section: &Section, name: &str) -> String {
        if is_account(name) {
            return format!("arn:{}:iam::{name}:root", caller::partition(call.region));
        }
        match self.ids.get(name) {
            Some(id) if !is_alive(section, id) => id.clone(),
            _ => name.to_owned(),
        }
    }
}

/// What a name in a trust policy turns out to be.
enum Principal {
    /// Taken as it stands.
    Plain,
    /// A role or user of this account, with its unique id.
    Entity(String),
    Missing,
}

fn resolve(call: &Call<'_>, section: &Section, kind: &str, name: &str) -> Principal {
    match kind {
        "AWS" if name == "*" || is_account(name) => Principal::Plain,
        "AWS" => resolve_arn(call, section, name),
        // AWS knows its services by name. Here anything that looks like one is taken.
        "Service" if name.contains('.') && !name.contains(['*', ':', '/', ' ']) => Principal::Plain,
        "Federated" if name.contains(['.', ':']) => Principal::Plain,
        _ => Principal::Missing,
    }
}

fn resolve_arn(call: &Call<'_>, section: &Section, name: &str) -> Principal {
    let parts: Vec<_> = name.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, entity] = parts.as_slice() else {
        return Principal::Missing;
    };
    if *partition != caller::partition(call.region) || !is_account(account) {
        return Principal::Missing;
    }
    let (kind, rest) = entity.split_once('/').unwrap_or((entity, ""));
    match (*service, kind) {
        ("iam", "root") if rest.is_empty() => Principal::Plain,
        // Whether those of other accounts exist is not ours to know.
        ("iam", "role" | "user") if *account != call.account && !rest.is_empty() => {
            Principal::Plain
        }
        ("iam", "role") => match section.role_by_arn(call, name) {
            Some(role) if call.memory.iam.sees(&role.id) => Principal::Entity(role.id.clone()),
            _ => Principal::Missing,
        },
        ("iam", "user") if *entity == CALLER.0 => Principal::Entity(CALLER.1.to_owned()),
        ("sts", "assumed-role" | "federated-user") if !rest.is_empty() => Principal::Plain,
        _ => Principal::Missing,
    }
}

/// (recording: a role that is not there yet)
fn invalid(kind: &str, name: &str) -> Fault {
    let kind = if kind == "AWS" { kind.to_owned() } else { kind.to_ascii_uppercase() };
    malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\""))
}

fn is_account(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_alive(section: &Section, id: &str) -> bool {
    id == CALLER.1 || section.roles.values().any(|role| role.id == id)
}

fn texts(members: &Map<String, Value>) -> BTreeMap<&str, String> {
    members.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect()
}

/// An object as text, from the texts of its members, all of which `order` names.
fn object(order: &[&str], members: &BTreeMap<&str, String>) -> String {
    let named = order.iter().filter_map(|name| members.get(name).map(|text| (name, text)));
    let members: Vec<_> = named.map(|(name, text)| format!("\"{name}\":{text}")).collect();
    format!("{{{}}}", members.join(","))
}

/// A number for a name that is another one each turn, and the same on each machine (FNV-1a).
fn mix(turn: u64, name: &str) -> u64 {
    let bytes = turn.to_le_bytes().into_iter().chain(name.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 29)
}
