//! What tracing daemons are told: the configuration of collectors and of the CloudWatch agent.

#[cfg_attr(not(test), expect(dead_code, reason = "task definitions call it"))]
pub(crate) mod agent;
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "task definitions call it"))]
pub(crate) mod collector;
