//! Which account and region documents are about, as the ARNs in them say.

use std::collections::BTreeSet;

use crate::document::{Node, Value};
use crate::stack::is_region;

/// What ARNs name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Accounts: 12 digits, or a reference to a variable.
    pub(super) accounts: BTreeSet<String>,
    /// Regions, or a reference to a variable.
    pub(super) regions: BTreeSet<String>,
}

impl Named {
    /// Adds what others name.
    pub(super) fn extend(&mut self, others: Self) {
        self.accounts.extend(others.accounts);
        self.regions.extend(others.regions);
    }

    /// Takes in the ARNs that resources have themselves, in the answers of AWS below a node.
    pub(super) fn look_own(&mut self, node: &Node) {
        // Source: service models of IAM, ECS and X-Ray.
        const OWN: [&str; 3] = ["Arn", "taskDefinitionArn", "RuleARN"];
        match &node.value {
            Value::Seq(items) => items.iter().for_each(|item| self.look_own(item)),
            Value::Map(map) => {
                for entry in &map.entries {
                    if OWN.contains(&entry.key.as_str()) {
                        self.look(&entry.value);
                    } else {
                        self.look_own(&entry.value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes in every ARN below a node.
    pub(super) fn look(&mut self, node: &Node) {
        match &node.value {
            Value::Seq(items) => items.iter().for_each(|item| self.look(item)),
            Value::Map(map) => map.entries.iter().for_each(|entry| self.look(&entry.value)),
            Value::String(text) => {
                for (at, _) in text.match_indices("arn:") {
                    self.arn(&text[at..], node.interpolated);
                }
            }
            _ => {}
        }
    }

    /// Takes in a region, if it is one.
    pub(super) fn region(&mut self, text: &str) {
        if is_region(text) {
            self.regions.insert(text.to_owned());
        }
    }

    /// `arn:partition:service:region:account:…`
    fn arn(&mut self, text: &str, references: bool) {
        let mut parts = text.splitn(6, ':').skip(3);
        let (Some(region), Some(account), Some(_)) = (parts.next(), parts.next(), parts.next())
        else {
            return;
        };
        let is_variable = |text: &str| {
            let name = text.strip_prefix("${var.").and_then(|rest| rest.strip_suffix('}'));
            references && name.is_some_and(|name| !name.contains(['$', '}']))
        };
        if is_variable(region) {
            self.regions.insert(region.to_owned());
        }
        self.region(region);
        if is_account(account) || is_variable(account) {
            self.accounts.insert(account.to_owned());
        }
    }
}

/// Whether a text has the form of an account's number.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Sources, Span};
    use crate::import::reference;

    #[test]
    fn arns_name_an_account_and_a_region_or_a_variable() {
        let span = Span::new(Sources::default().add("x", ""), 0, 0);
        let literal = |text: &str| Node::new(span, Value::String(text.to_owned()));
        let mut named = Named::default();
        named.look(&literal(
            "x arn:aws:logs:eu-west-1:123456789012:log-group:a, arn:aws:iam::aws:policy/X",
        ));
        named.look(&literal("arn:aws:iam::${var.acc}:role/x arn:aws:s3:::bucket arn:"));
        named.look(&reference(span, "arn:aws:ecs:${region}:${var.acc}:cluster/x"));
        assert_eq!(named.accounts.into_iter().collect::<Vec<_>>(), ["${var.acc}", "123456789012"]);
        assert_eq!(named.regions.into_iter().collect::<Vec<_>>(), ["eu-west-1"]);
    }
}
