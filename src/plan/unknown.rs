//! What could not be read, as a plan tells it.

use super::address::Address;
use super::step::Unknown;
use crate::kinds::{About, Unreadable};
use crate::stack::Stack;

/// What is not known of the resources that a stack is about, in order.
pub(super) fn unknown<'a>(
    stack: &Stack,
    unreadable: impl Iterator<Item = &'a Unreadable>,
) -> Vec<Unknown> {
    let mut all: Vec<_> = unreadable.map(|read| tell(stack, read)).collect();
    all.sort_by(|a, b| a.what.cmp(&b.what));
    all
}

fn tell(stack: &Stack, read: &Unreadable) -> Unknown {
    let mut declared = stack.wanted.iter().filter(|w| w.address.section == read.section);
    let because = read.because.clone();
    match &read.about {
        About::Resource(name) => {
            let wanted = declared.find(|wanted| &wanted.name == name);
            let address = Address::new(read.section, name);
            let what = wanted.map_or(&address, |wanted| &wanted.address).to_string();
            Unknown { what, because, declared: wanted.is_some() }
        }
        About::Section => {
            let what = read.section.to_owned();
            Unknown { what, because, declared: declared.next().is_some() }
        }
        About::Removed => {
            let what = format!("{} that are no longer in the file", read.section);
            Unknown { what, because, declared: false }
        }
    }
}
