//! What X-Ray's rules, groups and policies have in common.

mod quota;
mod tagged;

pub(super) use quota::{Quota, held};
pub(super) use tagged::{Seen, carries, observe, says, sdk_tags, tag, unbuildable, untag};
