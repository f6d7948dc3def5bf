//! What a stack leaves to others.

use super::build::names;
use crate::kinds::{self, Observation};
use crate::stack::Stack;

/// The stack with what AWS has in the place of what is left to others: it is no difference, and no
/// step changes it.
pub(super) fn as_others_have_it(stack: &Stack, observed: &Observation) -> Stack {
    let mut stack = stack.clone();
    for wanted in &mut stack.wanted {
        let kind = kinds::of(&wanted.address.section);
        let live = observed.live.iter().find(|live| names(wanted, live));
        if let Some(left) = live.and_then(|live| kind.as_others_have_it(wanted, live)) {
            *wanted = left;
        }
    }
    stack
}
