//! The least that has to be allowed: what is asked for, as a policy document.
//!
//! Statements are put together only where that allows nothing more, unless the policy would be
//! larger than IAM takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::text::{LONGEST_MANAGED, size};

/// Actions that are needed together, on some resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What its statement is called: letters and digits.
    pub sid: &'static str,
    /// The actions.
    pub actions: BTreeSet<&'static str>,
    /// ARNs and patterns of ARNs.
    pub resources: BTreeSet<String>,
    /// Values of condition keys, by operator and key.
    pub conditions: BTreeMap<(&'static str, String), BTreeSet<String>>,
}

impl Grant {
    /// These actions on these resources.
    pub fn new(
        sid: &'static str,
        actions: &[&'static str],
        resources: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            sid,
            actions: actions.iter().copied().collect(),
            resources: resources.into_iter().collect(),
            conditions: BTreeMap::new(),
        }
    }

    /// These actions, which cannot be narrowed to a resource.
    pub fn anywhere(sid: &'static str, actions: &[&'static str]) -> Self {
        Self::new(sid, actions, ["*".to_owned()])
    }

    /// Only where a key has one of these values.
    #[must_use]
    pub fn only_if(
        mut self,
        operator: &'static str,
        key: &str,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        self.conditions.entry((operator, key.to_owned())).or_default().extend(values);
        self
    }

    fn is_for_nothing(&self) -> bool {
        self.actions.is_empty()
            || self.resources.is_empty()
            || self.conditions.values().any(BTreeSet::is_empty)
    }

    /// Takes another one in where the two differ in one thing alone, so that together they allow what
    /// they allowed apart.
    fn takes_in(&mut self, other: &Self) -> bool {
        let keys_agree = self.conditions.keys().eq(other.conditions.keys());
        let pairs = || self.conditions.iter().zip(&other.conditions);
        let differing = pairs().filter(|((_, one), (_, other))| one != other).count();
        let differing = if keys_agree { differing } else { usize::MAX };
        let differing = differing
            .saturating_add(usize::from(self.actions != other.actions))
            .saturating_add(usize::from(self.resources != other.resources));
        let fits = self.sid == other.sid && differing <= 1;
        if fits {
            self.swallow(other);
        }
        fits
    }

    /// Takes another one in, whatever they allow together.
    fn swallow(&mut self, other: &Self) {
        self.actions.extend(&other.actions);
        self.resources.extend(other.resources.iter().cloned());
        for (key, values) in &other.conditions {
            self.conditions.entry(key.clone()).or_default().extend(values.iter().cloned());
        }
    }

    fn statement(&self, sid: &str) -> Value {
        let mut statement = json!({
            "Sid": sid,
            "Effect": "Allow",
            "Action": few(self.actions.iter().map(ToString::to_string)),
            "Resource": few(self.resources.iter().cloned()),
        });
        let mut operators: Map<String, Value> = Map::new();
        for ((operator, key), values) in &self.conditions {
            let keys = operators.entry(*operator).or_insert_with(|| json!({}));
            keys[key] = few(values.iter().cloned());
        }
        if !operators.is_empty() {
            statement["Condition"] = Value::Object(operators);
        }
        statement
    }
}

/// A policy, and how near it is to what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Least {
    /// The document.
    pub policy: Value,
    /// It allows a little more than all of this, so that a managed policy holds it.
    pub widened: bool,
}

/// The policy that allows all of this and nothing else; where it would be larger than a managed policy
/// may be, and would not be so otherwise, statements of one name are put together although they allow a
/// little more so. `None` where nothing is needed: IAM takes no empty policy.
pub fn least(grants: &[Grant]) -> Option<Least> {
    let mut merged: Vec<Grant> = Vec::new();
    for grant in grants.iter().filter(|grant| !grant.is_for_nothing()) {
        merge(&mut merged, grant.clone());
    }
    merged.sort_by_key(|grant| grant.sid);
    let exact = document(&merged);
    let wide = document(&by_name(&merged));
    let widened = size(&exact) > LONGEST_MANAGED && size(&wide) <= LONGEST_MANAGED;
    let policy = if widened { wide } else { exact };
    (!merged.is_empty()).then_some(Least { policy, widened })
}

/// Adds a grant to those there are: what it is put together with may then go with another one.
fn merge(merged: &mut Vec<Grant>, mut grant: Grant) {
    while let Some(at) = merged.iter().position(|known| known.clone().takes_in(&grant)) {
        let mut known = merged.remove(at);
        known.swallow(&grant);
        grant = known;
    }
    merged.push(grant);
}

/// One statement of each name, but where their conditions are about different things.
fn by_name(grants: &[Grant]) -> Vec<Grant> {
    let mut merged: Vec<Grant> = Vec::new();
    for grant in grants {
        let alike = merged.iter_mut().find(|known| {
            known.sid == grant.sid && known.conditions.keys().eq(grant.conditions.keys())
        });
        match alike {
            Some(known) => known.swallow(grant),
            None => merged.push(grant.clone()),
        }
    }
    merged
}

fn document(grants: &[Grant]) -> Value {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let statements = grants.iter().map(|grant| {
        let count = seen.entry(grant.sid).or_default();
        *count += 1;
        let number = if *count > 1 { count.to_string() } else { String::new() };
        grant.statement(&format!("{}{number}", grant.sid))
    });
    let statements: Vec<_> = statements.collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A list of one as the one.
fn few(values: impl Iterator<Item = String>) -> Value {
    let mut values: Vec<Value> = values.map(Value::String).collect();
    if values.len() == 1 { values.remove(0) } else { Value::Array(values) }
}

/// A name in which nothing is a pattern or a variable.
///
/// Source: documentation, Policy variables.
pub fn literal(name: &str) -> String {
    name.replace('$', "\u{0}").replace('*', "${*}").replace('?', "${?}").replace('\u{0}', "${$}")
}

#[cfg(test)]
mod tests;
