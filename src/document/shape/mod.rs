//! ECS's shapes, none of them mapped by hand: the SDK carries the schema of each at run time, and
//! what is in here walks it.
//!
//! A body from a file is [`read`] against the shape of what an operation takes, a [`Root`], which gives
//! a plain JSON tree in the API's own names; [`input`] makes the SDK's input of such a tree, and
//! [`tree`] makes one of what AWS answers. [`json_schema`] and [`Root::leaves`] print the shape. When AWS
//! adds a member, a newer SDK adds it here; what the SDK's schema does not carry is in `rules.rs`.

mod answer;
mod input;
mod model;
mod read;
mod respell;
mod rules;
mod schema;

pub use answer::tree;
pub use input::input;
pub use model::{
    DAEMON, DAEMON_TASK_DEFINITION, DAEMON_UPDATE, Root, SERVICE, SERVICE_UPDATE, TASK_DEFINITION,
};
pub use read::{Checked, read};
pub use respell::{capital, capitalised, respelled};
#[cfg(test)]
pub(crate) use rules::names;
pub use schema::json_schema;
