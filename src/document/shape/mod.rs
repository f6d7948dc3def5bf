//! ECS's shapes, none of them mapped by hand: the SDK carries the schema of each at run time, and
//! what is in here walks it.
//!
//! A body from a file is [`read`] against the shape of `RegisterTaskDefinition`'s input, which gives
//! a plain JSON tree in the API's own names; [`register`] makes the SDK's input of such a tree, and
//! [`tree`] makes one of what AWS answers. [`json_schema`] and [`leaves`] print the shape. When AWS
//! adds a member, a newer SDK adds it here; what the SDK's schema does not carry is in `rules.rs`.

mod answer;
mod model;
mod read;
mod register;
mod respell;
mod rules;
mod schema;

pub use answer::tree;
pub use model::{leaves, members};
pub use read::{Checked, read};
pub use register::register;
pub use respell::respelled;
#[cfg(test)]
pub(crate) use rules::names;
pub use schema::json_schema;
