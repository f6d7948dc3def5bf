//! What changes hands: the names that a stack had, and what it gives to another.

use std::collections::BTreeMap;

use super::envelope::{NAME_HELP, Opener, is_stack_name};
use super::refs::Names;
use super::resolve::Draft;
use crate::document::{Diagnostic, Diagnostics, Entry, Node, Span, Value, or_nearest};
use crate::kinds::{self, Ownership};
use crate::plan::Address;

/// What a stack gives away: the address of what is live, the stack that gets it, and where the file
/// says so.
pub(super) type Given = BTreeMap<Address, (String, Span)>;

impl Opener<'_> {
    /// The names that the stack, `name`, had.
    pub(super) fn renamed_from(&mut self, name: Option<&str>) -> Vec<String> {
        const KEY: &str = "renamed_from";
        let Some(node) = self.interpolated(KEY) else { return Vec::new() };
        let names = match node.value {
            Value::Seq(items) => items,
            _ => vec![node],
        };
        let mut former = Vec::new();
        for node in names {
            if let Some(text) = self.stack_name(&node, KEY, name)
                && !former.contains(&text)
            {
                former.push(text);
            }
        }
        former
    }

    /// What the stack, `name`, gives to others.
    pub(super) fn moved(&mut self, name: Option<&str>) -> Given {
        const KEY: &str = "moved";
        let mut given = Given::new();
        let Some(node) = self.interpolated(KEY) else { return given };
        let Value::Map(map) = node.value else {
            let message =
                format!("`{KEY}` is a mapping of addresses to stacks, not {}", node.kind());
            let help = "write it like `moved: { sampling_rules.NAME: OTHER_STACK }`";
            self.found.push(Diagnostic::error(message).at(node.span).help(help));
            return given;
        };
        for entry in map.entries {
            let address = address(&entry, self.found);
            let other = self.stack_name(&entry.value, KEY, name);
            if let (Some(address), Some(other)) = (address, other) {
                given.insert(address, (other, entry.key_span));
            }
        }
        given
    }

    /// Another stack's name.
    fn stack_name(&mut self, node: &Node, key: &str, own: Option<&str>) -> Option<String> {
        let problem = match node.as_str() {
            Some(text) if Some(text) == own => {
                format!("`{key}` names `{text}`, this stack itself")
            }
            Some(text) if is_stack_name(text) => return Some(text.to_owned()),
            _ => format!("`{key}` names stacks, and {} is no stack's name", node.shown()),
        };
        self.found.push(Diagnostic::error(problem).at(node.span).help(NAME_HELP));
        None
    }
}

/// The address of something live that a stack can own.
fn address(entry: &Entry, found: &mut Diagnostics) -> Option<Address> {
    let problem = match entry.key.parse::<Address>() {
        Err(message) => Diagnostic::error(message),
        Ok(address) => match kinds::find(&address.section) {
            Some(kind) if kind.ownership() == Ownership::Tag => return Some(address),
            Some(kind) => Diagnostic::error(format!("{} is no stack's to give", kind.noun())),
            None => {
                let sections: Vec<_> = kinds::ALL.iter().map(|kind| kind.section()).collect();
                Diagnostic::error(format!("there is no section `{}`", address.section))
                    .maybe_help(or_nearest(&address.section, &sections))
            }
        },
    };
    found.push(problem.at(entry.key_span));
    None
}

/// What is given away and is in the file all the same.
pub(super) fn check_given(given: &Given, names: &Names, found: &mut Diagnostics) {
    for (address, (other, span)) in given {
        let kind = kinds::of(&address.section);
        let kept = names.iter().find(|(known, name)| {
            known.section == address.section && kinds::same_name(kind, &name.name, &address.key)
        });
        if let Some((known, _)) = kept {
            let message =
                format!("`moved` gives {address} to `{other}`, and the file has it: `{known}`");
            let help = "take it out of the file, or out of `moved`";
            found.push(Diagnostic::error(message).at(*span).help(help));
        }
    }
}

/// A resource that is said to have had the key of one that is in the file, or that two had.
pub(super) fn check_renamed(drafts: &[Draft], found: &mut Diagnostics) {
    let mut heirs: BTreeMap<Address, &Address> = BTreeMap::new();
    for draft in drafts {
        let Some((key, span)) = &draft.renamed_from else { continue };
        let old = Address::new(draft.kind.section(), key);
        let (message, help) = if old == draft.address {
            (format!("`{old}` is said to be renamed from itself"), "take `renamed_from` out")
        } else if drafts.iter().any(|other| other.address == old) {
            (
                format!(
                    "`{}` is said to be renamed from `{old}`, which is in the file",
                    draft.address
                ),
                "take one of the two out",
            )
        } else if let Some(other) = heirs.insert(old.clone(), &draft.address) {
            (
                format!(
                    "`{other}` and `{}` are both said to be renamed from `{old}`",
                    draft.address
                ),
                "take `renamed_from` out of one of them",
            )
        } else {
            continue;
        };
        found.push(Diagnostic::error(message).at(*span).help(help));
    }
}
