//! The dialects in which people leave a place open: `{{x}}`, `$X`, `<x>` and their like.

use crate::stack::escaped;

/// How a placeholder is spelled, which says how sure it is that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Dialect {
    /// `${var.x}`, `${account}`, `${role.X.arn}`: a reference of a stack already.
    Own,
    /// `{{x}}`, `{{ .Values.x }}`, `${{ env.x }}`: Jinja, Helm, Mustache, GitHub Actions.
    Braces,
    /// `$X`, `${X}`, `${X:-default}`: shells, envsubst, Terraform's templates.
    Dollar,
    /// `<x>`: documentation.
    Angle,
    /// `@@X@@`, `#{x}`, `$$X$$`: build tools, Octopus Deploy.
    Marked,
    /// `%X%`: Windows.
    Percent,
    /// `__X__`
    Underscores,
}

/// A placeholder at the beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Placeholder<'a> {
    /// How it is spelled.
    pub dialect: Dialect,
    /// It, as it is written.
    pub source: &'a str,
    /// What it is called in there.
    pub name: &'a str,
    /// What stands there where nothing is given.
    pub default: Option<&'a str>,
}

/// Longer than any name; it keeps the search for an end short.
const LONGEST: usize = 200;

/// The placeholder that a text begins with.
pub(in crate::import) fn at(text: &str) -> Option<Placeholder<'_>> {
    use Dialect::{Angle, Marked, Percent, Underscores};
    let between = |open: &str, close: &str| {
        let inner = inside(text, open, close)?;
        Some((&text[..open.len() + inner.len() + close.len()], inner))
    };
    let (dialect, (source, name), sound) = match text.as_bytes().first()? {
        b'{' => return braces(between("{{", "}}")?),
        b'$' => return dollar(text),
        b'<' => (Angle, between("<", ">")?, is_spoken as fn(&str) -> bool),
        b'@' => (Marked, between("@@", "@@")?, is_word as _),
        b'#' => (Marked, between("#{", "}")?, is_path as _),
        b'%' => (Percent, between("%", "%")?, is_loud as _),
        b'_' => (Underscores, between("__", "__")?, is_loud as _),
        _ => return None,
    };
    sound(name).then(|| plain(dialect, source, name))
}

fn plain<'a>(dialect: Dialect, source: &'a str, name: &'a str) -> Placeholder<'a> {
    Placeholder { dialect, source, name, default: None }
}

/// What stands between two marks at the beginning of a text, on one line.
fn inside<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(open)?;
    let near = rest.floor_char_boundary(LONGEST);
    let inner = &rest[..rest[..near].find(close)?];
    (!inner.is_empty() && !inner.contains('\n')).then_some(inner)
}

fn braces<'a>((source, inner): (&'a str, &'a str)) -> Option<Placeholder<'a>> {
    // What templates decide by is no value: `{{ if x }}`, `{{#each x}}`, `{{ include "x" . }}`.
    const WORDS: [&str; 9] =
        ["if", "else", "end", "range", "with", "include", "template", "define", "block"];
    // Helm and Jinja put functions behind a bar: `{{ x | default("y") }}`.
    let name = inner.split('|').next()?.trim_matches(['-', ' ']);
    let name = match name.strip_prefix('.') {
        // `{{.ID}}` is Docker's own, which fills it in where the container runs.
        Some(path) => path.strip_prefix("Values.")?,
        None => name,
    };
    let is_action = name.split(' ').next().is_some_and(|word| WORDS.contains(&word));
    let sound = !is_action && (is_path(name) || is_spoken(name));
    sound.then(|| plain(Dialect::Braces, source, name))
}

fn dollar(text: &str) -> Option<Placeholder<'_>> {
    if let Some(name) = inside(text, "$$", "$$").filter(|name| is_word(name)) {
        return Some(plain(Dialect::Marked, &text[..name.len() + 4], name));
    }
    if text.starts_with("$$") {
        // An escape, of collectors and of ours.
        return None;
    }
    if let Some(rest) = text.strip_prefix('$').filter(|rest| rest.starts_with("{{")) {
        let inner = inside(rest, "{{", "}}")?;
        let name = inner.trim();
        let source = &text[..inner.len() + 5];
        return is_path(name).then(|| plain(Dialect::Braces, source, last_part(name)));
    }
    if let Some(inner) = inside(text, "${", "}") {
        return dollar_braces(&text[..inner.len() + 3], inner);
    }
    let name = text.strip_prefix('$')?;
    let name = &name[..name.find(|c: char| !is_word_char(c)).unwrap_or(name.len())];
    is_word(name).then(|| plain(Dialect::Dollar, &text[..=name.len()], name))
}

fn dollar_braces<'a>(source: &'a str, inner: &'a str) -> Option<Placeholder<'a>> {
    // What is escaped is a reference of ours.
    if escaped(source) != source {
        return Some(plain(Dialect::Own, source, inner));
    }
    if let Some((name, default)) = inner.split_once(":-") {
        let placeholder = plain(Dialect::Dollar, source, name);
        return is_word(name).then_some(Placeholder { default: Some(default), ..placeholder });
    }
    // IAM's own variables and those of collectors have a colon: `${aws:username}`, `${env:X}`.
    // Terraform's templates have whole expressions.
    let is_expression = |c: char| is_word_char(c) || " .-[]()\"',*".contains(c);
    let sound = inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && inner.chars().all(is_expression);
    let name = inner.strip_prefix("var.").or(inner.strip_prefix("local.")).unwrap_or(inner);
    sound.then(|| plain(Dialect::Dollar, source, name))
}

/// `secrets.X` and `env.X` are X, wherever it comes from.
fn last_part(name: &str) -> &str {
    let known = ["secrets.", "env.", "vars.", "inputs.", "parameters."];
    known.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `account_id`
fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(is_word_char)
}

/// `image.tag`
fn is_path(name: &str) -> bool {
    let name = name.trim();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| is_word_char(c) || c == '.' || c == '-')
}

/// What Flask's and Django's routes have before the name: `<int:id>` is a path of theirs.
const ROUTED: [&str; 8] = ["any", "float", "int", "path", "slug", "str", "string", "uuid"];

/// `your account id`, and no tag of HTML.
fn is_spoken(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| is_word_char(c) || " .:-|'".contains(c))
        && !name.split_once(':').is_some_and(|(ty, _)| ROUTED.contains(&ty))
}

/// `ACCOUNT_ID`, and no byte of a URL in percents: `%2F%`.
pub(in crate::import) fn is_loud(name: &str) -> bool {
    name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<(&str, &str)> {
        at(text).map(|found| (found.source, found.name))
    }

    #[test]
    fn dialects_are_known() {
        for (text, source, name) in [
            ("{{x}} y", "{{x}}", "x"),
            ("{{ .Values.image.tag }}", "{{ .Values.image.tag }}", "image.tag"),
            ("{{ cpu | default(256) }}", "{{ cpu | default(256) }}", "cpu"),
            ("${{ secrets.ACCOUNT }}:", "${{ secrets.ACCOUNT }}", "ACCOUNT"),
            ("$APP_IMAGE,", "$APP_IMAGE", "APP_IMAGE"),
            ("${x.y}", "${x.y}", "x.y"),
            ("${local.name}-a", "${local.name}", "name"),
            ("${jsonencode(env)}", "${jsonencode(env)}", "jsonencode(env)"),
            ("$$X$$", "$$X$$", "X"),
            ("<your-account-id>:", "<your-account-id>", "your-account-id"),
            ("<YOUR INITIALS>", "<YOUR INITIALS>", "YOUR INITIALS"),
            ("@@X@@", "@@X@@", "X"),
            ("#{Project.Name}", "#{Project.Name}", "Project.Name"),
            ("%ACCOUNT%", "%ACCOUNT%", "ACCOUNT"),
            ("__ACCOUNT__", "__ACCOUNT__", "ACCOUNT"),
        ] {
            assert_eq!(named(text), Some((source, name)), "{text}");
        }
        assert_eq!(at("${R:-eu-west-1}").unwrap().default, Some("eu-west-1"));
        assert_eq!(at("${region}").unwrap().dialect, Dialect::Own);
        assert_eq!(at("${role.a b.arn}").unwrap().dialect, Dialect::Own);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "$",
            "$$",
            "$$x",
            "$1",
            "${",
            "${}",
            "${aws:username}",
            "${env:X}",
            "${*}",
            "{{",
            "{{}}",
            "{{ if x }}",
            "{{#each x}}",
            "{{.Name}}",
            "{{resolve:ssm:/x:1}}",
            "{id}",
            "{{\n}}",
            "</b>",
            "<a@b.c>",
            "< b >",
            "<>",
            "<b",
            "%20%",
            "%E2%",
            "__main__",
            "__",
            "@@",
            "@x@",
            "#{",
            "<int:id>",
            "{{ include \"x\" . }}",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
        assert_eq!(at(&"{{a".repeat(10_000)), None);
    }
}
