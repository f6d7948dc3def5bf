//! What a string's place says about the marks in it.

use super::forms::{Dialect, Placeholder, is_loud};

/// What a string is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A name, an ARN, an image, a region: AWS takes it as it is, and fills nothing in.
    Plain,
    /// The value of an environment variable, on one line. ECS fills nothing in, but passwords have
    /// dollars in them.
    Environment,
    /// A shell, a log driver or a proxy reads it, and fills in `$X` itself.
    Program,
    /// What X-Ray matches requests with: `<id>` and `{id}` are routes, `$metadata` is `OData`'s, and
    /// `%2F` is a byte.
    Matcher,
    /// A sentence for people, in which `<this>` is emphasis.
    Prose,
    /// A document of its own, a pattern or a format: everything in it may mean something.
    Content,
    /// The same in an answer of AWS's.
    Answered,
    /// What else AWS has and answered: somebody wrote it, and whatever it looks like, it is that.
    Literal,
}

/// The place that a path leads to, `sibling` being the `name` beside a `value`.
pub(super) fn of(section: &str, path: &[String], sibling: &str, text: &str) -> Place {
    let path: Vec<_> = path.iter().map(String::as_str).filter(|step| *step != "[]").collect();
    match (section, path.as_slice()) {
        // Collectors and agents are configured by whole files in a variable: AOT_CONFIG_CONTENT,
        // CW_CONFIG_CONTENT, FLUENT_BIT_CONFIG.
        (_, [.., "environment", "value"])
            if is_file(text) || sibling.contains("CONFIG_CONTENT") =>
        {
            Place::Content
        }
        (_, [.., "environment", "value"]) => Place::Environment,
        (_, [.., "Description"]) => Place::Prose,
        ("task_definitions", path) => task_definition(path),
        (
            "sampling_rules",
            [.., "ServiceName" | "ServiceType" | "Host" | "HTTPMethod" | "URLPath"]
            | [.., "Attributes", _],
        ) => Place::Matcher,
        _ => Place::Plain,
    }
}

fn task_definition(path: &[&str]) -> Place {
    match path {
        // The shell of the image reads these, in `healthCheck` with `CMD-SHELL`.
        // Traefik, Datadog and others have templates and patterns in labels.
        [.., "command" | "entryPoint"]
        | [.., "dockerLabels", _]
        | [.., "firelensConfiguration", "options", _] => Place::Program,
        // strftime, and regular expressions.
        [.., "logConfiguration", "options", option]
            if ["format", "pattern", "regex"].iter().any(|word| option.ends_with(word)) =>
        {
            Place::Content
        }
        // Fluent Bit fills in `${X}`, Docker's drivers `{{.Name}}`; `awslogs` neither.
        [.., "logConfiguration", "options", option] if !option.starts_with("awslogs-") => {
            Place::Program
        }
        _ => Place::Plain,
    }
}

/// Whether a text is a file of YAML or JSON.
fn is_file(text: &str) -> bool {
    let text = text.trim();
    let json = ["{\"", "{ ", "[{", "[\""].iter().any(|start| text.starts_with(start));
    text.contains('\n') || (json && text.ends_with(['}', ']']))
}

impl Place {
    /// Whether a placeholder at a byte of a text is one here.
    pub(super) fn has(self, placeholder: &Placeholder<'_>, text: &str, at: usize) -> bool {
        let Placeholder { dialect, source, name, .. } = *placeholder;
        let whole = source.len() == text.len();
        match (self, dialect) {
            (Self::Literal, _) | (Self::Answered, Dialect::Own) => false,
            // No shell has a dot in a name.
            (Self::Program, Dialect::Own) => name.contains('.'),
            // `$$` is a shell's own number.
            (Self::Program, Dialect::Marked) => !source.starts_with('$'),
            (Self::Program, Dialect::Angle) => whole,
            (_, Dialect::Own) => true,
            (Self::Content, _)
            | (Self::Program, Dialect::Dollar | Dialect::Percent)
            | (
                Self::Matcher | Self::Prose,
                Dialect::Angle | Dialect::Percent | Dialect::Underscores,
            ) => false,
            (_, Dialect::Braces | Dialect::Marked) => true,
            (_, Dialect::Angle) => !text.contains("</") && !text.contains("/>"),
            (Self::Environment | Self::Matcher | Self::Prose, Dialect::Dollar) => {
                let all_small = name.contains('_') && !name.contains(char::is_uppercase);
                source.starts_with("${")
                    || (is_loud(name) && is_apart(text, at))
                    || (whole && all_small)
            }
            (_, Dialect::Dollar) => source.starts_with("${") || is_apart(text, at),
            (_, Dialect::Percent | Dialect::Underscores) => is_apart(text, at),
        }
    }
}

/// Whether a word begins there, and no other one ends.
fn is_apart(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_alphanumeric())
}
