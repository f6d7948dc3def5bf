//! Many stacks in one run: folders and several files, each in each of its regions.

mod find;

pub(super) use find::find;
