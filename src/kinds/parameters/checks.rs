//! What AWS would refuse of a parameter, and what does not belong into a file.

use serde_json::Value as Json;

use super::spec::{ADVANCED, INTELLIGENT, KEY, NAME, SECURE, TIER, TYPE, VALUE};
use crate::document::{Diagnostic, Diagnostics, Node, Span};
use crate::kinds::grants::arn;
use crate::stack::Place;

/// How many bytes a value has in the standard tier.
///
/// Source: service model, member `Tier` of `PutParameterRequest`, which says 4 KB and 8 KB. AWS's errors
/// speak of characters; which of them counts where a text has others than ASCII's is not known, and the
/// smaller is sure.
pub(super) const STANDARD: usize = 4096;
/// How many bytes it has at most.
pub(super) const LARGEST: usize = 8192;

/// How many levels a name has at most, and how many characters with the ARN before it.
///
/// Source: service model, member `Name` of `PutParameterRequest`.
const LEVELS: usize = 15;
const LONGEST: usize = 1011;

/// Complains of a name that AWS takes no parameter by.
pub(super) fn name(name: &str, body: &Node, place: &Place, found: &mut Diagnostics) -> Option<()> {
    let own = body.as_map().and_then(|map| map.get(NAME));
    let span = own.map_or(body.span, |node| node.span);
    let problem = if own.is_some_and(|node| node.secret) {
        let message = "the name of a parameter is shown in every output, and what comes from the \
                       environment is secret";
        Some((message.to_owned(), "use a variable: `${var.NAME}`"))
    } else {
        problem(name, place)
    };
    let Some((message, help)) = problem else { return Some(()) };
    found.push(Diagnostic::error(message).at(span).help(help));
    None
}

/// What is wrong with a name, and the way out.
///
/// Source: service model, member `Name` of `PutParameterRequest`; of a path without its first slash the
/// text of AWS's refusal, "must be a fully qualified name".
fn problem(name: &str, place: &Place) -> Option<(String, &'static str)> {
    const HELP: &str = "a name is one word, or `/` and words with `/` between them: letters, digits \
                        and . _ -";
    let said = |what: &str| format!("the name of a parameter {what}");
    let plain = name.strip_prefix('/').unwrap_or(name);
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let reserved = ["aws", "ssm"];
    let begins = plain.to_ascii_lowercase();
    let whole = arn(place, "ssm", &place.region, &format!("parameter/{plain}"));
    if name.contains('/') && !name.starts_with('/') {
        Some((said("with `/` in it begins with one"), "write it like `/shop/collector`"))
    } else if !plain.split('/').all(is_word) {
        Some((said(&format!("has what Parameter Store does not take: {name:?}")), HELP))
    } else if reserved.iter().any(|reserved| begins.starts_with(reserved)) {
        Some((said("does not begin with `aws` or `ssm`, which AWS keeps"), HELP))
    } else if name.matches('/').count() > LEVELS {
        Some((said(&format!("has at most {LEVELS} levels")), HELP))
    } else if whole.len() > LONGEST {
        let most = LONGEST - (whole.len() - plain.len());
        Some((said(&format!("has at most {most} characters in this region")), HELP))
    } else {
        None
    }
}

/// Complains of what does not go together, of values that are too large for their tier, and of secrets.
pub(super) fn value(body: &Node, found: &mut Diagnostics) {
    let Some(map) = body.as_map() else { return };
    let given = |field: &str| map.get(field).filter(|node| !node.is_null());
    let text = |field: &str| given(field).and_then(Node::as_str);
    let is_secure = text(TYPE) == Some(SECURE);
    let mut complain = |message: &str, span: Span, help: String| {
        found.push(Diagnostic::error(message).at(span).help(help));
    };
    if let Some(value) = given(VALUE).filter(|_| is_secure) {
        let help = "leave `Value` out: the plan says whether the parameter is there, and how a person \
                    puts it there";
        let message = "the value of a `SecureString` does not belong in a file, nor in the environment \
                       of a run: who can read either has the secret";
        return complain(message, value.span, help.to_owned());
    }
    if let Some(key) = given(KEY).filter(|_| !is_secure) {
        let help = "leave it out, or make it a `Type: SecureString` without its value";
        complain("only a `SecureString` is encrypted with a key", key.span, help.to_owned());
    }
    // Without a type nothing can be said of the value.
    let is_plain = matches!(text(TYPE), Some("String" | "StringList"));
    let Some(value) = given(VALUE) else {
        if is_plain {
            complain("a parameter needs `Value`", body.span, "`Value`: what it holds".to_owned());
        }
        return;
    };
    let Some(text) = value.as_str() else { return };
    if text.find("{{").is_some_and(|at| text[at..].contains("}}")) {
        let message = "Parameter Store takes no value with `{{…}}` in it, which elsewhere in Systems \
                       Manager stands for a parameter";
        complain(message, value.span, "write it in another way".to_owned());
    }
    let tier = given(TIER).and_then(Node::as_str);
    let most = if matches!(tier, Some(ADVANCED | INTELLIGENT)) { LARGEST } else { STANDARD };
    // One of more characters is too long for any tier, and told already.
    if text.len() > most && text.chars().count() <= LARGEST && !value.secret {
        let message = format!("the value has {} bytes; it may have {most}", text.len());
        let help = if text.len() > LARGEST {
            "no parameter takes more"
        } else {
            "write `Tier: Advanced`, which costs, for up to 8,192"
        };
        complain(&message, value.span, help.to_owned());
    }
}

/// How many bytes the value of a document has.
pub(super) fn size(document: &Json) -> usize {
    document[VALUE].as_str().map_or(0, str::len)
}
