//! What was found to import.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::place::Named;
use crate::document::{Diagnostic, Diagnostics, Node, Span, Value};

/// What is said of a resource that is in a file and not in the haul, before the reason.
pub(super) const NOT_TAKEN: &str = "is not taken over";

/// Everything that the files of one import gave.
#[derive(Debug, Default)]
pub struct Haul {
    /// The resources, in the order of the files.
    pub taken: Vec<Taken>,
    /// What belongs to a role that may stand in another file.
    pub parts: Vec<RolePart>,
    /// What the ARNs name that resources have themselves, where their bodies do not have them.
    pub(super) own: Named,
    /// What the files do not show of roles, by their names: it is left as it is.
    pub unseen: BTreeMap<String, &'static [&'static str]>,
    /// The variables that the resources refer to.
    pub variables: BTreeMap<String, Variable>,
    /// What was dropped, rewritten, or could not be taken over.
    pub found: Diagnostics,
}

/// A resource as a stack will have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Its kind's section.
    pub section: &'static str,
    /// The name AWS knows it by, which becomes its key. Literal text.
    pub key: String,
    /// Its body, in the shape of a stack file, each node with the place it came from.
    ///
    /// Strings are literal text, whatever they look like, but for those with
    /// [`Node::interpolated`]: these are as a stack file has them, with `${…}` references, their
    /// literal parts escaped.
    pub body: Node,
    /// Where it was found.
    pub span: Span,
}

/// A policy of a role that was found apart from the role.
#[derive(Debug, Clone, PartialEq)]
pub struct RolePart {
    /// The role's name in AWS.
    pub role: String,
    /// What it is of the role.
    pub belongs: Belongs,
    /// Where it was found.
    pub span: Span,
}

/// What a part is of its role.
#[derive(Debug, Clone, PartialEq)]
pub enum Belongs {
    /// An inline policy, by its name.
    Inline(String, Node),
    /// An attached policy, its ARN, or a reference to it.
    Attached(Node),
}

impl Belongs {
    /// The document, or the ARN.
    pub(super) fn node(&self) -> &Node {
        let (Self::Inline(_, node) | Self::Attached(node)) = self;
        node
    }
}

/// The trees of resources, and of parts of roles.
pub(super) fn bodies<'a>(
    taken: &'a [Taken],
    parts: &'a [RolePart],
) -> impl Iterator<Item = &'a Node> {
    taken.iter().map(|one| &one.body).chain(parts.iter().map(|part| part.belongs.node()))
}

/// A variable of the stack that is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variable {
    /// Its default; without one it must be given.
    pub default: Option<Value>,
}

impl Haul {
    /// How many resources, parts and findings there are.
    pub(super) fn count(&self) -> (usize, usize, usize) {
        (self.taken.len(), self.parts.len(), self.found.all.len())
    }

    /// Says what of a file is left out since it is not read: how many, by type.
    pub(super) fn leave(&mut self, counts: &BTreeMap<&str, usize>, span: Span) {
        const SHOWN: usize = 4;
        let mut counts: Vec<_> = counts.iter().collect();
        if counts.is_empty() {
            return;
        }
        counts.sort_by_key(|(_, count)| Reverse(**count));
        let (shown, rest) = counts.split_at(counts.len().min(SHOWN));
        let mut told: Vec<_> = shown.iter().map(|(of, count)| format!("{count} {of}")).collect();
        if !rest.is_empty() {
            let count: usize = rest.iter().map(|(_, count)| **count).sum();
            told.push(format!("{count} of other types"));
        }
        let message = format!("not read, left out: {}", told.join(", "));
        let has: BTreeSet<_> = counts.iter().filter_map(|(of, _)| section_of(of)).collect();
        let problem = Diagnostic::note(message).at(span);
        let sections: Vec<_> = has.into_iter().map(|section| format!("`{section}`")).collect();
        let help = format!("write what of it is tracing's under {}", sections.join(", "));
        let help = (!sections.is_empty()).then_some(help);
        self.found.push(problem.maybe_help(help));
    }

    /// Says that a stack has all policies of a role, where others may put some on it.
    pub(super) fn tell_of_exclusion(&mut self, tool: &str, span: Span) {
        let message = format!(
            "{tool} leaves alone what others attach to a role; a stack takes off what it does not name"
        );
        let note = Diagnostic::note(message).at(span);
        let look = "see in the first `plan` what that is";
        let leave = "or say `unmanaged: [ManagedPolicies, InlinePolicies]` in the role";
        self.found.push(note.help(look).help(leave));
    }

    /// Declares a variable, and returns the reference to it. A default that is known is kept.
    pub fn variable(&mut self, name: &str, default: Option<Value>) -> String {
        let name = variable_name(name);
        let known = self.variables.entry(name.clone()).or_default();
        known.default = known.default.take().or(default);
        format!("${{var.{name}}}")
    }
}

/// Names in a sentence, the first ones of many.
pub(super) fn few(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 6;
    let shown = names.iter().take(MOST).map(|name| format!("`{}`", name.as_ref()));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// As much of a name as a resource may be called: its end, which says most and tells it from others.
pub(super) fn fitting(name: &str, longest: usize) -> String {
    let extra = name.chars().count().saturating_sub(longest);
    let end: String = name.chars().skip(extra).collect();
    if extra == 0 { end } else { end.trim_start_matches(['-', '_']).to_owned() }
}

/// A name that a variable can have, from what stood in its place: `/service/imageTag` becomes
/// `service_image_tag`.
pub fn variable_name(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut name = String::new();
    let (mut before, mut rest) = ('_', text.chars().peekable());
    while let Some(c) = rest.next() {
        let mut ends_capitals = || rest.peek().is_some_and(char::is_ascii_lowercase);
        let begins_word = match before {
            'a'..='z' | '0'..='9' => c.is_ascii_uppercase(),
            'A'..='Z' => c.is_ascii_uppercase() && ends_capitals(),
            _ => false,
        };
        if begins_word {
            name.push('_');
        }
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
        before = c;
    }
    let words = name.split('_').filter(|word| !word.is_empty());
    let mut length = 0;
    let short = words.take_while(|word| {
        length += word.len() + 1;
        length <= LONGEST
    });
    let name = short.collect::<Vec<_>>().join("_");
    if name.is_empty() { "value".to_owned() } else { name }
}

/// A string that holds references as a stack file has them.
pub fn reference(span: Span, text: impl Into<String>) -> Node {
    Node { interpolated: true, ..Node::new(span, Value::String(text.into())) }
}

/// The section of what other tools have a type for, and import does not read from them.
pub(super) fn section_of(of: &str) -> Option<&'static str> {
    Some(match of {
        "AWS::XRay::Group" | "aws_xray_group" => "groups",
        "AWS::XRay::ResourcePolicy" | "aws_xray_resource_policy" => "resource_policies",
        "AWS::XRay::TransactionSearchConfig" => "trace_destination",
        "aws_xray_encryption_config" => "encryption",
        "aws_xray_indexing_rule" => "indexing",
        "AWS::ECS::Service" | "aws_ecs_service" => "services",
        "AWS::ECS::DaemonTaskDefinition" | "aws_ecs_daemon_task_definition" => {
            "daemon_task_definitions"
        }
        "AWS::ECS::Daemon" | "aws_ecs_daemon" => "daemons",
        "AWS::Logs::LogGroup" | "aws_cloudwatch_log_group" => "log_groups",
        "AWS::SSM::Parameter" | "aws_ssm_parameter" => "parameters",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_word_by_word() {
        for (text, name) in [
            ("BackendImageURI", "backend_image_uri"),
            ("ECRImage2Tag", "ecr_image2_tag"),
            ("network-VpcId", "network_vpc_id"),
            ("AWS_ACCOUNT_ID", "aws_account_id"),
            ("/service/imageTag", "service_image_tag"),
            ("$$", "value"),
            (&"ab.".repeat(1000), &["ab"; 26].join("_")),
        ] {
            assert_eq!(variable_name(text), name);
        }
    }
}
