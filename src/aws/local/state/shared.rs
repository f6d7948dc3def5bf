//! A part of the state that copies share until one of them is changed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that is copied when it is first written to, and not when it is cloned: every request works
/// on a copy of the state, and most only look at it.
#[derive(Debug, Default)]
pub(in super::super) struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// A value that nobody shares yet.
    pub(in super::super) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_made_by_the_first_change_and_by_nothing_else() {
        let old = Shared::new(vec![1]);
        let mut new = old.clone();
        assert!(new.contains(&1) && Arc::ptr_eq(&old.0, &new.0));
        new.push(2);
        assert_eq!((old.as_slice(), new.as_slice()), (&[1][..], &[1, 2][..]));
        assert!(old != new);
        let read: Shared<Vec<u8>> = serde_json::from_str("[1]").unwrap();
        assert!(read == old);
        assert_eq!(serde_json::to_string(&new).unwrap(), "[1,2]");
    }
}
