//! Who may assume a role, or use what a policy is put on.

use super::super::canonical::is_account;
use super::super::grammar::PRINCIPALS;
use super::{Reader, Use, entries};
use crate::document::{Node, Value};

impl Reader<'_> {
    pub(super) fn principals(&mut self, element: &str, node: &Node) {
        if element == "NotPrincipal" && self.of == Use::Trust {
            // The documentation has it for resources; servers that imitate IAM refuse it.
            let message = "IAM may not take `NotPrincipal` in a trust policy";
            self.warn(node.span, message, "name with `Principal` who may assume the role");
        }
        let map = match &node.value {
            Value::Map(map) => map,
            // Documentation, Principal: in a policy on something it is the same as `{ "AWS": "*" }`.
            Value::String(text) if text == "*" && self.of == Use::Resource => return,
            Value::String(text) if text == "*" => {
                // Seen: IAM refuses this in a trust policy ("invalid principal STAR"), though the
                // grammar has it.
                let message = format!("IAM takes no `{element}: \"*\"` in a trust policy");
                let help = "anyone at all is `{ \"AWS\": \"*\" }`; is that what is meant?";
                return self.error_with(node.span, message, help);
            }
            _ => {
                let message = format!("`{element}` says of which type the principal is");
                let help = "write it like `{ \"Service\": \"ecs-tasks.amazonaws.com\" }`";
                return self.error_with(node.span, message, help);
            }
        };
        self.unknown_elements(&format!("`{element}`"), map, &PRINCIPALS);
        if entries(map).next().is_none() {
            // Recorded: "The passed in policy has a statement with no principals!"
            self.error(node.span, format!("`{element}` names no principal"));
        }
        for entry in entries(map).filter(|entry| PRINCIPALS.contains(&entry.key.as_str())) {
            let element = format!("{element}.{}", entry.key);
            for (node, principal) in self.texts(&element, &entry.value) {
                match entry.key.as_str() {
                    "AWS" => self.aws_principal(node, principal),
                    "Service" => self.service_principal(node, principal),
                    _ => {}
                }
            }
        }
    }

    /// Source: documentation, Principal.
    fn aws_principal(&mut self, node: &Node, principal: &str) {
        let shown = node.shown();
        if principal == "*" || is_account(principal) {
            return;
        }
        if is_unique_id(principal) {
            let message = format!("{shown} stands for a role or user that was deleted");
            let help = "IAM puts it in the place of the ARN then; write the ARN";
            return self.warn(node.span, message, help);
        }
        if principal.ends_with(".amazonaws.com") {
            let message = format!("{shown} is a service, not an AWS principal");
            let help = format!("write `{{ \"Service\": {shown} }}`");
            return self.error_with(node.span, message, help);
        }
        if !principal.starts_with("arn:") {
            let message = format!("{shown} is no AWS principal");
            let help = "write the 12 digits of an account, or the ARN of a role or user";
            return self.error_with(node.span, message, help);
        }
        if principal.contains(['*', '?']) {
            let message = format!("{shown} has a wildcard; a principal is named whole, or is `*`");
            let help = "name the account, and test `aws:PrincipalArn` in `Condition`";
            self.error_with(node.span, message, help);
        }
    }

    fn service_principal(&mut self, node: &Node, principal: &str) {
        // Names of services are not listed anywhere as a whole; all have a dot.
        if !principal.contains('.') {
            let message = format!("{} is no service", node.shown());
            let help = "a service is named like `ecs-tasks.amazonaws.com`";
            self.error_with(node.span, message, help);
        }
    }
}

/// Whether this is the unique ID of a role or a user (documentation, IAM identifiers).
fn is_unique_id(principal: &str) -> bool {
    let is_id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    (principal.starts_with("AROA") || principal.starts_with("AIDA"))
        && principal.len() >= 16
        && principal.chars().all(is_id)
}
