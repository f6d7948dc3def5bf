//! The canonical form of a task definition, in which equal things are equal.
//!
//! [`fold`] makes it of a plain tree in the API's names, from a file or from what AWS answers. What
//! AWS fills in, re-encodes or keeps in no order is alike on both sides then, and a list whose
//! elements have names is an object by these names, so that a difference is at
//! `containerDefinitions.app.environment.LOG_LEVEL`. [`unfold`] makes a plain tree of it again.
//!
//! What is folded is in `settle`, value by value, and in `lists`, list by list, each rule with its
//! source. "Recorded" is what AWS answered to strangers who kept their input too; "documented" is the
//! text of the service model.

mod lists;
mod settle;

pub(crate) use settle::units;

use serde_json::Value;

use crate::plan::Path;

/// What is registered: the two have most of their members in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A task definition.
    Task,
    /// The task definition of a managed daemon.
    Daemon,
}

/// The canonical form of a plain tree.
pub fn fold(tree: &Value) -> Value {
    Of::Task.fold(tree)
}

impl Of {
    /// The canonical form of a plain tree.
    pub fn fold(self, tree: &Value) -> Value {
        let mut tree = settle::settled(tree, self);
        lists::key(&mut tree);
        tree
    }

    /// Where in the canonical form of a tree a value of the tree is.
    pub fn locate(self, tree: &Value, path: &Path) -> Path {
        lists::locate(&settle::settled(tree, self), path)
    }

    /// The same of many paths.
    pub fn locate_all(self, tree: &Value, paths: &[Path]) -> Vec<Path> {
        let tree = settle::settled(tree, self);
        paths.iter().map(|path| lists::locate(&tree, path)).collect()
    }
}

/// A plain tree of a canonical form, the elements of what has no order in the order of their names:
/// that it can be made, and folds to the same again, is what shows that folding loses nothing.
pub fn unfold(canonical: &Value) -> Value {
    let mut tree = canonical.clone();
    lists::unkey(&mut tree);
    tree
}

/// Where in the canonical form of a tree a value of the tree is: the path of the tree, elements of
/// lists by their index, becomes the path of the smallest part that is compared as a whole.
pub fn locate(tree: &Value, path: &Path) -> Path {
    Of::Task.locate(tree, path)
}

/// The same of many paths.
pub fn locate_all(tree: &Value, paths: &[Path]) -> Vec<Path> {
    Of::Task.locate_all(tree, paths)
}

#[cfg(test)]
mod tests;
