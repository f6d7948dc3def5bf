//! What the kinds of ECS have in common.

pub(super) mod live;
