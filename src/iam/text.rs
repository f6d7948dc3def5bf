//! A policy document as text: what IAM answers, what it is sent, and how long that is.

use serde_json::{Map, Value};

/// How long a trust policy may be, in characters that are not white space. An account may ask for
/// more.
///
/// Source: documentation, IAM and STS quotas (L-C07B4B0D).
pub(super) const LONGEST_TRUST: usize = 2048;
/// How long a managed policy may be, in characters that are not white space.
///
/// Source: documentation, IAM and STS quotas.
pub const LONGEST_MANAGED: usize = 6144;
/// How long the inline policies of one role may be together, in characters that are not white
/// space.
///
/// Source: documentation, IAM and STS quotas.
pub const LONGEST_INLINE: usize = 10_240;

/// Why an answer of IAM is no policy document.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// A `%` that two hexadecimal digits do not follow.
    #[error("a `%` at byte {0} of the policy begins no percent-encoded byte")]
    Escape(usize),
    /// What the percent-encoding stands for is no text.
    #[error("the percent-encoded policy is not UTF-8")]
    Encoding(#[from] std::string::FromUtf8Error),
    /// The text is no JSON.
    #[error("the policy is not JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// A policy document as IAM answers it: JSON, percent-encoded once, as in RFC 3986.
///
/// It is decoded exactly once, since values may be percent-encoded themselves, and `+` is a plus
/// sign. Servers that imitate IAM may answer the JSON as it is, which its quotation marks give away:
/// no encoding leaves those.
///
/// Source: model (`policyDocumentType`), recordings.
///
/// # Errors
/// Where the text is no percent-encoded JSON.
pub fn decode(text: &str) -> Result<Value, Undecodable> {
    if text.contains('"') {
        return Ok(serde_json::from_str(text)?);
    }
    Ok(serde_json::from_str(&percent_decoded(text)?)?)
}

/// A text without its percent-encoding.
pub(super) fn percent_decoded(text: &str) -> Result<String, Undecodable> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|(_, digit)| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(Undecodable::Escape(at));
        };
        decoded.extend(u8::try_from(high * 16 + low));
    }
    Ok(String::from_utf8(decoded)?)
}

/// A policy document as the text to send: on one line, its elements in the order people write them.
///
/// `Version` has to come first: IAM answers some documents where it does not with "failed legacy
/// parsing" (seen by users of Terraform, which writes it first for that reason).
pub fn text(document: &Value) -> String {
    let Value::Object(policy) = document else { return document.to_string() };
    object(policy, &["Version", "Id", "Statement"], |statements| match statements {
        Value::Array(list) => {
            format!("[{}]", list.iter().map(statement).collect::<Vec<_>>().join(","))
        }
        one => statement(one),
    })
}

fn statement(statement: &Value) -> String {
    const ORDER: [&str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    match statement {
        Value::Object(elements) => object(elements, &ORDER, Value::to_string),
        other => other.to_string(),
    }
}

/// An object with the fields of `order` first, in that order; the last of them is written by
/// `last`.
fn object(fields: &Map<String, Value>, order: &[&str], last: impl Fn(&Value) -> String) -> String {
    let named = order.iter().filter_map(|name| fields.get_key_value(*name));
    let others = fields.iter().filter(|(name, _)| !order.contains(&name.as_str()));
    let written = named.chain(others).map(|(name, value)| {
        let is_last = order.last() == Some(&name.as_str());
        let value = if is_last { last(value) } else { value.to_string() };
        format!("{}:{value}", Value::from(name.as_str()))
    });
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

/// How long a document is by IAM's count: white space counts for nothing.
///
/// Source: documentation, IAM and STS quotas. Whether white space inside of values counts is not
/// said there; it is left out, so that nothing is refused that IAM takes.
pub fn size(document: &Value) -> usize {
    text(document).chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_iam_answers_is_decoded_once() {
        let answer = "%7B%22a%22%3A%22arn%253Aaws%20+%C3%A9%22%7D";
        assert_eq!(decode(answer).unwrap(), json!({"a": "arn%3Aaws +é"}));
    }

    #[test]
    fn json_that_nobody_encoded_is_left_alone() {
        let answer = "\n {\"a\": \"arn%3Aaws 100% +\"}\n";
        assert_eq!(decode(answer).unwrap(), json!({"a": "arn%3Aaws 100% +"}));
        assert_eq!(decode("{}").unwrap(), json!({}));
    }

    #[test]
    fn what_is_no_policy_says_why() {
        let why = |text: &str| decode(text).unwrap_err().to_string();
        assert_eq!(why("%7B%2"), "a `%` at byte 3 of the policy begins no percent-encoded byte");
        assert_eq!(why("%7B%é"), "a `%` at byte 3 of the policy begins no percent-encoded byte");
        assert_eq!(why("%FF"), "the percent-encoded policy is not UTF-8");
        assert!(why("nothing").starts_with("the policy is not JSON"));
    }

    #[test]
    fn the_version_comes_first_and_nothing_is_lost() {
        let policy = json!({
            "Statement": [{"Resource": "*", "Action": "a:B", "Effect": "Allow", "Sid": "a b"}],
            "Id": "x\"y",
            "Version": "2012-10-17",
        });
        let written = text(&policy);
        assert_eq!(
            written,
            r#"{"Version":"2012-10-17","Id":"x\"y","Statement":[{"Sid":"a b","Effect":"Allow","Action":"a:B","Resource":"*"}]}"#
        );
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), policy);
        assert_eq!(size(&policy), written.len() - 1);
    }
}
