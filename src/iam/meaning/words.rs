//! The sentences that tell what a change to a policy means.

use super::super::Use;
use super::super::canonical::is_account;
use super::super::conditions::Test;
use super::super::rule::{Item, Name, ON};
use super::{EVERYTHING, News};

/// What is told of a statement that only one of two policies has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    /// It allows, in the new policy.
    Allowed,
    /// It allowed, in the old one.
    Gone,
    /// It denies, in the new one.
    Denied,
    /// It denied, in the old one.
    Undenied,
}

/// What only one of two policies says, in a sentence: `may now: ssm:PutParameter on arn:aws:ssm:…`.
pub(super) fn sentence(news: &News<'_>, tell: Tell, of: Use) -> String {
    let only_if = tell == Tell::Gone && !news.otherwise.is_empty();
    let lead = match tell {
        Tell::Allowed => "may now",
        Tell::Gone if only_if => "may now only",
        Tell::Gone => "may no longer",
        Tell::Denied => "now denied",
        Tell::Undenied => "no longer denied",
    };
    let verb = match of {
        Use::Trust if assumes(news) && matches!(tell, Tell::Allowed | Tell::Gone) => {
            " assume the role"
        }
        Use::Trust if assumes(news) => " to assume the role",
        _ => "",
    };
    let mut sentence = match of {
        Use::Identity => format!("{lead}: {} on {}", shown(&news.actions), shown(&news.targets)),
        Use::Trust | Use::Resource if verb.is_empty() => {
            format!("{lead}: {} by {}", shown(&news.actions), list(&news.targets, principal))
        }
        Use::Trust | Use::Resource => format!("{lead}{verb}: {}", list(&news.targets, principal)),
    };
    if only_if {
        let each = news.otherwise.iter().map(|rule| format!("if {}", conditions(&rule.tests)));
        return format!("{sentence}, {}", each.collect::<Vec<_>>().join(", or "));
    }
    if !news.rule.tests.is_empty() {
        sentence += &format!(", if {}", conditions(&news.rule.tests));
    }
    let lost: Vec<_> = news.lost().iter().map(|test| test.shown_key.as_str()).collect();
    if tell == Tell::Allowed && !lost.is_empty() {
        sentence += &format!("; no longer checked: {}", lost.join(", "));
    }
    sentence
}

/// The keys that say for whom a service acts, in lower case.
///
/// Source: documentation, The confused deputy problem.
const SOURCES: [&str; 4] =
    ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

/// What nobody should miss of what a statement newly allows.
pub(super) fn alarms(news: &News<'_>, of: Use) -> Vec<String> {
    match of {
        Use::Identity => administrator(news).into_iter().collect(),
        Use::Resource => {
            let anyone = news.targets.iter().filter_map(|target| anyone(*target, news));
            let lost = news.lost().into_iter().filter(|test| is_source(test));
            anyone.chain(lost.map(|test| for_anyone(test, news))).collect()
        }
        Use::Trust => {
            let strangers = news.targets.iter().filter_map(|target| stranger(*target, news));
            // A subject that is no longer checked is a stranger's already.
            let lost = news.lost().into_iter().filter(|test| !test.key.ends_with(":sub"));
            strangers.chain(lost.map(|test| unguarded(test, news))).collect()
        }
    }
}

fn administrator(news: &News<'_>) -> Option<String> {
    let is_all = |items: &[Item<'_>]| {
        items
            .iter()
            .any(|item| matches!(item, Item::One(name) if matches!(name.key.as_str(), "*" | "*:*")))
    };
    (is_all(&news.actions) && is_all(&news.targets)).then(|| {
        let tests = &news.rule.tests;
        let condition =
            if tests.is_empty() { String::new() } else { format!(", if {}", conditions(tests)) };
        format!("{EVERYTHING}{condition}")
    })
}

/// Someone whom nobody named may assume the role.
fn stranger(target: Item<'_>, news: &News<'_>) -> Option<String> {
    let tests = &news.rule.tests;
    let checked = if tests.is_empty() {
        "; nothing else is checked".to_owned()
    } else {
        format!(", if {}", conditions(tests))
    };
    let name = match target {
        Item::AllBut(names) => {
            let names = names.iter().map(principal).collect::<Vec<_>>().join(", ");
            return Some(format!("anyone but {names} may now assume the role{checked}"));
        }
        Item::One(name) => name,
    };
    if matches!(name.key.as_str(), "Principal *" | "Principal AWS *") {
        let who = if name.key == "Principal *" { "at all" } else { "with an AWS account" };
        return Some(format!("anyone {who} may now assume the role{checked}"));
    }
    let provider = open_id_provider(name)?;
    let subject = format!("{provider}:sub");
    let is_subject = |test: &Test| test.key.eq_ignore_ascii_case(&subject) && test.names_values();
    (!tests.iter().any(is_subject)).then(|| {
        format!("every identity of {provider} may now assume the role: `{subject}` is not checked")
    })
}

/// Someone whom nobody named may do it.
fn anyone(target: Item<'_>, news: &News<'_>) -> Option<String> {
    let who = match target {
        Item::AllBut(names) => {
            format!("anyone but {}", names.iter().map(principal).collect::<Vec<_>>().join(", "))
        }
        Item::One(name) if matches!(bare(name), "Principal *" | "Principal AWS *") => {
            principal(name)
        }
        Item::One(_) => return None,
    };
    let tests = &news.rule.tests;
    let checked = if tests.is_empty() {
        "; nothing else is checked".to_owned()
    } else {
        format!(", if {}", conditions(tests))
    };
    Some(format!("{who} may now do {}{checked}", shown(&news.actions)))
}

/// A service is no longer asked for whom it acts.
fn for_anyone(test: &Test, news: &News<'_>) -> String {
    let who = list(&news.targets, principal);
    let key = &test.shown_key;
    if news.rule.tests.iter().any(is_source) {
        return format!("`{key}` is no longer checked");
    }
    format!("`{key}` is no longer checked: {who} may act on behalf of any account")
}

fn is_source(test: &Test) -> bool {
    SOURCES.contains(&test.key.as_str())
}

/// A principal without what it is on.
fn bare(name: &Name) -> &str {
    name.key.split_once(ON).map_or(name.key.as_str(), |(principal, _)| principal)
}

/// Something that was asked of those who assume the role is no longer.
fn unguarded(test: &Test, news: &News<'_>) -> String {
    let who = list(&news.targets, principal);
    let so = match test.key.as_str() {
        "sts:externalid" => format!("{who} may assume the role for anyone who asks it to"),
        key if SOURCES.contains(&key) && !news.rule.tests.iter().any(is_source) => {
            format!("{who} may assume the role on behalf of any account")
        }
        _ => format!("{who} may assume the role without it"),
    };
    format!("`{}` is no longer checked: {so}", test.shown_key)
}

fn assumes(news: &News<'_>) -> bool {
    news.actions.iter().any(|action| match action {
        Item::AllBut(_) => true,
        Item::One(name) => {
            name.key == "*" || name.key == "sts:*" || name.key.starts_with("sts:assumerole")
        }
    })
}

fn conditions(tests: &[Test]) -> String {
    tests.iter().map(Test::words).collect::<Vec<_>>().join(" and ")
}

fn shown(items: &[Item<'_>]) -> String {
    list(items, |name| name.shown.clone())
}

fn list(items: &[Item<'_>], shown: impl Fn(&Name) -> String) -> String {
    let join = |names: &[String]| names.join(", ");
    let item = |item: &Item<'_>| match item {
        Item::One(name) => shown(name),
        Item::AllBut(names) => {
            format!("all but {}", join(&names.iter().map(&shown).collect::<Vec<_>>()))
        }
    };
    join(&items.iter().map(item).collect::<Vec<_>>())
}

/// A principal in words.
fn principal(name: &Name) -> String {
    if let Some(((key, _), (shown, on))) =
        name.key.split_once(ON).zip(name.shown.split_once(" on "))
    {
        let alone = Name { key: key.to_owned(), shown: shown.to_owned() };
        return format!("{} on {on}", principal(&alone));
    }
    if let Some(provider) = open_id_provider(name) {
        return format!("identities of {provider}");
    }
    let id = name.key.rsplit(' ').next().unwrap_or_default();
    match name.key.as_str() {
        "Principal *" => "anyone at all".to_owned(),
        "Principal AWS *" => "anyone with an AWS account".to_owned(),
        key if key.starts_with("Principal AWS ") && is_account(id) => format!("account {id}"),
        key if key.starts_with("Principal Federated ") => format!("identities of {}", name.shown),
        _ => name.shown.clone(),
    }
}

/// The provider of a principal that comes from one: `token.actions.githubusercontent.com`.
fn open_id_provider(name: &Name) -> Option<&str> {
    let arn = name.key.strip_prefix("Principal Federated ")?;
    arn.split_once(":oidc-provider/").map(|(_, provider)| provider)
}
