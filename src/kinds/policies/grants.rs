//! What policies need of IAM.

use super::Policies;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, giving, mark_key, marked, wanted};
use crate::kinds::iam::grants::{any, arns};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// Policies are read whosever they are: what the tagging API still lists may be gone, and what is gone
/// carries no mark that a condition could ask for.
///
/// A policy is taken off roles that carry the mark, since of one that is not in the file not even the
/// ARN is known. One in the file is made anew at times, and put back then on what roles of any stack
/// had it: to put it on every role would be to give oneself what one may write. What only others can
/// have put it on is left to them.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let policies = || [any(stack, "policy")];
    let mut grants = vec![
        Grant::anywhere(LOOK, &["tag:GetResources"]),
        Grant::new(
            "LookAtPolicies",
            &["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListEntitiesForPolicy"],
            policies(),
        ),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    let named = wanted(&Policies, stack);
    grants.push(Grant::new(
        "ChangePolicies",
        &[
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicy",
            "iam:DeletePolicyVersion",
            "iam:ListPolicyTags",
            "iam:ListPolicyVersions",
            "iam:TagPolicy",
            "iam:UntagPolicy",
        ],
        named.flat_map(|wanted| arns(&Policies, wanted, stack)),
    ));
    let gone = ["iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:ListPolicyVersions"];
    grants.push(marked(Grant::new("DeletePolicies", &gone, policies()), &Policies, stack));
    if purpose == Purpose::Change {
        // One that goes to another path loses `protect` where it was.
        let tags =
            Grant::new("UnprotectPolicies", &["iam:TagPolicy", "iam:UntagPolicy"], policies());
        grants.push(marked(tags, &Policies, stack));
    }
    let roles = || [any(stack, "role")];
    let off = Grant::new("LetGoOfRoles", &["iam:DetachRolePolicy"], roles());
    grants.push(marked(off, &Policies, stack));
    let anew = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"];
    let named = wanted(&Policies, stack)
        .filter_map(|wanted| Policies.arn(&wanted.name, &wanted.document, &stack.place))
        .map(|arn| literal(&arn));
    let anew = Grant::new("MovePolicies", &anew, roles())
        .only_if("ArnEqualsIfExists", "iam:PolicyARN", named)
        .only_if("Null", &mark_key(), ["false".to_owned()]);
    grants.push(anew);
    grants.extend(giving(&Policies, stack, "iam:TagPolicy", any(stack, "policy")));
    grants
}
