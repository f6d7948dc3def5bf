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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::safety::Mark;

    fn step(action: &str, more: &Value) -> Step {
        let mut step = json!({
            "address": "roles.backend", "name": "backend", "owner": "store@eu-west-1",
            "moved_from": null, "adopts": false, "protection": {"before": false, "after": false},
            "action": action, "because": "", "place": null, "changes": [], "document": null,
            "sent": null, "unmanaged": [], "detail": {"value": null, "told": [], "acts": false},
            "sensitive": [], "secrets": [], "digest": "", "fingerprint": null, "arn": null,
            "depends_on": [], "wave": 0, "detour": null, "tags_of_others": {},
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            step[key] = value.clone();
        }
        serde_json::from_value(step).unwrap()
    }

    fn live(owner: Option<&str>, protected: bool) -> Live {
        let mark = owner.map(|owner| Mark { stack: owner.to_owned(), digest: None, protected });
        Live {
            section: "roles",
            name: "backend".to_owned(),
            arn: None,
            document: Value::Null,
            sensitive: Vec::new(),
            mark,
            modified: None,
            facts: Value::Null,
        }
    }

    fn said(action: &str, more: &Value, live: Option<&Live>) -> String {
        still_ours(&step(action, more), live).map_or(String::new(), |refusal| refusal.message)
    }

    const OURS: Option<&str> = Some("store@eu-west-1");
    const OLD: Option<&str> = Some("shop@eu-west-1");

    #[test]
    fn what_is_ours_and_what_is_gone_is_nothing_to_object_to() {
        for action in ["update", "delete", "replace", "move", "create", "keep", "blocked"] {
            assert_eq!(said(action, &json!({}), Some(&live(OURS, false))), "", "{action}");
            assert_eq!(said(action, &json!({}), None), "", "{action}");
        }
        assert_eq!(said("update", &json!({}), Some(&live(OURS, true))), "");
    }

    #[test]
    fn another_stacks_is_left() {
        for action in ["update", "delete", "replace", "move", "create", "adopt"] {
            let said = said(action, &json!({"adopts": action == "adopt"}), Some(&live(OLD, false)));
            let expected = "belongs to the stack `shop@eu-west-1` now";
            assert_eq!(said, expected, "{action}");
        }
        // Unless it comes from there; or has come already.
        let from = json!({"moved_from": "shop@eu-west-1"});
        assert_eq!(said("move", &from, Some(&live(OLD, false))), "");
        assert_eq!(said("move", &from, Some(&live(OURS, false))), "");
        assert_ne!(said("move", &from, Some(&live(Some("third@eu-west-1"), false))), "");
    }

    #[test]
    fn a_mark_that_is_gone_is_no_leave() {
        for action in ["update", "delete", "replace", "move"] {
            let said = said(action, &json!({}), Some(&live(None, false)));
            assert_eq!(said, "carries no mark of ours any more", "{action}");
        }
        assert_eq!(said("adopt", &json!({"adopts": true}), Some(&live(None, false))), "");
        assert_eq!(said("replace", &json!({"adopts": true}), Some(&live(None, false))), "");
    }

    #[test]
    fn protection_that_came_since_keeps_it() {
        for action in ["delete", "replace"] {
            let said = said(action, &json!({}), Some(&live(OURS, true)));
            assert_eq!(said, "is protected now", "{action}");
        }
    }
}
