//! Trees laid out by a hand that writes as it likes.

use serde_json::Value as Json;

use super::Language;

/// Lays a tree out, each choice taken from a list of random ones.
pub(super) struct Hand<'a> {
    choices: &'a [u8],
    at: usize,
    language: Language,
}

impl<'a> Hand<'a> {
    pub(super) fn new(choices: &'a [u8], language: Language) -> Self {
        Self { choices, at: 0, language }
    }

    fn pick(&mut self, among: usize) -> usize {
        self.at += 1;
        usize::from(self.choices[self.at % self.choices.len()]) % among
    }

    fn one<'s>(&mut self, among: &[&'s str]) -> &'s str {
        let at = self.pick(among.len());
        among[at]
    }

    /// What may stand at the end of a line.
    fn remark(&mut self) -> &'static str {
        match self.language {
            Language::Yaml => self.one(&["", "", "", " # one", "  # a: b, {c", " #"]),
            Language::Json => self.one(&["", "", "", " // one", " /* a, {\"b\": */", " //,"]),
        }
    }

    /// Lines that say nothing.
    fn silence(&mut self, pad: &str) -> String {
        let line = match self.language {
            Language::Yaml => self.one(&["", "", "", "", "# two", "# a: 1"]),
            Language::Json => self.one(&["", "", "", "", "// two", "/* a,\n b */"]),
        };
        if line.is_empty() { String::new() } else { format!("{pad}{line}\n") }
    }

    fn scalar(&mut self, value: &Json, in_brackets: bool) -> String {
        let Json::String(text) = value else { return value.to_string() };
        let quoted = value.to_string();
        if self.language == Language::Json {
            return quoted;
        }
        let is_tame = !text.contains(|c: char| c.is_control() || c == '\u{feff}');
        match self.pick(4) {
            0 if is_tame => format!("'{}'", text.replace('\'', "''")),
            1 => crate::document::quoted(text),
            _ => crate::document::line(text, in_brackets),
        }
    }

    fn key(&mut self, key: &str) -> String {
        self.scalar(&key.into(), true)
    }

    fn brackets(&mut self, value: &Json, pad: &str) -> String {
        let (open, close, members): (_, _, Vec<(String, &Json)>) = match value {
            Json::Array(items) => {
                ('[', ']', items.iter().map(|one| (String::new(), one)).collect())
            }
            Json::Object(map) => {
                let colon = self.one(&[": ", ": ", ":  "]);
                let mut members = Vec::new();
                for (key, value) in map {
                    members.push((self.key(key) + colon, value));
                }
                ('{', '}', members)
            }
            _ => return self.scalar(value, true),
        };
        if members.is_empty() {
            return format!("{open}{close}");
        }
        let many = members.len();
        let comma_last = self.pick(4) == 0;
        if self.pick(2) == 0 {
            let inner = self.one(&["", " "]);
            let members: Vec<_> =
                members.into_iter().map(|(key, value)| key + &self.one_line(value)).collect();
            let last = if comma_last { "," } else { "" };
            return format!("{open}{inner}{}{last}{inner}{close}", members.join(", "));
        }
        let deeper = format!("{pad}{}", self.one(&["  ", "    ", " "]));
        let mut text = format!("{open}{}\n", self.remark());
        for (at, (key, value)) in members.into_iter().enumerate() {
            text += &self.silence(&deeper);
            let value = self.brackets(value, &deeper);
            let comma = if at + 1 < many || comma_last { "," } else { "" };
            text += &format!("{deeper}{key}{value}{comma}{}\n", self.remark());
        }
        text += &self.silence(&deeper);
        format!("{text}{pad}{close}")
    }

    fn one_line(&mut self, value: &Json) -> String {
        match value {
            Json::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.one_line(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(map) => {
                let mut members = Vec::new();
                for (key, value) in map {
                    members.push(format!("{}: {}", self.key(key), self.one_line(value)));
                }
                format!("{{{}}}", members.join(", "))
            }
            _ => self.scalar(value, true),
        }
    }

    /// The members of a collection in lines of YAML.
    fn lines(&mut self, value: &Json, pad: &str) -> String {
        let mut text = String::new();
        match value {
            Json::Array(items) => {
                for item in items {
                    text += &self.silence(pad);
                    text += &self.member(&format!("{pad}-"), item, &format!("{pad}  "), pad);
                }
            }
            Json::Object(map) => {
                for (key, value) in map {
                    text += &self.silence(pad);
                    let key = format!("{pad}{}:", self.key(key));
                    let deeper = match value {
                        Json::Array(_) => self.one(&["", "  ", "    "]),
                        _ => self.one(&["  ", "    "]),
                    };
                    let deeper = format!("{pad}{deeper}");
                    text += &self.member(&key, value, &deeper, pad);
                }
            }
            _ => {}
        }
        text
    }

    fn member(&mut self, head: &str, value: &Json, deeper: &str, pad: &str) -> String {
        let is_full = |value: &Json| match value {
            Json::Array(items) => !items.is_empty(),
            Json::Object(map) => !map.is_empty(),
            _ => false,
        };
        if is_full(value) && self.pick(3) > 0 {
            if head.ends_with('-') && self.pick(2) == 0 {
                let lines = self.lines(value, deeper);
                if !lines.trim_start().starts_with('#') {
                    return format!("{head} {}", lines.trim_start());
                }
                return format!("{head}\n{lines}");
            }
            return format!("{head}{}\n{}", self.remark(), self.lines(value, deeper));
        }
        if let Json::String(text) = value
            && self.pick(2) == 0
            && let Some(lines) = crate::document::lines(text, pad.len())
        {
            return format!("{head} {lines}\n");
        }
        if value.is_null() && self.pick(2) == 0 {
            return format!("{head}{}\n", self.remark());
        }
        let value =
            if is_full(value) { self.brackets(value, deeper) } else { self.scalar_or_empty(value) };
        format!("{head} {value}{}\n", self.remark())
    }

    fn scalar_or_empty(&mut self, value: &Json) -> String {
        match value {
            Json::Array(_) => "[]".to_owned(),
            Json::Object(_) => "{}".to_owned(),
            _ => self.scalar(value, false),
        }
    }

    pub(super) fn document(&mut self, tree: &Json) -> String {
        let body = match self.language {
            Language::Json => self.brackets(tree, "") + &self.remark().replace(" //,", "") + "\n",
            Language::Yaml => match self.pick(5) {
                0 => self.brackets(tree, "") + "\n",
                _ => self.lines(tree, ""),
            },
        };
        let body = format!("{}{body}{}", self.silence(""), self.silence(""));
        let body = if self.pick(4) == 0 { body.trim_end_matches('\n').to_owned() } else { body };
        let body = if self.pick(4) == 0 { body.replace('\n', "\r\n") } else { body };
        if self.pick(4) == 0 { format!("\u{feff}{body}") } else { body }
    }
}
