//! The document and its statements: which elements there have to be, and which there may not be.

use serde_json::{Map as Object, Value as Json};

use super::super::grammar::{DOCUMENT, EFFECTS, STATEMENT, VERSIONS};
use super::{Reader, Use, entries, get};
use crate::document::{Diagnostic, Map, Node, Span, Value, or_nearest};

impl Reader<'_> {
    pub(super) fn document(&mut self, node: &Node) -> Option<Json> {
        let name = self.name;
        let Value::Map(map) = &node.value else {
            let message = format!("`{name}` is a policy document, not {}", node.kind());
            let help = "a policy is an object with `Version` and `Statement`, or a string with the JSON of one";
            self.error_with(node.span, message, help);
            return None;
        };
        let meant = self.unknown_elements(&format!("`{name}`"), map, &DOCUMENT);
        if let Some(version) = get(map, "Version") {
            self.one_of("`Version`", version, &VERSIONS);
        }
        if let Some(id) = get(map, "Id").filter(|id| id.as_str().is_none()) {
            self.wrong_type("`Id`", "a string", id);
        }
        match get(map, "Statement") {
            Some(statements) => self.statements(statements),
            None if meant.contains(&"Statement") => {}
            None => self.error(node.span, format!("`{name}` needs `Statement`")),
        }
        self.variables_need_a_version(map);
        Some(json(node))
    }

    /// In the first version of the language, a variable is text like any other.
    ///
    /// Source: documentation, Version.
    fn variables_need_a_version(&mut self, map: &Map) {
        let has_them = get(map, "Version").is_some_and(|v| v.as_str() == Some(VERSIONS[0]));
        if let Some(place) = self.variables.filter(|_| !has_them) {
            let newest = VERSIONS[0];
            let message = format!("`${{…}}` is plain text to IAM without `Version: \"{newest}\"`");
            self.warn(place, message, format!("add `\"Version\": \"{newest}\"` to the policy"));
        }
    }

    fn statements(&mut self, node: &Node) {
        let statements = match &node.value {
            Value::Seq(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if statements.is_empty() {
            // Seen: IAM calls a policy without statements malformed.
            let name = self.name;
            self.error(node.span, format!("`{name}` has no statement; IAM takes no empty policy"));
        }
        let mut sids: Vec<&str> = Vec::new();
        for (at, statement) in statements.iter().enumerate() {
            let Value::Map(map) = &statement.value else {
                let what = format!("statement {} of `{}`", at + 1, self.name);
                self.wrong_type(&what, "an object", statement);
                continue;
            };
            self.statement(statement.span, at + 1, map);
            let Some(node) = get(map, "Sid") else { continue };
            let Some(sid) = self.sid(node) else { continue };
            // An empty one may be there many times: Terraform wrote one into every statement.
            if !sid.is_empty() && sids.contains(&sid) {
                // Recorded: "The Statement Ids in the policy are not unique".
                let message = format!("two statements have the `Sid` {}", node.shown());
                self.error_with(node.span, message, "give each a name of its own, or none");
            }
            sids.push(sid);
        }
    }

    fn sid<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        let Some(sid) = node.as_str() else {
            self.wrong_type("`Sid`", "a string", node);
            return None;
        };
        // Recorded: "Statement IDs (SID) must be alpha-numeric".
        if !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = format!("`Sid` is {}; it has letters and digits only", node.shown());
            self.error(node.span, message);
        }
        Some(sid)
    }

    fn statement(&mut self, span: Span, number: usize, map: &Map) {
        let what = format!("statement {number} of `{}`", self.name);
        let meant = self.unknown_elements(&what, map, &STATEMENT);
        for entry in entries(map) {
            match entry.key.as_str() {
                "Effect" => self.one_of("`Effect`", &entry.value, &EFFECTS),
                "Action" | "NotAction" => self.actions(&entry.key, &entry.value),
                "Resource" | "NotResource" if self.of != Use::Trust => {
                    self.resources(&entry.key, &entry.value);
                }
                "Principal" | "NotPrincipal" if self.of != Use::Identity => {
                    self.principals(&entry.key, &entry.value);
                }
                "Condition" => self.condition(&entry.value),
                _ => {}
            }
        }
        self.prohibited(map);
        let needed = match self.of {
            // Documentation, Resource: whether a policy on something needs it differs by service.
            Use::Trust | Use::Resource => ["Effect", "Principal", "Action"],
            Use::Identity => ["Effect", "Action", "Resource"],
        };
        for element in needed {
            let opposite = format!("Not{element}");
            match (get(map, element), get(map, &opposite)) {
                (Some(_), Some(node)) => {
                    let message = format!("{what} has both `{element}` and `{opposite}`");
                    self.error_with(node.span, message, "keep one of the two");
                }
                // Said already, of the slip that stands in its place.
                (None, None) if meant.iter().any(|m| m.ends_with(element)) => {}
                (None, None) => {
                    let message = format!("{what} needs `{element}`");
                    self.found.push(Diagnostic::error(message).at(span).help(needs(element)));
                }
                _ => {}
            }
        }
    }

    /// What stands in policies of the other use only.
    ///
    /// Source: recordings, "Has prohibited field Resource" and "Policy document should not specify
    /// a principal."
    fn prohibited(&mut self, map: &Map) {
        let (elements, message, help) = match self.of {
            Use::Trust => (
                ["Resource", "NotResource"],
                "a trust policy has no",
                "it says who may assume the role; what the role may do stands in its own policies",
            ),
            Use::Identity => (
                ["Principal", "NotPrincipal"],
                "a role's permissions have no",
                "who may assume the role stands in `AssumeRolePolicyDocument`",
            ),
            Use::Resource => return,
        };
        for entry in entries(map).filter(|entry| elements.contains(&entry.key.as_str())) {
            self.error_with(entry.key_span, format!("{message} `{}`", entry.key), help);
        }
    }

    fn one_of(&mut self, what: &str, node: &Node, known: &[&str]) {
        let Some(text) = node.as_str() else {
            return self.wrong_type(what, &format!("a string, {}", listing(known)), node);
        };
        if !known.contains(&text) {
            let message = format!("{what} is {}; it must be {}", node.shown(), listing(known));
            let near = (!node.secret).then(|| or_nearest(text, known)).flatten();
            let near = near.filter(|near| near.starts_with("did you mean"));
            self.found.push(Diagnostic::error(message).at(node.span).maybe_help(near));
        }
    }
}

fn needs(element: &str) -> &'static str {
    match element {
        "Effect" => "`Effect`: `Allow` or `Deny`",
        "Action" => "`Action`: what may be done, like `ssm:GetParameters`",
        "Principal" => "`Principal`: who may, like `{ \"Service\": \"ecs-tasks.amazonaws.com\" }`",
        _ => "`Resource`: on what, an ARN or `*`",
    }
}

fn listing(known: &[&str]) -> String {
    known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

/// The bare value, without what is `null`.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Seq(items) => items.iter().map(json).collect(),
        Value::Map(map) => {
            let fields = entries(map).map(|entry| (entry.key.clone(), json(&entry.value)));
            Json::Object(fields.collect::<Object<_, _>>())
        }
        _ => node.to_json(),
    }
}
