//! The environment's one door. What the SDK reads for itself (profiles, credentials, endpoints)
//! does not come through here.

/// The value of an environment variable, `None` where it is unset, empty or not UTF-8.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
