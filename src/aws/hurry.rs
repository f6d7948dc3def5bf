//! Pauses that take no time, for a local AWS whose faults are scripted: nothing in this process gets
//! better by waiting, and what takes turns does so alike each time.

use std::time::Duration;

use aws_sdk_xray::config::{AsyncSleep, Sleep};

/// The SDK's pauses between its tries.
#[derive(Debug)]
pub(super) struct Hurry;

impl AsyncSleep for Hurry {
    fn sleep(&self, _: Duration) -> Sleep {
        Sleep::new(tokio::task::yield_now())
    }
}
