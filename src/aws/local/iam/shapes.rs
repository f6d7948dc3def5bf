//! The bounds and patterns of IAM's strings, all from the model.

/// What a string has to look like.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) pattern: Option<Pattern>,
}

/// A pattern in the model's words, for the refusal, and the same as a test.
pub(super) type Pattern = (&'static str, fn(&str) -> bool);

pub(super) const ROLE_NAME: Text = Text { min: 1, max: 64, pattern: NAME };
pub(super) const POLICY_NAME: Text = Text { min: 1, max: 128, pattern: NAME };
pub(super) const INSTANCE_PROFILE_NAME: Text = Text { min: 1, max: 128, pattern: NAME };

pub(super) const PATH: Text =
    Text { min: 1, max: 512, pattern: Some((r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", is_path)) };

pub(super) const PATH_PREFIX: Text = Text {
    min: 1,
    max: 512,
    pattern: Some((r"\u002F[\u0021-\u007F]*", |text| {
        text.strip_prefix('/').is_some_and(|rest| all(rest, |c| ('\u{21}'..='\u{7f}').contains(&c)))
    })),
};

pub(super) const POLICY_PATH: Text =
    Text { min: 1, max: 512, pattern: Some((r"((/[A-Za-z0-9\.,\+@=_-]+)*)/", is_policy_path)) };

pub(super) const DOCUMENT: Text = Text {
    min: 1,
    max: 131_072,
    pattern: Some((r"[\u0009\u000A\u000D\u0020-\u00FF]+", |text| {
        all(text, |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
    })),
};

pub(super) const ROLE_DESCRIPTION: Text = Text {
    min: 0,
    max: 1000,
    pattern: Some((r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*", |text| {
        all(text, |c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}'))
    })),
};

pub(super) const POLICY_DESCRIPTION: Text = Text { min: 0, max: 1000, pattern: None };

pub(super) const ARN: Text = Text { min: 20, max: 2048, pattern: None };

pub(super) const VERSION_ID: Text = Text {
    min: 0,
    max: usize::MAX,
    pattern: Some((r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", is_version)),
};

pub(super) const TAG_KEY: Text = Text {
    min: 1,
    max: 128,
    pattern: Some((r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", |text| all(text, is_tag))),
};

pub(super) const TAG_VALUE: Text = Text {
    min: 0,
    max: 256,
    pattern: Some((r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", |text| all(text, is_tag))),
};

pub(super) const MARKER: Text = Text {
    min: 1,
    max: 320,
    pattern: Some((r"[\u0020-\u00FF]+", |text| all(text, |c| (' '..='\u{ff}').contains(&c)))),
};

/// `EntityType`, for filters.
pub(super) const ENTITY_TYPES: [&str; 5] =
    ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

/// `PolicyUsageType`.
pub(super) const USAGES: [&str; 2] = ["PermissionsPolicy", "PermissionsBoundary"];

/// `policyScopeType`.
pub(super) const SCOPES: [&str; 3] = ["All", "AWS", "Local"];

const NAME: Option<Pattern> = Some((r"[\w+=,.@-]+", |text| {
    all(text, |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}));

fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    text.chars().all(allowed)
}

fn is_path(text: &str) -> bool {
    let inner = text.strip_prefix('/').and_then(|text| text.strip_suffix('/'));
    let is_plain = |text: &str| !text.is_empty() && all(text, |c| ('!'..='~').contains(&c));
    text == "/" || inner.is_some_and(is_plain)
}

fn is_policy_path(text: &str) -> bool {
    let is_segment = |segment: &str| {
        !segment.is_empty() && all(segment, |c| c.is_ascii_alphanumeric() || ".,+@=_-".contains(c))
    };
    let inner = text.strip_prefix('/').and_then(|text| text.strip_suffix('/'));
    text == "/" || inner.is_some_and(|inner| inner.split('/').all(is_segment))
}

fn is_version(text: &str) -> bool {
    let Some(text) = text.strip_prefix('v') else {
        return false;
    };
    let (number, rest) = text.split_once('.').unwrap_or((text, ""));
    number.starts_with(|c: char| ('1'..='9').contains(&c))
        && all(number, |c| c.is_ascii_digit())
        && all(rest, |c| c.is_ascii_alphanumeric() || c == '-')
}

/// Letters, separators, numbers, and the signs of the pattern.
fn is_tag(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: &Text, value: &str) -> bool {
        text.pattern.is_none_or(|(_, matches)| matches(value))
    }

    #[test]
    fn the_patterns_take_what_the_models_do() {
        for path in ["/", "/a/", "/service-role/x~!/"] {
            assert!(fits(&PATH, path), "{path}");
        }
        for path in ["", "a/", "/a", "//\u{7f}/", "/a b/"] {
            assert!(!fits(&PATH, path), "{path}");
        }
        assert!(fits(&POLICY_PATH, "/a/b/") && !fits(&POLICY_PATH, "//"));
        assert!(!fits(&POLICY_PATH, "/a~/") && !fits(&POLICY_PATH, "a/"));
        assert!(fits(&VERSION_ID, "v1") && fits(&VERSION_ID, "v12.a-b"));
        assert!(!fits(&VERSION_ID, "v0") && !fits(&VERSION_ID, "1") && !fits(&VERSION_ID, "v1x"));
        assert!(fits(&DOCUMENT, "{\"ü\":\n1}") && !fits(&DOCUMENT, "–"));
        assert!(fits(&ROLE_DESCRIPTION, "für") && !fits(&ROLE_DESCRIPTION, "\u{a0}"));
        assert!(fits(&TAG_KEY, "größe a:b") && !fits(&TAG_KEY, "a#"));
        assert!(!fits(&ROLE_NAME, "a b") && fits(&ROLE_NAME, "A_1+=,.@-"));
    }
}
