//! What a parameter may be called.

use super::super::reply::Fault;
use super::super::{Call, caller};
use super::record::Section;
use super::validation;

/// How many levels a name may have (model, at `HierarchyLevelLimitExceededException`).
const LEVELS: usize = 15;

/// How many characters a name may have with the ARN before it (model, member `Name` of `PutParameter`).
const LONGEST: usize = 1011;

/// What AWS says of most names that it does not take (report).
const CHARACTERS: &str = "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can \
     consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, \
     numbers and the following 3 symbols .-_";

/// Refuses a name that no parameter can be given.
pub(super) fn check(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    let is_path = name.contains('/');
    let plain = name.strip_prefix('/').unwrap_or(name).to_ascii_lowercase();
    if plain.starts_with("aws") && plain.contains('/') && name.starts_with('/') {
        // (report)
        let message = format!("No access to reserved parameter name: {name}.");
        return Err(Fault::front_end("AccessDeniedException", message));
    }
    if ["aws", "ssm"].iter().any(|reserved| plain.starts_with(reserved)) {
        return Err(validation(if is_path {
            CHARACTERS
        } else {
            // (report)
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."
        }));
    }
    if is_path && !name.starts_with('/') {
        // (report)
        return Err(validation("Parameter name must be a fully qualified name."));
    }
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    };
    let mut parts = name.strip_prefix('/').unwrap_or(name).split('/');
    if !parts.all(is_word) {
        return Err(validation(CHARACTERS));
    }
    if name.matches('/').count() > LEVELS {
        // The text is the model's.
        let message = "A hierarchy can have a maximum of 15 levels.".to_owned();
        return Err(Fault::front_end("HierarchyLevelLimitExceededException", message));
    }
    let before = format!(
        "arn:{}:ssm:{}:{}:parameter/",
        caller::partition(call.region),
        call.region,
        call.account
    );
    if before.len() + name.len() > LONGEST {
        // The text is ours.
        return Err(validation(format!(
            "The name and its ARN have more than {LONGEST} characters"
        )));
    }
    Ok(())
}

/// The parameter that a name or an ARN means.
pub(super) fn meant<'a>(call: &Call<'_>, section: &Section, text: &'a str) -> Option<&'a str> {
    if section.parameters.contains_key(text) {
        return Some(text);
    }
    let arn = super::record::arn(call, "");
    let begin = text.strip_prefix(arn.as_str())?;
    // With the slash before it the name may begin with one.
    let with_slash = &text[arn.len() - 1..];
    [with_slash, begin].into_iter().find(|name| section.parameters.contains_key(*name))
}
