//! How large a value may be, and what it may hold.

use regex_lite::Regex;

use super::super::reply::Fault;
use super::validation;

/// The tiers with the most that a value may have in each (model, member `Tier` of `PutParameter`). AWS's
/// text speaks of characters, the documentation of kilobytes: which of them counts where they are not
/// the same is not known, and here it is bytes.
const TIERS: [(&str, usize); 2] = [("Standard", 4096), ("Advanced", 8192)];

/// The tier that a parameter gets which asks for one, had one before, or has a value of this size.
pub(super) fn tier(asked: Option<&str>, had: Option<&str>, value: &str) -> Result<String, Fault> {
    let [(standard, most), (advanced, _)] = TIERS;
    let tier = match asked {
        // What is larger needs the other one (model).
        Some("Intelligent-Tiering") if value.len() > most || had == Some(advanced) => advanced,
        Some("Intelligent-Tiering") => standard,
        Some(asked) => asked,
        None => had.unwrap_or(standard),
    };
    if had == Some(advanced) && tier == standard {
        // (report)
        return Err(validation(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from \
             the advanced-parameter tier to the standard-parameter tier. If necessary, you can \
             delete the advanced parameter and recreate it as a standard parameter.",
        ));
    }
    Ok(tier.to_owned())
}

/// Refuses a value that is too large for its tier, that has none, or that others would be put into.
pub(super) fn check(tier: &str, value: &str) -> Result<(), Fault> {
    if value.is_empty() {
        // (report)
        return Err(validation(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member \
             must have length greater than or equal to 1.",
        ));
    }
    if value.find("{{").is_some_and(|at| value[at..].contains("}}")) {
        // That it is refused is the model's, the text is ours.
        return Err(validation(
            "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.",
        ));
    }
    let most = TIERS.iter().find(|(known, _)| *known == tier).map_or(0, |(_, most)| *most);
    if value.len() <= most {
        return Ok(());
    }
    // (report)
    let way_out = " To create a larger parameter value, upgrade the parameter to use the \
                   advanced-parameter tier. For more information, see \
                   https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";
    let way_out = if tier == TIERS[0].0 { way_out } else { "" };
    Err(validation(format!(
        "{tier} tier parameters support a maximum parameter value of {most} characters.{way_out}"
    )))
}

/// Refuses a value that the pattern does not take. Whether AWS asks for all of the value to match is not
/// documented; here it does. The texts are ours.
pub(super) fn check_pattern(pattern: &str, value: &str) -> Result<(), Fault> {
    if pattern.is_empty() {
        return Ok(());
    }
    let Ok(expression) = Regex::new(&format!("^(?:{pattern})$")) else {
        let message = format!("The pattern {pattern} is no regular expression");
        return Err(Fault::front_end("InvalidAllowedPatternException", message));
    };
    if expression.is_match(value) {
        return Ok(());
    }
    let message = format!("Parameter value, cannot be validated against allowedPattern: {pattern}");
    Err(Fault::front_end("ParameterPatternMismatchException", message))
}
