//! What resource policies need of IAM.

use super::ResourcePolicies;
use crate::iam::Grant;
use crate::kinds::Purpose;
use crate::kinds::grants::{LOOK, wanted};
use crate::stack::Stack;

/// No resource type stands for these policies (Service Authorization Reference, AWS X-Ray): who may write one
/// may write all.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let wanted = || wanted(&ResourcePolicies, stack);
    let (comes, goes) = match purpose {
        Purpose::Look => (false, false),
        Purpose::Change => {
            (wanted().any(|wanted| !wanted.absent), wanted().any(|wanted| wanted.absent))
        }
        Purpose::Leave => (false, true),
    };
    let calls = [
        (true, "xray:ListResourcePolicies"),
        (comes, "xray:PutResourcePolicy"),
        (goes, "xray:DeleteResourcePolicy"),
    ];
    let needed = calls.into_iter().filter(|(is, _)| *is);
    needed.map(|(_, action)| Grant::anywhere(LOOK, &[action])).collect()
}
