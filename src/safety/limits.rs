//! How much a plan may delete.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::{Action, Plan};

/// Deletions up to this many need no permission.
const DELETIONS_FREE: usize = 3;
/// Above that, the share of what the stack owns that may go without permission, in percent.
const DELETIONS_PERCENT: usize = 30;

/// A safety rule that says no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// What the rule objects to.
    pub message: String,
    /// The way out.
    pub hint: String,
}

/// What the safety rules object to in a plan, given that the user allowed `allowed` deletions.
///
/// Not for a `destroy`, which means just that.
pub fn judge(plan: &Plan, allowed: Option<usize>) -> Vec<Refusal> {
    let deletions = plan.steps.iter().filter(|step| step.action == Action::Delete).count();
    if deletions == 0 {
        return Vec::new();
    }
    if plan.declared == 0 {
        return vec![Refusal {
            message: format!(
                "the file declares no resources, and {} owned by `{}` would go",
                count(deletions),
                plan.stack
            ),
            hint: "an empty file never means \"delete everything\"; `tracewright destroy` does"
                .to_owned(),
        }];
    }
    if allowed.is_some_and(|allowed| deletions <= allowed) {
        return Vec::new();
    }
    let hint = format!("if that is meant, say `--allow-deletes {deletions}`");
    let refusal = if plan.kept == 0 {
        Some(format!(
            "all that `{}` owns ({}) would go: the file shares no resource with it; is this \
             another stack's file, or another account or region?",
            plan.stack,
            count(deletions)
        ))
    } else if deletions > DELETIONS_FREE && deletions * 100 > plan.owned * DELETIONS_PERCENT {
        Some(format!(
            "{} of the {} that `{}` owns would go, more than {DELETIONS_PERCENT} %",
            deletions,
            count(plan.owned),
            plan.stack
        ))
    } else {
        None
    };
    refusal.map(|message| Refusal { message, hint }).into_iter().collect()
}

fn count(resources: usize) -> String {
    if resources == 1 { "1 resource".to_owned() } else { format!("{resources} resources") }
}
