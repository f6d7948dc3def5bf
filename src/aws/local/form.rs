//! `application/x-www-form-urlencoded`, which the query protocol sends, and the percent-encoding
//! that it shares with IAM's documents.

use std::fmt::Write as _;

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;

/// The pairs of a form, in their order.
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let split = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(split.map(|(name, value)| (decode(name), decode(value))).collect())
    }

    /// The value of the first pair with this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether anything stands under this name, such as `Tags.member.1.Key` under `Tags.member.1`.
    pub(super) fn has_under(&self, name: &str) -> bool {
        let under = |known: &str| {
            known.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.0.iter().any(|(known, _)| under(known))
    }
}

/// Whether a request is a form, which only the query protocol sends.
pub(super) fn is_form(request: &Request<Bytes>) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// Everything but the unreserved characters of RFC 3986 as `%XX`, with capital digits.
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A `+` is a blank, and a `%` that begins no byte stands for itself.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let is_hex = |pair: &&str| pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        let escaped = digits.filter(is_hex).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, escaped) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_and_clients_write_them() {
        let form = Form::parse(b"Action=TagRole&Tags.member.1.Key=a+b%2Bc%20d&&Bad=%zz%4&Empty");
        assert_eq!(form.get("Tags.member.1.Key"), Some("a b+c d"));
        assert_eq!(form.get("Bad"), Some("%zz%4"));
        assert_eq!(form.get("Empty"), Some(""));
        assert_eq!(form.get("Tags"), None);
        assert!(form.has_under("Tags.member.1") && !form.has_under("Tags.member.2"));
        assert!(!form.has_under("Tag"));
    }

    #[test]
    fn what_is_encoded_is_encoded_as_in_recorded_documents() {
        let text = "{\"Version\": \"2012-10-17\",\n\"a\": [\"ec2.amazonaws.com\", \"*/ü\"]}";
        let encoded = percent_encode(text);
        assert!(encoded.starts_with("%7B%22Version%22%3A%20%222012-10-17%22%2C%0A"), "{encoded}");
        assert!(encoded.ends_with("%22ec2.amazonaws.com%22%2C%20%22%2A%2F%C3%BC%22%5D%7D"));
        assert_eq!(decode(&encoded), text);
    }
}
