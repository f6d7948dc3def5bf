//! Random schedules of faults.

use tracewright::aws::local::faults::{Effect, Only, Refusal, Rule, Script};

use super::chance::Chance;

/// What a run that has about so many writes to make meets: often a kill, and of lost answers, outages
/// and refusals now few and now many.
pub(crate) fn script(chance: &mut Chance, writes: u64) -> Script {
    let mut rules = Vec::new();
    if chance.percent(65) {
        let effect = chance.one(&[Effect::KilledBefore, Effect::KilledAfter]).clone();
        let only = chance.percent(85).then_some(Only::Writes);
        rules.push(Rule { nth: Some(1 + chance.below(writes.max(1))), only, ..Rule::new(effect) });
    }
    // A lost answer at one write for certain, since it is the hardest of all.
    if chance.percent(50) {
        let nth = Some(1 + chance.below(writes.max(1)));
        let only = Some(Only::Writes);
        rules.push(Rule { nth, only, times: Some(1 + chance.below(2)), ..Rule::new(lost(chance)) });
    }
    let percent = *chance.one(&[0.0, 0.03, 0.1, 0.3]);
    for _ in 0..3 {
        let only = chance.percent(70).then_some(Only::Writes);
        let (call, effect) = any(chance);
        rules.push(Rule { call, only, chance: Some(percent), ..Rule::new(effect) });
    }
    Script { seed: chance.next(), rules }
}

/// The answer to what was carried out does not come, or says something else.
fn lost(chance: &mut Chance) -> Effect {
    let error = || Refusal {
        code: "InternalFailure".to_owned(),
        message: "We encountered an internal error. Please try again.".to_owned(),
        status: 500,
    };
    chance
        .one(&[
            Effect::AnswerLost,
            Effect::AnswerCut,
            Effect::AnswerReplaced(error()),
            Effect::AnswerHeld(1),
        ])
        .clone()
}

/// Any fault, and the calls that may meet it: errors are those of the service that is called.
fn any(chance: &mut Chance) -> (String, Effect) {
    let refused = |call: &str, code: &str, message: &str, status| {
        let refusal = Refusal { code: code.to_owned(), message: message.to_owned(), status };
        (call.to_owned(), Effect::Refused(refusal))
    };
    match chance.below(12) {
        0..=3 => ("*".to_owned(), lost(chance)),
        4 => ("*".to_owned(), Effect::Unreachable),
        5 => refused("xray:*", "ThrottledException", "Rate exceeded", 429),
        6 => refused("iam:*", "Throttling", "Rate exceeded", 400),
        7 => refused(
            "ecs:RegisterTaskDefinition",
            "ClientException",
            "Too many concurrent attempts to create a new revision of the specified family.",
            400,
        ),
        8 => refused("*", "ServiceUnavailable", "try again", 503),
        9 => refused("*", "AccessDenied", "you are not authorized to perform this", 403),
        10 => ("*".to_owned(), Effect::ClockJumped(*chance.one(&[-90_000, -5, 7, 3600]))),
        _ => refused(
            "iam:*",
            "ConcurrentModification",
            "The request was rejected because multiple requests to change this object were \
             submitted simultaneously. Wait a few minutes and submit your request again.",
            409,
        ),
    }
}
