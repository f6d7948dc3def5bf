//! Distributed-tracing infrastructure on AWS, kept as code.
//!
//! > **read** the stack → **resolve** it into wanted resources → **observe** those in AWS →
//! > **compare** → a frozen **plan** → **judge** it → **show** it or **carry it out**.
//!
//! Only *observe* and *carry out* wait for anything; ARCHITECTURE.md says where each lives.

pub mod apply;
pub mod aws;
pub mod cli;
mod commands;
mod daemons;
pub mod document;
pub mod env;
pub mod error;
pub mod exit;
mod export;
pub mod graph;
pub mod iam;
pub mod import;
pub mod kinds;
pub mod plan;
pub mod render;
pub mod report;
pub mod safety;
pub mod stack;
pub mod text;
pub mod ui;
