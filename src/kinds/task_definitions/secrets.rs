//! Values that look like secrets, by the name they go by or by what they are.

use serde_json::Value;

use crate::document::{Node, Value as NodeValue};
use crate::plan::Path;

/// Parts of names that secrets go by, as words of the name.
const NAMES: [&str; 16] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PWD",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "APIKEY",
    "API_KEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "SIGNING_KEY",
    "ENCRYPTION_KEY",
    "CREDENTIALS",
    "AUTHORIZATION",
    "DSN",
];

/// How well-known services begin the secrets they give out.
const BEGINNINGS: [&str; 17] = [
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "rk_live_",
    "sk-",
    "SG.",
    "npm_",
    "hcaik_",
    "hcxik_",
    "eyJ",
];
/// A value that begins so and is shorter is something else.
const SHORTEST: usize = 16;
/// A run of letters and digits without a word in it is a key from this length on.
const RANDOM: usize = 32;

/// The paths of a canonical task definition whose values look like secrets: environment variables,
/// and what else goes by name and text.
pub(super) fn looks_secret(canonical: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    for (container, fields) in object(&canonical["containerDefinitions"]) {
        let at = Path(vec!["containerDefinitions".to_owned(), container.clone()]);
        let maps: [&[&str]; 4] = [
            &["environment"],
            &["dockerLabels"],
            &["logConfiguration", "options"],
            &["firelensConfiguration", "options"],
        ];
        for keys in maps {
            let map = keys.iter().fold(fields, |value, key| &value[*key]);
            let path = keys.iter().fold(at.clone(), |path, key| path.join(key));
            let secret = |(name, value): &(&String, &Value)| {
                value.as_str().is_some_and(|value| is_secret(name, value))
            };
            found.extend(object(map).filter(secret).map(|(name, _)| path.join(name)));
        }
        for keys in [&["command"][..], &["entryPoint"], &["healthCheck", "command"]] {
            let list = keys.iter().fold(fields, |value, key| &value[*key]);
            let mut words = list.as_array().into_iter().flatten();
            if words.any(|word| word.as_str().is_some_and(holds_secret)) {
                found.push(keys.iter().fold(at.clone(), |path, key| path.join(key)));
            }
        }
    }
    found
}

/// The texts in a body as it is written that look like secrets, line by line: by the key they stand
/// under, or by the `name` beside their `value`.
pub(super) fn written(body: &Node) -> Vec<String> {
    let mut found = Vec::new();
    collect(body, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<String>) {
    let mut look = |name: &str, value: &Node| {
        let text = value.spelled().filter(|text| is_secret(name, text));
        let lines = text.iter().flat_map(|text| text.lines());
        found.extend(lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    };
    match &node.value {
        NodeValue::Seq(items) => items.iter().for_each(|item| collect(item, found)),
        NodeValue::Map(map) => {
            if let (Some(name), Some(value)) = (map.get("name"), map.get("value")) {
                look(name.as_str().unwrap_or_default(), value);
            }
            for entry in &map.entries {
                look(&entry.key, &entry.value);
            }
            map.entries.iter().for_each(|entry| collect(&entry.value, found));
        }
        _ => {}
    }
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Whether the value of this name is one, by the name or by itself.
fn is_secret(name: &str, value: &str) -> bool {
    (names_secret(name) && !says_nothing(value)) || holds_secret(value)
}

/// Whether one of the words that secrets go by is a word, or the last words, of this name.
fn names_secret(name: &str) -> bool {
    let mut words = String::from("_");
    let mut before = ' ';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            words.push('_');
        }
        words.push(if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        before = c;
    }
    words.push('_');
    NAMES.iter().any(|secret| words.contains(&format!("_{secret}_")))
        // OpenTelemetry's headers carry the key of the backend.
        || words.contains("_OTLP_") && words.contains("_HEADERS_")
}

/// What is no secret whatever its name: nothing, a switch, and where the secret itself is kept.
fn says_nothing(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "" | "true" | "false" | "null" | "none")
        || value.starts_with("arn:")
}

/// Whether a text is, or holds, a secret whatever it is called.
fn holds_secret(value: &str) -> bool {
    let ends_word = |c: char| c.is_whitespace() || "=,;\"'()[]{}".contains(c);
    let ends_pair = |c: char| c.is_whitespace() || ";&?,".contains(c);
    value.contains("PRIVATE KEY-----")
        || has_password(value)
        || value.split(ends_word).any(is_key)
        || value.split(ends_pair).filter_map(|pair| pair.split_once('=')).any(is_secret_pair)
        || value.lines().filter_map(|line| line.split_once(": ")).any(is_secret_pair)
}

/// Whether a part of a text gives a secret by name: `password=hunter2` in a connection string, and
/// `api_key: 0123456789abcdef` in a collector's configuration, which may stand whole in one variable.
/// A reference, `${env:API_KEY}`, is none.
fn is_secret_pair((name, value): (&str, &str)) -> bool {
    let (name, value) = (name.trim_matches(QUOTES), value.trim_matches(QUOTES));
    let is_name = !name.contains(char::is_whitespace);
    is_name && names_secret(name) && !says_nothing(value) && !value.starts_with('$')
}

/// What may stand around a name or a value.
const QUOTES: [char; 6] = [' ', '\t', '-', '"', '\'', ','];

/// A URL with a password in it: `postgres://user:password@host/name`.
fn has_password(value: &str) -> bool {
    value.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':')).is_some_and(|(_, word)| !word.is_empty())
    })
}

fn is_key(word: &str) -> bool {
    let is_known = BEGINNINGS.iter().any(|begins| word.starts_with(begins));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "+/=_-.".contains(c);
    (is_known && word.len() >= SHORTEST && word.chars().all(is_plain)) || is_random(word)
}

/// Whether a word is long, of letters of both cases and digits, and nothing that a person wrote:
/// AWS's secret access keys have 40 such characters.
fn is_random(word: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
    let has = |test: fn(&char) -> bool| word.chars().filter(test).count();
    let (lower, upper, digits) =
        (has(char::is_ascii_lowercase), has(char::is_ascii_uppercase), has(char::is_ascii_digit));
    let turns = word.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    word.len() >= RANDOM
        && word.trim_end_matches('=').chars().all(is_base64)
        && lower > 0
        && upper > 0
        && digits > 0
        && turns * 3 > word.len()
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret() {
        for (name, value) in [
            ("DB_PASSWORD", "x"),
            ("dbPassword", "hunter2"),
            ("HONEYCOMB_API_KEY", "abc"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team=abc"),
            ("SENTRY_DSN", "https://abc@o1.ingest.sentry.io/2"),
            ("CONNECTION_URL", "postgresql://postgres:password@db.example.com:5432/cruddur"),
            ("ANYTHING", "AKIAIOSFODNN7EXAMPLE"),
            ("ANYTHING", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
            ("CONFIG", "headers:\n  x-honeycomb-team: hcaik_01hqk4k20cjeh63wca8vva5stw\n  x: y\n"),
            ("CONFIG", "exporters:\n  datadog:\n    api:\n      api_key: 0123456789abcdef\n"),
            ("DATABASE", "Server=db;User Id=shop;Password=hunter2"),
            ("DATABASE", "jdbc:postgresql://db/shop?user=shop&password=hunter2"),
            ("ARGUMENT", "--api-key=0123456789"),
            ("CONFIG", "{\n  \"password\": \"hunter2\",\n}"),
            ("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
        ] {
            assert!(is_secret(name, value), "{name}={value}");
        }
    }

    #[test]
    fn what_does_not() {
        for (name, value) in [
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("FRONTEND_URL", "https://example.com/a:b@c"),
            ("DB_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1b2c3"),
            ("TOKEN_REFRESH", "true"),
            ("TOKENIZER", "wordpiece"),
            ("AWS_COGNITO_USER_POOL_ID", "us-east-1_AbCdEfGhI"),
            (
                "IMAGE",
                "backend@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
            ("JAVA_CLASS", "com.example.checkout.OrderConfirmationServiceImplementation2"),
            ("OTEL_SERVICE_NAME", "backend-flask"),
            (
                "CONFIG",
                "exporters:\n  datadog:\n    api_key: ${env:DD_API_KEY}\n    token: \"$TOKEN\"\n",
            ),
            ("NOTE", "the password: ask someone"),
        ] {
            assert!(!is_secret(name, value), "{name}={value}");
        }
    }
}
