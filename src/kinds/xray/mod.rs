//! What X-Ray's rules, groups and policies have in common.

mod live;
mod quota;

pub(super) use live::{Seen, carries, observe, says, sdk_tags, tag, unbuildable, untag};
pub(super) use quota::{Quota, held};
