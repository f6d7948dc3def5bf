//! Whose a live resource is, as a stack sees it.

use super::build::names;
use crate::kinds::{self, Live, Ownership};
use crate::stack::{Stack, Wanted};
use crate::text::shell_word;

/// Whose a live resource is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// It carries the stack's mark, or is owned by standing in the file.
    Ours,
    /// It carries the mark of a name that the stack had.
    Former(String),
    /// It carries the mark of the stack that the file takes it from.
    Given(String),
    /// It carries none.
    Nobodys,
    /// It carries another.
    Anothers(String),
}

impl Whose {
    /// Whose a resource is that the file says nothing of.
    pub(super) fn of(live: &Live, stack: &Stack) -> Self {
        Self::taken(live, stack, None)
    }

    /// Whose a resource is that the file may take from another stack.
    pub(super) fn taken(live: &Live, stack: &Stack, from: Option<&str>) -> Self {
        let kind = kinds::of(live.section);
        let owner = |name: &str| kind.owner(name, &stack.place);
        match &live.mark {
            _ if kind.ownership() == Ownership::Declaration => {
                let is_declared = stack.wanted.iter().any(|wanted| names(wanted, live));
                if is_declared { Self::Ours } else { Self::Nobodys }
            }
            None => Self::Nobodys,
            Some(mark) if mark.stack == owner(&stack.name) => Self::Ours,
            Some(mark) if kind.former(stack).contains(&mark.stack) => {
                Self::Former(mark.stack.clone())
            }
            Some(mark) if from.map(owner).as_ref() == Some(&mark.stack) => {
                Self::Given(mark.stack.clone())
            }
            Some(mark) => Self::Anothers(mark.stack.clone()),
        }
    }

    /// Whether it is the stack's, by the name it has or one that it had.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self, Self::Ours | Self::Former(_))
    }

    /// The mark that it carries and is to change hands.
    pub(super) fn before(&self) -> Option<&str> {
        match self {
            Self::Former(mark) | Self::Given(mark) => Some(mark),
            Self::Ours | Self::Nobodys | Self::Anothers(_) => None,
        }
    }

    /// How it comes to the stack, where it is not the stack's yet.
    pub(super) fn comes(&self, stack: &Stack) -> Option<String> {
        match self {
            Self::Former(mark) => Some(format!("carries {}", former(mark, stack))),
            Self::Given(mark) => Some(format!("comes from the stack `{mark}`")),
            Self::Nobodys => Some("exists without a mark, and is to be adopted".to_owned()),
            Self::Ours | Self::Anothers(_) => None,
        }
    }

    /// Why the file's resource must not be touched, if so.
    pub(super) fn blocks(&self, wanted: &Wanted, stack: &Stack) -> Option<String> {
        match self {
            Self::Ours | Self::Former(_) | Self::Given(_) => None,
            Self::Nobodys if stack.adopts(&wanted.address) => None,
            Self::Nobodys => Some(format!(
                "exists without a mark of ours; take it over with `--adopt {}`",
                shell_word(&wanted.address.to_string())
            )),
            Self::Anothers(mark) => Some(match &wanted.from_stack {
                Some(other) => format!(
                    "belongs to the stack `{mark}`, neither to this one nor to `{other}`, which \
                     `from_stack` names"
                ),
                None => {
                    format!("belongs to the stack `{mark}`; take it out of one of the two files")
                }
            }),
        }
    }
}

/// What a mark is that the stack does not write any more.
pub(super) fn former(mark: &str, stack: &Stack) -> String {
    // IAM is global, so that marks there name a region too.
    match mark.strip_prefix(&stack.name).and_then(|rest| rest.strip_prefix('@')) {
        Some(region) => format!("the mark of `{mark}`, from when {region} was its home region"),
        None => format!("the mark of `{mark}`, as this stack was called"),
    }
}
