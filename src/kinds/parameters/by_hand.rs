//! What a person does about a `SecureString`: nobody else has its value.

use serde_json::Value;

use super::spec::{DESCRIPTION, KEY, PATTERN, SECURE, TIER, is_secure};
use crate::kinds::Live;
use crate::stack::{Place, Wanted};
use crate::text::shell_word;

/// The members of the command, each with its option.
const OPTIONS: [(&str, &str); 4] = [
    (KEY, "--key-id"),
    (DESCRIPTION, "--description"),
    (TIER, "--tier"),
    (PATTERN, "--allowed-pattern"),
];

pub(super) fn told(wanted: &Wanted, live: Option<&Live>, place: &Place) -> String {
    let name = &wanted.name;
    match live {
        None => format!(
            "not in AWS, and only a person has its value: `{}`",
            command(name, &wanted.document, place, "")
        ),
        Some(live) if !is_secure(&wanted.document) => format!(
            "AWS has a `{SECURE}` of that name, whose value nothing brings back: give this one another \
             name, or delete the other: `aws ssm delete-parameter --name {} --region {}`",
            shell_word(&live.name),
            place.region
        ),
        Some(live) if !is_secure(&live.document) => format!(
            "AWS has no `{SECURE}` of that name, but a parameter whose value everybody reads: delete it \
             (`aws ssm delete-parameter --name {} --region {}`), and put the secret there: `{}`",
            shell_word(name),
            place.region,
            command(name, &wanted.document, place, "")
        ),
        Some(_) => format!(
            "AWS has it otherwise, and whoever changes that writes its value again: `{}`",
            command(name, &wanted.document, place, " --overwrite")
        ),
    }
}

/// The command that puts the parameter there, with what the file says of it.
fn command(name: &str, document: &Value, place: &Place, more: &str) -> String {
    let mut command = format!(
        "aws ssm put-parameter --name {} --type {SECURE} --value \"$SECRET\" --region {}{more}",
        shell_word(name),
        place.region
    );
    for (field, option) in OPTIONS {
        if let Some(value) = document[field].as_str() {
            command += &format!(" {option} {}", shell_word(value));
        }
    }
    command
}
