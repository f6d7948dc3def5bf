//! IAM: roles, their policies, managed policies and instance profiles.

mod record;
mod trust;
mod visibility;

pub(super) use record::Section;
pub(super) use visibility::Memory;
