//! The integration tests, one binary: linking the SDK once is slow enough.

mod account;
mod bad_input;
mod harness;
mod journey;
mod laws;
mod ownership;
mod published;
mod speed;
mod wire;
