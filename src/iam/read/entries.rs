//! Actions and resources.

use super::{Reader, Use};
use crate::document::{Node, Value};

impl Reader<'_> {
    pub(super) fn actions(&mut self, element: &str, node: &Node) {
        for (node, action) in self.texts(element, node) {
            self.action(node, action);
        }
    }

    pub(super) fn resources(&mut self, element: &str, node: &Node) {
        for (node, resource) in self.texts(element, node) {
            if resource.contains("${") && !is_reference(resource) {
                self.variables.get_or_insert(node.span);
            }
            self.resource(node, resource);
        }
    }

    /// The texts of a list, or the one that stands in its place, with their nodes.
    pub(super) fn texts<'n>(&mut self, element: &str, node: &'n Node) -> Vec<(&'n Node, &'n str)> {
        let nodes = match &node.value {
            Value::Seq(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if nodes.is_empty() {
            // Whether IAM takes an empty list is not known: IAM Access Analyzer suggests to fill it.
            let message =
                format!("`{element}` is an empty list, so that the statement says nothing");
            self.warn(node.span, message, "take the statement out, or fill the list");
        }
        let mut texts = Vec::new();
        for node in nodes {
            match node.as_str() {
                Some(text) => texts.push((node, text)),
                None if nodes.len() == 1 => {
                    self.wrong_type(&format!("`{element}`"), "a string or a list of strings", node);
                }
                None => self.wrong_type(&format!("an entry of `{element}`"), "a string", node),
            }
        }
        texts
    }

    fn action(&mut self, node: &Node, action: &str) {
        if action == "*" {
            if self.of == Use::Trust {
                // Whether IAM takes it is not known.
                let message = "a trust policy is about assuming the role, not about every action";
                self.warn(node.span, message, "write `sts:AssumeRole`");
            }
            return;
        }
        let shown = node.shown();
        let Some((service, name)) = action.split_once(':') else {
            // Seen: "Actions/Conditions must be prefaced by a vendor".
            let message = format!("the action {shown} does not say of which service it is");
            let help = "an action is `service:Name`, like `xray:PutTraceSegments`, or `*`";
            return self.error_with(node.span, message, help);
        };
        if name.contains(':') {
            // Recorded: "Actions/Condition can contain only one colon."
            let message = format!("the action {shown} has more than one colon");
            let help = "an action is `service:Name`; what it is done to stands in `Resource`";
            return self.error_with(node.span, message, help);
        }
        if service.contains(['*', '?']) && action != "*:*" {
            // Recorded: "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards".
            let message = format!("the action {shown} has a wildcard in the name of the service");
            return self.error_with(node.span, message, "name the service, or write `*` alone");
        }
        if service.is_empty() || name.is_empty() || action.contains(char::is_whitespace) {
            let message = format!("the action {shown} is not `service:Name`");
            return self.error(node.span, message);
        }
        self.trusts_only_sts(node, action);
    }

    /// A trust policy is about the actions of STS that assume a role.
    ///
    /// Source: seen, "`AssumeRole` policy may only specify STS `AssumeRole` actions". Which actions
    /// those are is not documented in one place, so that any of STS passes.
    fn trusts_only_sts(&mut self, node: &Node, action: &str) {
        let service = action.split(':').next().unwrap_or_default();
        if self.of == Use::Trust && !service.eq_ignore_ascii_case("sts") {
            let message = format!("a trust policy has actions of STS only, not {}", node.shown());
            let help = "it says who may assume the role (`sts:AssumeRole`); what the role may do \
                        stands in its own policies";
            self.error_with(node.span, message, help);
        }
    }

    /// Source: recorded, "Resource … must be in ARN format or \"*\"."
    fn resource(&mut self, node: &Node, resource: &str) {
        let shown = node.shown();
        if resource == "*" {
            return;
        }
        // What a plan fills in when it has made it.
        if is_reference(resource) {
            return;
        }
        if resource.starts_with("${") {
            // Documentation, policy variables: they stand in the last part of an ARN.
            let message = format!("the resource {shown} is a variable of IAM's and no ARN");
            let help = "IAM wants an ARN or `*`; a value of the stack's is `${var.NAME}`";
            return self.warn(node.span, message, help);
        }
        if resource.contains("${") {
            return;
        }
        if !resource.starts_with("arn:") {
            let message = format!("the resource {shown} is no ARN");
            let help = "a resource is an ARN, like `arn:aws:s3:::bucket/*`, or `*`";
            if resource.starts_with('*') {
                return self.warn(node.span, message, help);
            }
            return self.error_with(node.span, message, help);
        }
        if resource.split(':').count() < 6 {
            // Documentation, Resource: missing fields are completed with `*`.
            let message = format!("the resource {shown} is an ARN with less than six fields");
            let help = "IAM reads the missing ones as `*`; write all of \
                        `arn:partition:service:region:account:resource`";
            self.warn(node.span, message, help);
        }
    }
}

/// Whether a text begins with a reference to an ARN of the stack's that a plan has yet to fill in. A variable
/// of IAM's has a colon in it.
fn is_reference(text: &str) -> bool {
    let inner = text.strip_prefix("${").and_then(|rest| rest.split_once('}'));
    let output = inner.and_then(|(inner, _)| inner.rsplit_once('.'));
    output.is_some_and(|(of, output)| output == "arn" && !of.contains(':'))
}
