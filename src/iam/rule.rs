//! A statement as a rule: what it lets through, and whether another lets through as much.

use serde_json::Value;

use super::Use;
use super::canonical::{is_account, listed};
use super::conditions::{Test, implied};
use super::pattern::{covers, covers_resource, meet, resources_meet};
use super::statement::leaves;

/// A name or pattern, as it is compared and as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// As it is compared; a principal with its type before it.
    pub key: String,
    /// As its author spells it.
    pub shown: String,
}

/// What an element and its opposite say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Set {
    /// `Action`: these.
    Of(Vec<Name>),
    /// `NotAction`: all but these.
    AllBut(Vec<Name>),
}

/// One of a [`Set`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// This one.
    One(&'a Name),
    /// All but these.
    AllBut(&'a [Name]),
}

/// How names of one sort compare.
struct Sort {
    covers: fn(&str, &str) -> bool,
    meet: fn(&str, &str) -> bool,
    everything: &'static str,
}

const ACTIONS: Sort = Sort { covers, meet, everything: "*" };
const RESOURCES: Sort = Sort { covers: covers_resource, meet: resources_meet, everything: "*" };
const PRINCIPALS: Sort =
    Sort { covers: covers_principal, meet: principals_meet, everything: "Principal *" };
const PRINCIPALS_ON: Sort = Sort { covers: covers_on, meet: meet_on, everything: "Principal *" };

/// One statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// Whether it allows.
    pub allows: bool,
    /// What is done.
    pub actions: Set,
    /// On which resources; in a trust policy, by whom; in a policy on something, both.
    pub targets: Set,
    /// Under which conditions.
    pub tests: Vec<Test>,
    of: Use,
}

/// The rules of a policy. What is no statement allows nothing.
pub(super) fn rules(document: Option<&Value>, of: Use) -> Vec<Rule> {
    let Some(document) = document else { return Vec::new() };
    let has_variables = document.get("Version").is_some_and(|version| version == "2012-10-17");
    let statements = document.get("Statement").map(listed).unwrap_or_default();
    statements.iter().filter_map(|statement| rule(statement, has_variables, of)).collect()
}

fn rule(statement: &Value, has_variables: bool, of: Use) -> Option<Rule> {
    let allows = match statement.get("Effect")?.as_str()? {
        "Allow" => true,
        "Deny" => false,
        _ => return None,
    };
    let leaves = leaves(statement);
    let names = |element: &str| -> Vec<Name> {
        let is = |path: &str| path.split(' ').next() == Some(element);
        let name = |leaf: &super::statement::Leaf| {
            // In the first version of the language a variable is text like any other.
            let text = leaf.text();
            let text = if has_variables { text.to_owned() } else { text.replace("${", "${$}{") };
            let typed = element.ends_with("Principal");
            let ty = leaf.element.trim_start_matches("Not");
            let key = if typed { format!("{ty} {text}") } else { text };
            Name { key, shown: leaf.shown.clone() }
        };
        leaves.iter().filter(|leaf| is(&leaf.element) && leaf.value.is_string()).map(name).collect()
    };
    let set = |element: &str| {
        let opposite = format!("Not{element}");
        if statement.get(&opposite).is_some() {
            Set::AllBut(names(&opposite))
        } else {
            Set::Of(names(element))
        }
    };
    let targets = match of {
        Use::Trust => set("Principal"),
        Use::Identity => set("Resource"),
        Use::Resource => on(set("Principal"), set("Resource")),
    };
    let tests = Test::all(&leaves, has_variables);
    Some(Rule { allows, actions: set("Action"), targets, tests, of })
}

/// Stands between a principal and what it is on.
pub(super) const ON: &str = " \u{0} ";
/// Begins what stands for all but some.
const ALL_BUT: &str = "all but ";

/// Principals, each with each thing that the statement is about: where that is `*`, or nothing, it is all.
fn on(principals: Set, resources: Set) -> Set {
    let is_all = |names: &[Name]| names.is_empty() || names.iter().any(|name| name.key == "*");
    let resources = match resources {
        Set::Of(names) if is_all(&names) => return principals,
        Set::Of(names) => names,
        Set::AllBut(names) if names.is_empty() => return principals,
        Set::AllBut(names) => vec![all_but(&names)],
    };
    let principals = match principals {
        Set::Of(names) => names,
        Set::AllBut(names) => vec![all_but(&names)],
    };
    let pair = |principal: &Name, resource: &Name| Name {
        key: format!("{}{ON}{}", principal.key, resource.key),
        shown: format!("{} on {}", principal.shown, resource.shown),
    };
    let pairs = principals
        .iter()
        .flat_map(|principal| resources.iter().map(move |resource| pair(principal, resource)));
    Set::Of(pairs.collect())
}

/// All but some as one name, which is like nothing but itself.
fn all_but(names: &[Name]) -> Name {
    let join = |text: fn(&Name) -> &String, by: &str| {
        let mut texts: Vec<_> = names.iter().map(|name| text(name).clone()).collect();
        texts.sort();
        texts.dedup();
        format!("{ALL_BUT}{}", texts.join(by))
    };
    Name { key: join(|name| &name.key, " "), shown: join(|name| &name.shown, ", ") }
}

impl Rule {
    /// Whether this says at least as much about an action and a target, whatever the conditions.
    pub(super) fn reaches(&self, action: Item<'_>, target: Item<'_>) -> bool {
        let sort = match self.of {
            Use::Trust => &PRINCIPALS,
            Use::Identity => &RESOURCES,
            Use::Resource => &PRINCIPALS_ON,
        };
        self.actions.covers(action, &ACTIONS) && self.targets.covers(target, sort)
    }

    /// Whether whatever passes `tests` passes the conditions of this.
    pub(super) fn passes(&self, tests: &[Test]) -> bool {
        implied(tests, &self.tests)
    }
}

impl Set {
    /// Its items.
    pub(super) fn items(&self) -> Vec<Item<'_>> {
        match self {
            Self::Of(names) => names.iter().map(Item::One).collect(),
            Self::AllBut(names) => vec![Item::AllBut(names)],
        }
    }

    fn covers(&self, item: Item<'_>, sort: &Sort) -> bool {
        let covers = |wide: &Name, narrow: &Name| (sort.covers)(&wide.key, &narrow.key);
        match (self, item) {
            (Self::Of(wide), Item::One(narrow)) => {
                // The same name is there more often than a pattern, and is found sooner.
                wide.iter().any(|wide| wide.key == narrow.key)
                    || wide.iter().any(|wide| covers(wide, narrow))
            }
            (Self::Of(wide), Item::AllBut(_)) => wide.iter().any(|w| w.key == sort.everything),
            (Self::AllBut(not), Item::One(narrow)) => {
                !not.iter().any(|not| (sort.meet)(&not.key, &narrow.key))
            }
            // The wide one leaves out no more than the narrow one does.
            (Self::AllBut(not), Item::AllBut(left_out)) => {
                not.iter().all(|not| left_out.iter().any(|out| covers(out, not)))
            }
        }
    }
}

/// Whether a principal stands for all that another does. An account stands for its roles and users,
/// to which it may hand its right on.
///
/// Source: documentation, Principal.
fn covers_principal(wide: &str, narrow: &str) -> bool {
    let (Some(wide_aws), Some(aws)) =
        (wide.strip_prefix("Principal AWS "), narrow.strip_prefix("Principal AWS "))
    else {
        return wide == narrow || wide == "Principal *";
    };
    let account = || aws.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(3));
    wide_aws == aws || wide_aws == "*" || (is_account(wide_aws) && account() == Some(wide_aws))
}

fn principals_meet(one: &str, other: &str) -> bool {
    covers_principal(one, other) || covers_principal(other, one)
}

/// A principal, and what it is on; all where nothing says.
fn parts(target: &str) -> (&str, Option<&str>) {
    target.split_once(ON).map_or((target, None), |(principal, on)| (principal, Some(on)))
}

fn covers_on(wide: &str, narrow: &str) -> bool {
    let ((wide, everywhere), (narrow, somewhere)) = (parts(wide), parts(narrow));
    let is_within = match (everywhere, somewhere) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => {
            let is_plain = |on: &str| !on.starts_with(ALL_BUT);
            wide == narrow || (is_plain(wide) && is_plain(narrow) && covers_resource(wide, narrow))
        }
    };
    covers_principal(wide, narrow) && is_within
}

fn meet_on(one: &str, other: &str) -> bool {
    principals_meet(parts(one).0, parts(other).0)
}
