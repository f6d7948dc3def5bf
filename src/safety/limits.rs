//! How much a plan may delete.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::{Action, Plan, Step};

/// How much a plan may delete without permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Deletions up to this many need none.
    pub free_deletions: usize,
    /// Above that, the share of what the stack owns that may go without, in percent.
    pub max_deletion_percent: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { free_deletions: 3, max_deletion_percent: 30 }
    }
}

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
/// Not for a `destroy`, which means just that. What is kept is no deletion.
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
    let message = shares_nothing(plan, deletions)
        .or_else(|| of_another_name(plan))
        .or_else(|| too_many(plan, deletions));
    message.map(|message| Refusal { message, hint }).into_iter().collect()
}

/// A file that has nothing of what is there may not be this stack's.
fn shares_nothing(plan: &Plan, deletions: usize) -> Option<String> {
    let kept = plan.steps.iter().any(|step| step.action == Action::Keep);
    let all = if kept { "all that is not protected of what" } else { "all that" };
    (plan.kept == 0).then(|| {
        format!(
            "{all} `{}` owns ({}) would go: the file shares no resource with it; is this another \
             stack's file, or another account or region?",
            plan.stack,
            count(deletions)
        )
    })
}

/// A name that the stack is said to have had, and of which the file has nothing, may be one that
/// another stack has.
fn of_another_name(plan: &Plan) -> Option<String> {
    let mut going: BTreeMap<&str, usize> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.action == Action::Delete) {
        if let Some(former) = &step.moved_from {
            *going.entry(former).or_default() += 1;
        }
    }
    let stays = |former: &str| {
        let has = |step: &&Step| step.moved_from.as_deref() == Some(former);
        plan.steps.iter().filter(has).any(|step| step.action != Action::Delete)
    };
    let (former, gone) = going.into_iter().find(|(former, _)| !stays(former))?;
    Some(format!(
        "{} with the mark of `{former}` would go, and the file has none that carries it: is that a \
         name that `{}` had, or another stack's?",
        count(gone),
        plan.stack
    ))
}

fn too_many(plan: &Plan, deletions: usize) -> Option<String> {
    let Limits { free_deletions, max_deletion_percent } = plan.limits;
    let share = deletions * 100 > plan.owned * max_deletion_percent;
    (deletions > free_deletions && share).then(|| {
        let seen = if plan.unknown.is_empty() { "" } else { ", as far as it could be read," };
        format!(
            "{deletions} of the {} that `{}` owns{seen} would go, more than {max_deletion_percent} %",
            count(plan.owned),
            plan.stack
        )
    })
}

fn count(resources: usize) -> String {
    if resources == 1 { "1 resource".to_owned() } else { format!("{resources} resources") }
}
