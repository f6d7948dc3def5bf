//! What a change to a policy means: what is allowed now that was not, and what no longer is.
//!
//! It is told from the statements alone. A wildcard covers what it matches, a condition what is
//! tested at least as strictly. Where that is not certain the answer is that more is allowed: a
//! warning too many can be read away, a missing one cannot.

#[cfg(test)]
mod tests;
mod words;

use serde::Serialize;
use serde_json::Value;

use super::Use;
use super::conditions::Test;
use super::rule::{Item, Rule, Set, rules};

/// What a change to a policy means, in sentences.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// What is allowed now, or no longer denied.
    pub granted: Vec<String>,
    /// Of what is granted, what a guard that fell lets through: a denial, or a condition.
    pub loosened: Vec<String>,
    /// What is no longer allowed, or denied now.
    pub revoked: Vec<String>,
    /// Of what is granted, what nobody should miss: that anyone may assume the role, that something
    /// is no longer asked of those who do, that everything is allowed.
    pub alarms: Vec<String>,
    /// What to know about the sentences.
    pub caveat: Option<&'static str>,
    /// Whether anything is granted.
    pub widened: bool,
}

/// Said of what allows everything.
pub(super) const EVERYTHING: &str = "may now do everything with everything in the account";

/// Said where an opposite had a part in what is told.
const CAVEAT: &str = "`NotAction`, `NotResource` and `NotPrincipal` are compared with care: some of \
                      this may have been so before";

/// What it means that one policy takes the place of another; a policy that is not there is `None`.
pub fn widened(before: Option<&Value>, after: Option<&Value>, of: Use) -> Meaning {
    let (before, after) = (rules(before, of), rules(after, of));
    let (allowed, denied) = (news(&before, &after, true), news(&before, &after, false));
    let (gone, undenied) = (news(&after, &before, true), news(&after, &before, false));
    let sentences = |allow: &[News<'_>], deny: &[News<'_>], tell: [words::Tell; 2]| {
        let allow = allow.iter().map(|news| words::sentence(news, tell[0], of));
        allow.chain(deny.iter().map(|news| words::sentence(news, tell[1], of))).collect::<Vec<_>>()
    };
    let granted = sentences(&allowed, &undenied, [words::Tell::Allowed, words::Tell::Undenied]);
    let revoked = sentences(&gone, &denied, [words::Tell::Gone, words::Tell::Denied]);
    let lost = allowed.iter().filter(|news| !news.lost().is_empty());
    let lost = lost.map(|news| words::sentence(news, words::Tell::Allowed, of));
    let fell = undenied.iter().map(|news| words::sentence(news, words::Tell::Undenied, of));
    let loosened = lost.chain(fell).collect();
    let mut alarms: Vec<String> = Vec::new();
    for alarm in allowed.iter().flat_map(|news| words::alarms(news, of)) {
        if !alarms.contains(&alarm) {
            alarms.push(alarm);
        }
    }
    let opposites = [&allowed, &denied, &gone, &undenied];
    let is_opposite = opposites.iter().any(|all| all.iter().any(News::has_opposite));
    let caveat = is_opposite.then_some(CAVEAT);
    Meaning { widened: !granted.is_empty(), granted, loosened, revoked, alarms, caveat }
}

/// What one statement says that no statement of the other policy did: these actions, each on these
/// targets.
struct News<'a> {
    actions: Vec<Item<'a>>,
    targets: Vec<Item<'a>>,
    rule: &'a Rule,
    /// The statements of the other policy that say the same under other conditions.
    otherwise: Vec<&'a Rule>,
}

impl News<'_> {
    /// The keys that all of the others test, and this does not.
    fn lost(&self) -> Vec<&Test> {
        let is_tested = |tests: &[Test], key: &str| tests.iter().any(|test| test.key == key);
        let Some((first, others)) = self.otherwise.split_first() else { return Vec::new() };
        first
            .tests
            .iter()
            .filter(|test| !is_tested(&self.rule.tests, &test.key))
            .filter(|test| others.iter().all(|other| is_tested(&other.tests, &test.key)))
            .collect()
    }

    fn has_opposite(&self) -> bool {
        let is = |set: &Set| matches!(set, Set::AllBut(_));
        is(&self.rule.actions) || is(&self.rule.targets)
    }
}

/// What the policy `new` says with this effect, and `old` does not.
fn news<'a>(old: &'a [Rule], new: &'a [Rule], allows: bool) -> Vec<News<'a>> {
    let mut all: Vec<News<'a>> = Vec::new();
    // Most statements stand in both.
    let is_new = |rule: &&Rule| rule.allows == allows && !old.contains(rule);
    for rule in new.iter().filter(is_new) {
        let mut groups: Vec<News<'a>> = Vec::new();
        for action in rule.actions.items() {
            let is_new = |target: &Item<'a>| {
                let denied = allows && is_denied(new, action, *target);
                !denied && !is_said(old, rule, action, *target)
            };
            let targets: Vec<_> = rule.targets.items().into_iter().filter(is_new).collect();
            if targets.is_empty() {
                continue;
            }
            let otherwise = otherwise(old, rule, action, &targets);
            let is_alike = |group: &&mut News<'_>| {
                let same =
                    group.otherwise.iter().zip(&otherwise).all(|(a, b)| std::ptr::eq(*a, *b));
                group.targets == targets && group.otherwise.len() == otherwise.len() && same
            };
            match groups.iter_mut().find(is_alike) {
                Some(group) => group.actions.push(action),
                None => groups.push(News { actions: vec![action], targets, rule, otherwise }),
            }
        }
        all.extend(groups);
    }
    all
}

/// Whether one of these rules said as much with the same effect.
fn is_said(old: &[Rule], rule: &Rule, action: Item<'_>, target: Item<'_>) -> bool {
    let mut same = old.iter().filter(|old| old.allows == rule.allows);
    same.any(|old| old.reaches(action, target) && old.passes(&rule.tests))
}

/// Whether a statement denies it under all conditions, so that it is not allowed after all.
fn is_denied(rules: &[Rule], action: Item<'_>, target: Item<'_>) -> bool {
    rules.iter().any(|rule| !rule.allows && rule.tests.is_empty() && rule.reaches(action, target))
}

/// The statements that say the same of all of these targets, under other conditions.
fn otherwise<'a>(
    old: &'a [Rule],
    rule: &Rule,
    action: Item<'_>,
    targets: &[Item<'_>],
) -> Vec<&'a Rule> {
    let reaches = |old: &Rule| targets.iter().all(|target| old.reaches(action, *target));
    old.iter().filter(|old| old.allows == rule.allows && reaches(old)).collect()
}
