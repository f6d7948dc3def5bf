//! IAM's answers.

use super::super::form::percent_encode;
use super::super::xml::{Answer, Content, Element};
use super::{Chance, trust};

/// Lists without an order: none is documented. Recorded in others than that of their names are tags,
/// roles, policies and attachments; inline policies were recorded by name alone, and of instance
/// profiles and of the roles of a policy there is no list of several. Versions of a policy are not
/// among them: they were recorded from the newest down.
const MOVED: [&str; 11] = [
    "AttachedManagedPolicies",
    "AttachedPolicies",
    "InstanceProfileList",
    "InstanceProfiles",
    "Policies",
    "PolicyNames",
    "PolicyRoles",
    "RoleDetailList",
    "RolePolicyList",
    "Roles",
    "Tags",
];

/// Rewrites an answer.
pub(super) fn rewrite(answer: &mut Answer, chance: &Chance) {
    let Some(result) = &mut answer.result else { return };
    // Recorded: `CreateRole` gives the trust policy back as it was sent.
    let rewriter = Rewriter { chance, echoes: answer.action == "CreateRole" };
    for element in result.iter_mut() {
        rewriter.element(element);
        // Recorded: a description that was not given is left out, and empty through Cloud Control.
        let describes = matches!(answer.action.as_str(), "GetRole" | "GetPolicy");
        if let Content::Elements(members) = &mut element.content
            && describes
            && members.iter().all(|member| member.name != "Description")
            && chance.toss()
        {
            members.push(Element::text("Description", String::new()));
        }
    }
}

struct Rewriter<'a> {
    chance: &'a Chance,
    /// Whether trust policies come as they are.
    echoes: bool,
}

impl Rewriter<'_> {
    fn element(&self, element: &mut Element) {
        let Element { name, content } = element;
        match content {
            Content::Elements(members) => {
                for member in members.iter_mut() {
                    self.element(member);
                }
                // Recorded: roles have no list of tags where there are none, and policies and the
                // details of an account an empty one. Recorded: what was never used says so, or says
                // nothing.
                let is_gone = |member: &Element| match member.name.as_str() {
                    "Tags" => member.content == Content::Elements(Vec::new()) && self.chance.toss(),
                    "RoleLastUsed" => self.chance.below(3) == 0,
                    _ => false,
                };
                members.retain(|member| !is_gone(member));
                if MOVED.contains(&name.as_str()) {
                    self.chance.shuffle(members);
                }
                if name == "RoleLastUsed" && self.chance.toss() {
                    *members = last_used();
                }
            }
            Content::Document(text) => {
                let is_trust = name == "AssumeRolePolicyDocument";
                let respelled = if is_trust && !self.echoes {
                    trust::respelled(text, self.chance)
                } else {
                    // Recorded: managed and inline policies keep their text to the last line feed.
                    text.clone()
                };
                *content = Content::Text(encoded(&respelled, self.chance));
            }
            Content::Text(_) => {}
        }
    }
}

/// Recorded: 15 of 71 roles say when and where they were used last.
fn last_used() -> Vec<Element> {
    [("LastUsedDate", "2026-11-21T23:59:59Z"), ("Region", "eu-west-1")]
        .map(|(name, text)| Element::text(name, text.to_owned()))
        .into()
}

/// The text percent-encoded. The model says RFC 3986, by which it is a reader's to decode whatever is
/// encoded, once. Recorded: everything but letters, digits, `-` and `.`, of what is in the recorded
/// documents; the RFC's own reserved characters may stand as they are.
fn encoded(text: &str, chance: &Chance) -> String {
    const RESERVED: &str = ":/?#[]@!$&'()*+,;=";
    let unreserved = percent_encode(text);
    match chance.below(3) {
        0 => unreserved,
        1 => unreserved.replace('_', "%5F").replace('~', "%7E"),
        _ => RESERVED.chars().fold(unreserved, |text, reserved| {
            text.replace(&percent_encode(&reserved.to_string()), &reserved.to_string())
        }),
    }
}
