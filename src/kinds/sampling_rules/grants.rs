//! What rules need of IAM.

use super::SamplingRules;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, arn, giving, marked, wanted};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// `GetSamplingRules` is for all rules or none; any of them may carry the mark.
///
/// A rule is made with its tags. That AWS asks for `TagResource` then is documented of other services
/// and not of X-Ray; a rule that changes needs it anyway.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let rule = |name: &str| rule_arn(stack, &literal(name));
    let mut grants = vec![
        Grant::anywhere(LOOK, &["xray:GetSamplingRules"]),
        Grant::new("LookAtRules", &["xray:ListTagsForResource"], [rule_arn(stack, "*")]),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    let named = wanted(&SamplingRules, stack).map(|wanted| rule(&wanted.name));
    grants.push(Grant::new(
        "ChangeRules",
        &[
            "xray:CreateSamplingRule",
            "xray:DeleteSamplingRule",
            "xray:TagResource",
            "xray:UntagResource",
            "xray:UpdateSamplingRule",
        ],
        named,
    ));
    let gone = Grant::new("DeleteRules", &["xray:DeleteSamplingRule"], [rule_arn(stack, "*")]);
    grants.push(marked(gone, &SamplingRules, stack));
    grants.extend(giving(&SamplingRules, stack, "xray:TagResource", rule_arn(stack, "*")));
    grants
}

/// The ARN of a rule.
pub(in crate::kinds) fn rule_arn(stack: &Stack, name: &str) -> String {
    let place = &stack.place;
    arn(place, SamplingRules.service(), &place.region, &format!("sampling-rule/{name}"))
}
