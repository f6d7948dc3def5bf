//! What parameters need of IAM.

use super::Parameters;
use super::spec::is_secure;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, giving, mark_key, marked, wanted};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// Values are read of what the file has with its value, and of what carries the mark: of a `SecureString`
/// nothing but what `DescribeParameters` shows, which knows no resources.
///
/// Tags are read whosever they are: what is gone carries no mark that a condition could ask for.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let all = || parameter(stack, "*");
    let plain = || {
        let wanted = wanted(&Parameters, stack).filter(|wanted| !is_secure(&wanted.document));
        wanted.map(|wanted| parameter(stack, &literal(&wanted.name)))
    };
    let values = Grant::new("LookAtOldValues", &["ssm:GetParameters"], [all()]);
    // What is given away carries another mark when it is read back.
    let given = stack.moved.iter().filter(|(address, _)| address.section == Parameters.section());
    let receivers = given.map(|(_, other)| Parameters.owner(other, &stack.place));
    let values = values.only_if("StringEquals", &mark_key(), receivers);
    let mut grants = vec![
        Grant::anywhere(LOOK, &["ssm:DescribeParameters"]),
        Grant::new("LookAtParameters", &["ssm:ListTagsForResource"], [all()]),
        Grant::new("LookAtValues", &["ssm:GetParameters"], plain()),
        marked(values, &Parameters, stack),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    grants.push(Grant::new(
        "ChangeParameters",
        &[
            "ssm:AddTagsToResource",
            "ssm:DeleteParameter",
            "ssm:PutParameter",
            "ssm:RemoveTagsFromResource",
        ],
        plain(),
    ));
    let gone = Grant::new("DeleteParameters", &["ssm:DeleteParameter"], [all()]);
    grants.push(marked(gone, &Parameters, stack));
    grants.extend(giving(&Parameters, stack, "ssm:AddTagsToResource", all()));
    grants
}

fn parameter(stack: &Stack, name: &str) -> String {
    Parameters.arn(name, &serde_json::Value::Null, &stack.place).unwrap_or_default()
}
