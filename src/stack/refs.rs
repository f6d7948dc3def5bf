//! References from one resource to another: `${role.NAME.arn}`.

use std::collections::{BTreeMap, BTreeSet};

use super::vars::Resolved;
use crate::document::{Diagnostic, Node, Span, Value, or_nearest};
use crate::kinds::{self, Kind};
use crate::plan::Address;

/// The word of a reference, and the section it looks in.
pub(super) const WORDS: [(&str, &str); 9] = [
    ("role", "roles"),
    ("policy", "policies"),
    ("sampling_rule", "sampling_rules"),
    ("group", "groups"),
    ("log_group", "log_groups"),
    ("parameter", "parameters"),
    ("task_definition", "task_definitions"),
    ("daemon_task_definition", "daemon_task_definitions"),
    ("service", "services"),
];

/// A reference to the ARN of a resource, as a file has it; `None` for a section that has no word.
///
/// Where AWS makes a part of the ARN up it stands in documents in place of it, until that is known.
pub(crate) fn arn_of(address: &Address) -> Option<String> {
    let (word, _) = WORDS.iter().find(|(_, section)| *section == address.section)?;
    Some(format!("${{{word}.{}.arn}}", address.key))
}

/// The names of everything that a stack declares, by address.
pub(super) type Names = BTreeMap<Address, Name>;

/// What is known of a resource before references are filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The name AWS will know it by.
    pub name: String,
    /// The ARN it will have, where that follows from its body.
    pub arn: Option<String>,
}

/// What `${WORD.NAME.OUTPUT}` stands for, and which resource that makes necessary.
pub(super) fn resolve(
    (word, name, output): (&str, &str, &str),
    names: &Names,
) -> Result<(Resolved, Address), Diagnostic> {
    let section =
        WORDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, section)| section);
    let address = Address::new(section, name);
    let Some(known) = names.get(&address) else {
        let keys: Vec<_> =
            names.keys().filter(|a| a.section == section).map(|a| a.key.as_str()).collect();
        return Err(Diagnostic::error(format!("the stack has no `{address}`"))
            .label("referred to here")
            .maybe_help(or_nearest(name, &keys).or_else(|| {
                let declare =
                    kinds::find(section).map(|_| format!("declare it under `{section}:`, or "));
                Some(format!("{}write its ARN out", declare.unwrap_or_default()))
            })));
    };
    let is_given = || kinds::find(section).is_some_and(Kind::arn_is_given);
    let given = || is_given().then(|| arn_of(&address)).flatten();
    let arn = known.arn.clone().or_else(given).filter(|_| output == "arn");
    match arn {
        Some(arn) => Ok((Resolved::text(arn), address)),
        None => Err(Diagnostic::error(format!("`{address}` has no output `{output}`"))
            .label("referred to here")
            .help("the output there is: `arn`")),
    }
}

/// Puts references in the place of the names of resources that mean their ARNs, and returns which
/// these are.
pub(super) fn by_name(kind: &dyn Kind, body: &mut Node, names: &Names) -> Vec<Address> {
    let Value::Map(map) = &mut body.value else { return Vec::new() };
    let mut found = Vec::new();
    for (field, section) in kind.names_others() {
        let entry = map.entries.iter_mut().find(|entry| entry.key == *field);
        let Some(Value::String(text)) = entry.map(|entry| &mut entry.value.value) else { continue };
        let is_it = |(address, known): &(&Address, &Name)| {
            address.section == *section && known.name == *text
        };
        if let Some((address, _)) = names.iter().find(is_it)
            && let Some(reference) = arn_of(address)
        {
            *text = reference;
            found.push(address.clone());
        }
    }
    found
}

/// Whether one resource depends on another, whatever stands between them.
pub(super) fn reaches(
    depends: &BTreeMap<Address, BTreeMap<Address, Span>>,
    from: &Address,
    to: &Address,
) -> bool {
    let mut on = depends.get(from).into_iter().flat_map(BTreeMap::keys);
    from == to || on.any(|next| reaches(depends, next, to))
}

/// The references that go in a circle, if some do, each with where it stands.
pub(super) fn circle(depends: &BTreeMap<Address, BTreeMap<Address, Span>>) -> Option<Vec<Address>> {
    let mut settled: BTreeSet<&Address> = BTreeSet::new();
    loop {
        let before = settled.len();
        for (address, on) in depends {
            if on.keys().all(|other| settled.contains(other) || !depends.contains_key(other)) {
                settled.insert(address);
            }
        }
        if settled.len() == before {
            let left: Vec<_> =
                depends.keys().filter(|address| !settled.contains(address)).cloned().collect();
            return (!left.is_empty()).then_some(left);
        }
    }
}
