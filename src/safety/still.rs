//! Whether what a step is about is still the stack's to touch, at the moment it is carried out.

use super::Refusal;
use crate::kinds::{self, Live, Ownership};
use crate::plan::{Action, Step};
use crate::text::shell_word;

/// What a safety rule objects to in a step, given what is live now: another stack's mark, one that is
/// gone, or protection that came since the plan. Nothing there is nothing to object to; whether
/// something else moved is another question.
pub fn still_ours(step: &Step, live: Option<&Live>) -> Option<Refusal> {
    let kind = kinds::of(&step.address.section);
    let live = live.filter(|_| step.action.acts() && kind.ownership() == Ownership::Tag)?;
    let takes_over = step.adopts || step.action == Action::Create;
    let Some(mark) = &live.mark else {
        return (!takes_over).then(|| without_mark(step));
    };
    // Another run may have done the step already.
    let is_expected = mark.stack == step.owner || step.moved_from.as_ref() == Some(&mark.stack);
    if !is_expected {
        return Some(Refusal {
            message: format!("belongs to the stack `{}` now", mark.stack),
            hint: "take it out of one of the two files, and plan again".to_owned(),
        });
    }
    let goes = matches!(step.action, Action::Delete | Action::Replace);
    (goes && mark.protected).then(|| Refusal {
        message: "is protected now".to_owned(),
        hint: "plan again: what is protected is kept".to_owned(),
    })
}

fn without_mark(step: &Step) -> Refusal {
    let address = &step.address;
    let adopt = shell_word(&address.to_string());
    Refusal {
        message: "carries no mark of ours any more".to_owned(),
        hint: format!("someone took it off; to take it over again, plan with `--adopt {adopt}`"),
    }
}
