//! Texts that look like secrets, by the name they go by or by what they are.

use super::node::{Node, Value};
use super::source::Span;

/// What is in the names that secrets go by, wherever it stands: `DB_PASSWORD`, `PGPASSWORD`.
const NAMES: [&str; 6] = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL"];
/// The same, as words of the name.
const WORDS: [&str; 8] =
    ["PWD", "PASS", "DSN", "AUTH", "AUTHORIZATION", "APIKEY", "ACCESS_KEY", "HONEYCOMB_TEAM"];
/// Keys that are no secret, as the last words of a name. Every other key is taken for one.
const PLAIN_KEYS: [&str; 9] = [
    "PUBLIC_KEY",
    "PARTITION_KEY",
    "SORT_KEY",
    "PRIMARY_KEY",
    "FOREIGN_KEY",
    "CACHE_KEY",
    "OBJECT_KEY",
    "S3_KEY",
    "TAG_KEY",
];
/// Last words of names of what is about a secret, and not one itself.
const ABOUT: [&str; 16] = [
    "URL",
    "URI",
    "ENDPOINT",
    "HOST",
    "PORT",
    "NAME",
    "ARN",
    "PATH",
    "FILE",
    "TTL",
    "EXPIRY",
    "EXPIRATION",
    "LENGTH",
    "ENABLED",
    "ISSUER",
    "ALGORITHM",
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
/// Programs that take a password right behind `-p`.
const MYSQL: [&str; 4] = ["mysql", "mysqladmin", "mysqldump", "mariadb"];
/// A value that begins so and is shorter is something else.
const SHORTEST: usize = 16;
/// A run of letters and digits without a word in it is a key from this length on.
const RANDOM: usize = 32;

/// Whether the value of this name is one, by the name or by itself.
pub(crate) fn is_secret(name: &str, value: &str) -> bool {
    (names_secret(name) && !says_nothing(value)) || holds_secret(value)
}

/// Whether a variable of this name holds a secret, whatever its value is put into: one that ends in
/// such a name. `auth_image` and `token_ttl` are about something else.
pub(crate) fn names_secret_variable(name: &str) -> bool {
    let last = name.rsplit(['_', '-', '.']).next().unwrap_or(name);
    names_secret(name) && (names_secret(last) || last.eq_ignore_ascii_case("key"))
}

/// Whether this is a name that secrets go by.
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
    let ends_in = |last: &&str| words.ends_with(&format!("_{last}"));
    let is_key = ends_in(&"KEY") && words != "_KEY" && !PLAIN_KEYS.iter().any(ends_in);
    let is_about = ABOUT.iter().any(ends_in);
    let words = words.replace("TOKENIZ", "") + "_";
    let has_word = |word: &&str| words.contains(&format!("_{word}_"));
    let is_named = NAMES.iter().any(|part| words.contains(part)) || WORDS.iter().any(has_word);
    // OpenTelemetry's headers carry the key of the backend.
    let are_headers = has_word(&"OTLP") && has_word(&"HEADERS");
    (is_named && !is_about) || is_key || are_headers
}

/// What is no secret whatever its name: nothing, a switch, and where the secret itself is kept.
fn says_nothing(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "" | "true" | "false" | "null" | "none")
        || value.starts_with("arn:")
}

/// Whether a text is, or holds, a secret whatever it is called.
pub(crate) fn holds_secret(value: &str) -> bool {
    let ends_pair = |c: char| c.is_whitespace() || ";&?,".contains(c);
    let ends_entry = ['\n', ',', '{', '}'];
    is_plainly_secret(value)
        || value.split(ends_pair).filter_map(|pair| pair.split_once('=')).any(is_secret_pair)
        || value.split(ends_entry).filter_map(|entry| entry.split_once(':')).any(is_secret_pair)
        || value.lines().any(holds_argument)
}

/// Whether a text is, or holds, what can only be a secret, in whatever words it stands: a key, a
/// URL with a password.
pub(crate) fn is_plainly_secret(value: &str) -> bool {
    let ends_word = |c: char| c.is_whitespace() || "=,;\"'()[]{}".contains(c);
    value.contains("PRIVATE KEY-----")
        || value.contains("hooks.slack.com/services/")
        || has_password(value)
        || value.split(ends_word).any(is_key)
}

/// Where in a tree texts stand that can only be secrets.
pub(crate) fn plain_secrets(node: &Node) -> Vec<Span> {
    match &node.value {
        Value::String(text) if is_plainly_secret(text) => vec![node.span],
        Value::Seq(items) => items.iter().flat_map(plain_secrets).collect(),
        Value::Map(map) => map.entries.iter().flat_map(|one| plain_secrets(&one.value)).collect(),
        _ => Vec::new(),
    }
}

/// Whether a line of a file gives a secret away, as far as a line can tell: on its own, or as the
/// value of the name on the line before it, `"name": "TOKEN"`.
pub(super) fn gives_away(before: &str, line: &str) -> bool {
    holds_secret(line) || {
        let named = |line: &str| member(line, "name").is_some_and(|name| names_secret(&name));
        let value = member(line, "value");
        value.is_some_and(|value| !says_nothing(&value) && !value.starts_with('$'))
            && (named(line) || (named(before) && member(before, "value").is_none()))
    }
}

/// The last value under a key on a line of JSON or YAML, or of what is nearly that.
fn member(line: &str, key: &str) -> Option<String> {
    let ends_entry = [',', '{', '}', '[', ']'];
    let pairs = line.split(ends_entry).filter_map(|entry| entry.split_once(':'));
    let mut values = pairs.filter(|(name, _)| name.trim_matches(QUOTES) == key);
    values.next_back().map(|(_, value)| value.trim_matches(QUOTES).to_owned())
}

/// Whether a line gives a secret away as commands and headers do: `--password x`, `-u user:x`, `Bearer x`,
/// `mysql -px`, `redis-cli -a x`.
fn holds_argument(value: &str) -> bool {
    let words: Vec<_> = value.split_whitespace().map(|word| word.trim_matches(QUOTES)).collect();
    let raw: Vec<_> = value.split_whitespace().collect();
    let is_value = |word: &str| !word.is_empty() && !word.starts_with('$') && !says_nothing(word);
    let runs = |programs: &[&str]| {
        let names = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word));
        names.into_iter().any(|name| programs.contains(&name))
    };
    let glued = |word: &&&str| word.strip_prefix("-p").is_some_and(is_value);
    if runs(&MYSQL) && raw.iter().any(|word| glued(&word)) {
        return true;
    }
    let redis = runs(&["redis-cli"]);
    raw.windows(2).zip(words.windows(2)).any(|(raw, words)| {
        let flag = raw[0].starts_with("--") && names_secret(words[0]) && !raw[1].starts_with('-');
        let user = matches!(raw[0], "-u" | "--user") && words[1].contains(':');
        let first = words[0].to_ascii_lowercase();
        let scheme = matches!(first.as_str(), "bearer" | "basic" | "splunk");
        (flag || user || (redis && raw[0] == "-a") || (scheme && words[1].len() >= 8))
            && is_value(words[1])
    })
}

/// Whether a part of a text gives a secret by name: `password=hunter2` in a connection string, and
/// `api_key: 0123456789abcdef` in a collector's configuration, which may stand whole in one variable.
/// A reference, `${env:API_KEY}`, is none.
fn is_secret_pair((name, value): (&str, &str)) -> bool {
    let (name, value) = (name.trim_matches(QUOTES), value.trim_matches(QUOTES));
    // `"secrets": [`, which begins a list of names of such.
    let value = value.trim_matches(['[', ']']);
    let is_name = !name.contains(char::is_whitespace);
    is_name && names_secret(name) && !says_nothing(value) && !value.starts_with('$')
}

/// What may stand around a name or a value.
const QUOTES: [char; 8] = [' ', '\t', '-', '"', '\'', ',', '{', '}'];

/// A URL with a password in it, `postgres://user:password@host/name`, or with a token in its place.
fn has_password(value: &str) -> bool {
    value.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.is_some_and(|user| match user.split_once(':') {
            Some((_, word)) => !word.is_empty() && !word.starts_with('$'),
            None => user.len() >= SHORTEST,
        })
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
            ("PGPASSWORD", "x"),
            ("GITHUBTOKEN", "x"),
            ("accesstoken", "x"),
            ("DB_PASS", "x"),
            ("RAILS_MASTER_KEY", "x"),
            ("NEW_RELIC_LICENSE_KEY", "x"),
            ("REDIS_AUTH", "x"),
            ("JDBC", "jdbc:postgresql://db/shop?user=a&password=x"),
            ("DB", "Server=db;User=a;Password=x;"),
            ("STORE", "AccountName=a;AccountKey=x"),
            ("CONFIG", "{\"host\": \"db\", \"password\": \"x\"}"),
            ("HEADERS", "Authorization=Bearer 12345678"),
            ("REPO", "https://0123456789abcdef0123@github.com/a/b"),
            ("CONFIG", "exporters: { otlp: { headers: { \"x-honeycomb-team\": \"a\" } } }"),
            ("DATADOG", "api_key: b"),
            ("HOOK", "https://hooks.slack.com/services/T0/B0/x"),
            ("RUN", "psql --password x"),
            ("RUN", "curl -u admin:x http://localhost"),
            (
                "AOT_CONFIG_CONTENT",
                "exporters:\n  otlp:\n    headers:\n      x-honeycomb-team: a\n",
            ),
            ("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
        ] {
            assert!(is_secret(name, value), "{name}={value}");
        }
    }

    #[test]
    fn lines_that_give_secrets_away() {
        for (before, line) in [
            ("", "export DB_PASSWORD=hunter2"),
            ("", "    \"DB_PASSWORD\": hunter2,"),
            ("", "[{\"name\":\"app\",\"environment\":[{\"name\":\"TOKEN\",\"value\":hunter2}]"),
            ("", "  - {name: TOKEN, value: hunter2"),
            ("  \"name\": \"TOKEN\",", "  \"value\": hunter2"),
            ("  - name: TOKEN", "    value: 'hunter2"),
        ] {
            assert!(gives_away(before, line), "{before} {line}");
        }
        for (before, line) in [
            ("", "\"name\": \"TOKEN\","),
            ("\"name\": \"TOKEN\",", "\"valueFrom\": \"arn:aws:ssm:eu-west-1:1:parameter/x\""),
            ("\"name\": \"TOKEN\",", "\"value\": ${TOKEN}"),
            ("\"name\": \"TOKEN\", \"value\": \"x\"", "\"name\": \"LEVEL\", \"value\": info"),
            ("", "\"Action\": \"sts:AssumeRole\""),
            ("", "\"secrets\": [], \"credentialSpecs\": ["),
        ] {
            assert!(!gives_away(before, line), "{before} {line}");
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
            ("TOKEN_URL", "https://auth.example.com/oauth/token"),
            ("PASSWORD_FILE", "/run/secrets/db"),
            ("DYNAMO_PARTITION_KEY", "user_id"),
            (
                "AOT_CONFIG_CONTENT",
                "exporters:\n  otlp:\n    headers:\n      api_key: ${env:API_KEY}\n",
            ),
            ("AOT_CONFIG_CONTENT", "metrics:\n  level: \"basic\"\n  exporters: [awsxray]\n"),
            ("CMD", "python -u app.py --tokenizer fast"),
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
