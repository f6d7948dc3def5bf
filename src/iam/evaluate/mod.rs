//! Whether policies let a request through, as IAM decides it.
//!
//! Source: documentation, Policy evaluation logic. What is not known errs to the safe side: a statement
//! that cannot be read to its end allows nothing, and denies as if its conditions held.

mod condition;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::canonical::listed;
use super::pattern::{completed, matches};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// The action, `iam:GetRole`.
    pub action: &'a str,
    /// The ARN of what it is about; `*` where the action knows no resources.
    pub resource: &'a str,
    /// The values of condition keys. Keys have no case, but for a tag's behind the `/`.
    pub keys: &'a BTreeMap<String, Vec<String>>,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// No statement is about it.
    NotAllowed,
    /// A statement denies it, whatever others allow.
    Denied,
    /// Its policies allow it, and its boundary does not.
    Bounded,
}

/// Decides about a request, by the policies of who asks and the policy that bounds them.
pub fn decide(policies: &[Value], boundary: Option<&Value>, request: &Request<'_>) -> Decision {
    let all = || policies.iter().chain(boundary);
    if all().any(|policy| says(policy, "Deny", request)) {
        return Decision::Denied;
    }
    if !policies.iter().any(|policy| says(policy, "Allow", request)) {
        return Decision::NotAllowed;
    }
    match boundary {
        Some(boundary) if !says(boundary, "Allow", request) => Decision::Bounded,
        _ => Decision::Allowed,
    }
}

/// Whether a statement of this effect is about the request.
fn says(policy: &Value, effect: &str, request: &Request<'_>) -> bool {
    let variables = policy.get("Version").is_some_and(|version| version == "2012-10-17");
    let subject = Subject { request, variables };
    let statements = policy.get("Statement").map(listed).unwrap_or_default();
    statements
        .iter()
        .filter(|statement| statement.get("Effect").is_some_and(|known| known == effect))
        .any(|statement| subject.meets(statement).unwrap_or(effect == "Deny"))
}

/// A request, as a policy of one version of the language reads it.
struct Subject<'a> {
    request: &'a Request<'a>,
    /// In the first version of the language a variable is text like any other.
    variables: bool,
}

impl Subject<'_> {
    /// Whether the statement is about the request; nothing where its conditions are not known here.
    fn meets(&self, statement: &Value) -> Option<bool> {
        let action = |pattern: &str| {
            matches(&plain(pattern).to_ascii_lowercase(), &self.request.action.to_ascii_lowercase())
        };
        let resource = |pattern: &str| {
            self.filled(pattern).is_some_and(|pattern| on(&pattern, self.request.resource))
        };
        let about = among(statement, "Action", action) && among(statement, "Resource", resource);
        if !about {
            return Some(false);
        }
        let Some(conditions) = statement.get("Condition") else { return Some(true) };
        let mut unknown = false;
        for (operator, keys) in conditions.as_object()? {
            for (key, values) in keys.as_object()? {
                match self.test(operator, key, listed(values)) {
                    Some(true) => {}
                    Some(false) => return Some(false),
                    None => unknown = true,
                }
            }
        }
        (!unknown).then_some(true)
    }

    /// A pattern with its variables filled in; nothing where one has no value, and matches nothing.
    ///
    /// Source: documentation, Policy variables.
    fn filled<'p>(&self, pattern: &'p str) -> Option<Cow<'p, str>> {
        if !pattern.contains("${") {
            return Some(Cow::Borrowed(pattern));
        }
        if !self.variables {
            return Some(plain(pattern));
        }
        let mut filled = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            filled += before;
            if matches!(name, "*" | "?" | "$") {
                filled += &format!("${{{name}}}");
            } else {
                let (name, default) = name.split_once(',').map_or((name, None), |(name, value)| {
                    (name.trim(), Some(value.trim().trim_matches('\'')))
                });
                let values = self.values(name);
                let value = values.first().map(String::as_str).or(default)?;
                filled += &super::least::literal(value);
            }
            rest = after;
        }
        Some(Cow::Owned(filled + rest))
    }

    /// The values of a condition key. A key of a tag has no case either, where there is none of just
    /// that case.
    ///
    /// Source: documentation, AWS global condition context keys, `aws:ResourceTag/tag-key`.
    fn values(&self, key: &str) -> &[String] {
        let wanted = super::canonical::condition_key(key);
        let is_it = |known: &&String| super::canonical::condition_key(known) == wanted;
        let folds_to_it = |known: &&String| known.eq_ignore_ascii_case(key);
        let keys = || self.request.keys.keys();
        let found = keys().find(is_it).or_else(|| keys().find(folds_to_it));
        found.map_or(&[], |found| self.request.keys[found].as_slice())
    }
}

/// A text in which a `${` begins no variable.
fn plain(pattern: &str) -> Cow<'_, str> {
    if pattern.contains("${") { pattern.replace("${", "${$}{").into() } else { pattern.into() }
}

/// Whether an element takes something, or its opposite does not. Where neither is there, nothing is.
fn among(statement: &Value, element: &str, takes: impl Fn(&str) -> bool) -> bool {
    let any = |values: &Value| listed(values).iter().filter_map(Value::as_str).any(&takes);
    match (statement.get(element), statement.get(format!("Not{element}"))) {
        (Some(values), None) => any(values),
        (None, Some(values)) => !any(values),
        _ => false,
    }
}

/// Whether a pattern of resources takes one. A `*` in a field is taken to end with it, but in the last.
///
/// Source: documentation, Resource; see [`covers_resource`](super::pattern::covers_resource).
fn on(pattern: &str, resource: &str) -> bool {
    if pattern == "*" || pattern == resource {
        return true;
    }
    let pattern = completed(pattern);
    fields(&pattern) == fields(resource)
        && pattern
            .splitn(FIELDS, ':')
            .zip(resource.splitn(FIELDS, ':'))
            .all(|(pattern, text)| matches(pattern, text))
}

const FIELDS: usize = 6;

fn fields(arn: &str) -> usize {
    arn.splitn(FIELDS, ':').count()
}

#[cfg(test)]
mod tests;
