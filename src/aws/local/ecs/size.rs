//! The size of a task: how `cpu` and `memory` are written, and which sizes Fargate has.

use serde_json::Value;

use super::super::reply::Fault;
use super::members::{Members as _, Structure};
use super::{client, invalid_parameter};

/// CPU units in a vCPU and MiB in a GB.
const PER_UNIT: u64 = 1024;

/// CPU units of tasks that are not on Fargate (documentation, task definition parameters).
const CPU_ELSEWHERE: std::ops::RangeInclusive<u64> = 128..=196_608;

/// Turns `1 vCPU` and `0.5 GB` into units and MiB: "String values are converted to an integer …
/// when the task definition is registered" (model, members `cpu` and `memory`).
pub(super) fn normalise(definition: &mut Structure) -> Result<(), Fault> {
    for (name, unit) in [("cpu", "vcpu"), ("memory", "gb")] {
        let Some(text) = definition.text(name) else { continue };
        // AWS's text (recording, for an empty cpu).
        let number = parse(text, unit)
            .ok_or_else(|| invalid_parameter(format!("Invalid '{name}' setting for task.")))?;
        definition.insert(name.to_owned(), Value::String(number.to_string()));
    }
    Ok(())
}

/// A whole number, or a decimal one with a unit behind it, in any case.
fn parse(text: &str, unit: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let Some(number) = text.strip_suffix(unit) else {
        return text.parse().ok().filter(|number| *number > 0);
    };
    let (whole, fraction) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()? };
    let part = fraction.checked_mul(PER_UNIT)? / scale;
    whole.checked_mul(PER_UNIT)?.checked_add(part).filter(|number| *number > 0)
}

/// A normalised member of the task's size.
pub(super) fn of(definition: &Structure, name: &str) -> Option<u64> {
    definition.text(name)?.parse().ok()
}

/// Checks the size of a task that only has to run on instances.
pub(super) fn check_elsewhere(definition: &Structure) -> Result<(), Fault> {
    match of(definition, "cpu") {
        Some(cpu) if !CPU_ELSEWHERE.contains(&cpu) => {
            Err(invalid_parameter("Invalid 'cpu' setting for task."))
        }
        _ => Ok(()),
    }
}

/// Checks the size of a task that has to run on Fargate.
pub(super) fn check_fargate(definition: &Structure, windows: bool) -> Result<(), Fault> {
    // AWS's text (recording for cpu).
    let needed = |name: &str| {
        let message = format!("Fargate requires that '{name}' be defined at the task level.");
        of(definition, name).ok_or_else(|| client(message))
    };
    let (cpu, memory) = (needed("cpu")?, needed("memory")?);
    if fits_fargate(cpu, memory, windows) {
        return Ok(());
    }
    // AWS's text (recording of 2025; in 2018 it ended after "values").
    Err(client(format!(
        "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See the \
         Amazon ECS documentation for the valid values."
    )))
}

/// The sizes of Fargate (documentation, "Fargate task definition differences"; 256, 512 and 32768
/// are for Linux only).
pub(super) fn fits_fargate(cpu: u64, memory: u64, windows: bool) -> bool {
    let steps = |gb: std::ops::RangeInclusive<u64>, step: u64| {
        memory.is_multiple_of(step * PER_UNIT) && gb.contains(&(memory / PER_UNIT))
    };
    match cpu {
        256 => !windows && [512, 1024, 2048].contains(&memory),
        512 => !windows && steps(1..=4, 1),
        1024 => steps(2..=8, 1),
        2048 => steps(4..=16, 1),
        4096 => steps(8..=30, 1),
        8192 => steps(16..=60, 4),
        16_384 => steps(32..=120, 8),
        32_768 => !windows && [61_440, 122_880, 249_856].contains(&memory),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_aws_writes_them() {
        for (text, number) in [
            ("256", 256),
            ("1 vCPU", 1024),
            ("1 vcpu", 1024),
            (".25 vCPU", 256),
            ("0.5vCPU", 512),
            ("16 VCPU", 16_384),
        ] {
            assert_eq!(parse(text, "vcpu"), Some(number), "{text}");
        }
        for text in ["", "0", "x", "-1", "1.5", "1 GB", ".", "vCPU", ". vCPU", "1..5 vCPU"] {
            assert_eq!(parse(text, "vcpu"), None, "{text}");
        }
        assert_eq!(parse("99999999999999999999 vCPU", "vcpu"), None);
        assert_eq!(parse("0.000000000000000000001 vCPU", "vcpu"), None);
        for (text, number) in [("0.5 GB", 512), ("1GB", 1024), ("30 gb", 30_720)] {
            assert_eq!(parse(text, "gb"), Some(number), "{text}");
        }
    }

    #[test]
    fn fargate_has_the_sizes_of_its_table() {
        let sizes = |cpu: u64| (1..=250).filter(|gb| fits_fargate(cpu, gb * 1024, false)).count();
        let counted = [512, 1024, 2048, 4096, 8192, 16_384, 32_768].map(sizes);
        assert_eq!(counted, [4, 7, 13, 23, 12, 12, 3]);
        assert!(fits_fargate(256, 512, false) && !fits_fargate(256, 512, true));
        assert!(!fits_fargate(1024, 2049, false) && !fits_fargate(128, 512, false));
        assert!(fits_fargate(1024, 2048, true) && !fits_fargate(32_768, 61_440, true));
    }
}
