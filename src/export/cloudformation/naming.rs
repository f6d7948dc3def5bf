//! The logical IDs of a template.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Address;

/// The IDs, by address.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<Address, String>);

impl Ids {
    /// An ID for each address, made of its key and of what it is.
    pub(super) fn of<'a>(addresses: impl Iterator<Item = (&'a Address, &'static str)>) -> Self {
        let (mut ids, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for (address, noun) in addresses {
            ids.insert(address.clone(), free(&id(&[&address.key], noun), &mut taken));
        }
        Self(ids)
    }

    /// The ID of what is in the template.
    pub(super) fn get(&self, address: &Address) -> &str {
        self.0.get(address).map_or("", String::as_str)
    }
}

/// Words as an ID, which ends with a noun.
///
/// Source: CloudFormation user guide, "Resources": "The logical ID must be alphanumeric (A-Za-z0-9) and
/// unique within the template"; at most 255 characters ("Quotas").
pub(super) fn id(words: &[&str], noun: &str) -> String {
    const LONGEST: usize = 240;
    let mut id = String::new();
    for word in words.iter().flat_map(|word| word.split(|c: char| !c.is_ascii_alphanumeric())) {
        let mut chars = word.chars();
        id.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        id.extend(chars);
    }
    if id.starts_with(|c: char| c.is_ascii_digit()) {
        id.insert(0, 'N');
    }
    id.truncate(LONGEST - noun.len());
    if !id.ends_with(noun) {
        id += noun;
    }
    id
}

/// An ID that is not taken yet: with a number behind it where it is.
pub(super) fn free(id: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{id}{number}"));
    let mut free = std::iter::once(id.to_owned()).chain(numbered).filter(|id| !taken.contains(id));
    let id = free.next().unwrap_or_default();
    taken.insert(id.clone());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_in_one_and_no_two_are_the_same() {
        let addresses = ["backend-flask", "backend_flask", "POST minimum", "404s", "TaskRole"]
            .map(|key| Address::new("roles", key));
        let ids = Ids::of(addresses.iter().map(|address| (address, "Role")));
        let ids: Vec<_> = addresses.iter().map(|address| ids.get(address)).collect();
        assert_eq!(
            ids,
            ["BackendFlaskRole", "BackendFlaskRole2", "POSTMinimumRole", "N404sRole", "TaskRole"]
        );
    }
}
