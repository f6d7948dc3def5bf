//! What it means for the application that its task goes from one daemon to another.

use serde_json::Value as Json;

use super::Sort;
use crate::kinds::{Receiver, tracing_receiver};

/// What a plan says of a task definition in which one daemon takes the place of another, a sentence each;
/// both documents are canonical.
pub(crate) fn moved(live: &Json, wanted: &Json) -> Vec<String> {
    let (Some(before), Some(after)) = (only(live), only(wanted)) else { return Vec::new() };
    if before == after {
        return Vec::new();
    }
    let mut told =
        vec![format!("traces go through {} in place of {}", after.told(), before.told())];
    match (before.takes_otlp(), after.takes_otlp()) {
        (false, true) => told.extend([
            "X-Ray SDKs go on as they are: their segments are taken on 2000/udp as before"
                .to_owned(),
            "sampling rules go on deciding: SDKs ask for them on 2000/tcp as before".to_owned(),
            "OpenTelemetry is taken on 4317 and 4318, and asks for the rules too".to_owned(),
            "nothing has to change at once; X-Ray SDKs get security fixes only, so instrument \
             with OpenTelemetry by and by"
                .to_owned(),
        ]),
        (true, false) => told.extend([
            "X-Ray SDKs go on as they are, and so do sampling rules".to_owned(),
            "OpenTelemetry has no receiver any more: what sends to 4317 or 4318 loses its traces"
                .to_owned(),
        ]),
        _ => told.push(
            "applications go on as they are: 2000, 4317 and 4318 are taken by both, and sampling \
             rules go on deciding"
                .to_owned(),
        ),
    }
    told
}

/// The one daemon of a task, by its image.
fn only(task: &Json) -> Option<Sort> {
    let containers = task["containerDefinitions"].as_object()?;
    let mut sorts = containers.values().filter_map(|one| sort(one["image"].as_str()?));
    let first = sorts.next()?;
    sorts.next().is_none().then_some(first)
}

fn sort(image: &str) -> Option<Sort> {
    match tracing_receiver(image)? {
        Receiver::Xray => Some(Sort::Xray),
        Receiver::Agent => Some(Sort::Agent),
        Receiver::Collector if image.contains("aws-otel") || image.contains("adot") => {
            Some(Sort::Adot)
        }
        Receiver::Collector => Some(Sort::Contrib),
    }
}
