//! What is asked before anything is changed: it names what would be lost.

use crate::plan::{Action, Plan, Step};
use crate::text::{plural, safe, wrapped};

/// Addresses that a question names.
const NAMED: usize = 5;

/// The question before an apply. It names what is deleted or made anew.
pub(super) fn apply(plan: &Plan) -> String {
    let of = |action: Action| plan.doing().filter(move |step| step.action == action);
    let lost = [("deletes", Action::Delete), ("makes anew", Action::Replace)];
    let lost: Vec<_> = lost
        .into_iter()
        .filter_map(|(verb, action)| Some(format!("{verb} {}", names(of(action))?)))
        .collect();
    if lost.is_empty() {
        return "Apply this?".to_owned();
    }
    wrapped(&format!("Apply this? It {}.", lost.join(" and ")), 0).join("\n")
}

/// The question before many stacks are applied.
pub(super) fn apply_all(plans: &[&Plan]) -> String {
    let of = |action: Action| {
        let steps = plans.iter().flat_map(|plan| plan.doing());
        steps.filter(move |step| step.action == action)
    };
    let doing = plans.iter().filter(|plan| plan.doing().next().is_some()).count();
    let steps: usize = plans.iter().map(|plan| plan.doing().count()).sum();
    let lost = [("deletes", Action::Delete), ("makes anew", Action::Replace)];
    let lost: Vec<_> = lost
        .into_iter()
        .filter_map(|(verb, action)| Some(format!("{verb} {}", names(of(action))?)))
        .collect();
    let (steps, plans) = (plural(steps, "step"), plural(doing, "plan"));
    let lost = if lost.is_empty() { String::new() } else { format!(" It {}.", lost.join(" and ")) };
    wrapped(&format!("Apply these {plans}, {steps}?{lost}"), 0).join("\n")
}

/// The question before a stack is destroyed. It names what is touched.
pub(super) fn destroy(plan: &Plan) -> String {
    let names = names(plan.doing()).unwrap_or_default();
    wrapped(&format!("Destroy `{}` ({names})?", plan.stack), 0).join("\n")
}

/// The addresses of steps as far as a question can name them, `None` where there are none.
pub(super) fn names<'a>(steps: impl Iterator<Item = &'a Step>) -> Option<String> {
    let addresses: Vec<_> = steps.map(|step| safe(&step.address.to_string())).collect();
    let (named, rest) = addresses.split_at(addresses.len().min(NAMED));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    (!named.is_empty()).then(|| named.join(", ") + &more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Address;

    /// A plan with these steps: the sign of each and its key.
    fn plan(steps: &[(Action, &str)]) -> Plan {
        let text = "stack: a\naccount: \"123456789012\"\nregion: eu-west-1\nsampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n";
        let file = crate::stack::Loaded { shown: "a.yaml".to_owned(), text: text.to_owned() };
        let stack = crate::stack::read(file, &mut NoFiles, &crate::stack::Inputs::default());
        let seen = crate::kinds::Observation::default();
        let mut plan = crate::plan::plan(&stack.stack.unwrap(), &seen);
        let like = plan.steps.remove(0);
        plan.steps = steps
            .iter()
            .map(|(action, key)| Step {
                action: *action,
                address: Address::new("sampling_rules", *key),
                ..like.clone()
            })
            .collect();
        plan
    }

    struct NoFiles;

    impl crate::stack::Files for NoFiles {
        fn read(
            &mut self,
            _: &str,
            _: &str,
        ) -> Result<crate::stack::Loaded, crate::stack::Unreadable> {
            panic!("there are no files")
        }
    }

    #[test]
    fn an_apply_names_what_is_lost() {
        let kept = [(Action::Create, "a"), (Action::Keep, "b"), (Action::Update, "c")];
        insta::assert_snapshot!(apply(&plan(&kept)), @"Apply this?");
        let lost: Vec<_> = ["a", "b", "c", "d", "e", "f", "g"].map(|k| (Action::Delete, k)).into();
        insta::assert_snapshot!(apply(&plan(&lost)), @"
        Apply this? It deletes sampling_rules.a, sampling_rules.b, sampling_rules.c,
        sampling_rules.d, sampling_rules.e and 2 more.
        ");
        let both = [(Action::Delete, "a b"), (Action::Replace, "c"), (Action::Keep, "d")];
        insta::assert_snapshot!(apply(&plan(&both)), @r#"Apply this? It deletes sampling_rules."a b" and makes anew sampling_rules.c."#);
        insta::assert_snapshot!(destroy(&plan(&both)), @r#"Destroy `a` (sampling_rules."a b", sampling_rules.c)?"#);
    }
}
