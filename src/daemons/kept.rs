//! Where secrets are kept, and by which variables a container has them.

use crate::document::is_secret;

/// Whether a text says where a secret is kept, and is not the secret.
///
/// Source: ECS, `Secret.valueFrom` of the service model; Systems Manager, `PutParameter`, for names. What
/// Honeycomb's keys look like: documentation, "Work with API keys".
pub(super) fn is_kept(text: &str) -> bool {
    if text.starts_with("arn:") {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let [_, _, service, region, account, resource] = parts[..] else { return false };
        let kept = [("secretsmanager", "secret:"), ("ssm", "parameter/")];
        let names = |(of, before): &(&str, &str)| {
            service == *of && resource.strip_prefix(before).is_some_and(|name| !name.is_empty())
        };
        return !region.is_empty() && !account.is_empty() && kept.iter().any(names);
    }
    let is_key = text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit())
        || text.len() == 22 && text.chars().all(|c| c.is_ascii_alphanumeric())
        || is_secret("", text)
        || text.split(['_', '.', '-', '/']).any(is_random);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    !is_key && text.chars().all(is_name)
}

/// Whether a part of a name is longer than people's words are, and has digits: keys have such parts, of
/// Honeycomb's 58 characters, of New Relic's 44.
fn is_random(part: &str) -> bool {
    part.len() > 20 && part.chars().any(|c| c.is_ascii_digit())
}

/// The variable that holds the secret of a header.
pub(super) fn variable(exporter: &str, header: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    // Two of them, so that `a` and `b-c` are not `a-b` and `c`.
    format!("OTLP_{exporter}__{header}").chars().map(plain).collect()
}
