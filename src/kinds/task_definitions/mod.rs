//! ECS task definitions.

pub mod canonical;
