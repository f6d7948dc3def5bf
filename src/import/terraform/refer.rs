//! What `var.x`, `local.x`, `data.…` and the attributes of resources come to.
//!
//! Source: Terraform's language documentation, "References to Named Values".

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::attributes::{POLICY, ROLE, RULE, TASK_DEFINITION, resource};
use super::evaluate::{Evaluator, Scope, bare};
use super::module::Declared;
use super::term::{Is, Piece, Term};
use crate::document::{Diagnostic, Span, Value};
use crate::import::variables::Wish;

/// A step of a traversal.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Evaluator<'_> {
    /// What a traversal comes to.
    pub(super) fn traversal(
        &mut self,
        traversal: &Traversal,
        span: Span,
        scope: Scope<'_>,
    ) -> Term {
        let Some(steps) = self.steps(traversal, scope) else {
            return self.structure(span);
        };
        let Expression::Variable(root) = &traversal.expr else {
            let of = self.evaluate(&traversal.expr, scope);
            return self.select(of, &steps, span, None);
        };
        let root = root.value().as_str();
        if let Some(term) = scope.names.and_then(|names| names.get(root)) {
            return self.select(term.clone(), &steps, span, None);
        }
        // Names are those of the text: the steps are not evaluated in it.
        let text = self.sources.slice(span).to_owned();
        match (root, steps.as_slice()) {
            ("var", [Step::Key(name), rest @ ..]) => self.var(name, rest, span, &text),
            ("local", [Step::Key(name), rest @ ..]) => self.local(name, rest, span, &text),
            ("path", _) => Term::text(span, "."),
            ("data", [Step::Key(ty), Step::Key(label), rest @ ..]) => {
                self.data(ty, label, rest, span, &text)
            }
            ("each" | "count" | "self" | "module" | "terraform", _) => {
                self.unknown(span, Some(&text))
            }
            (ty, [Step::Key(label), rest @ ..]) => self.resource(ty, label, rest, span, &text),
            _ => self.unknown(span, Some(&text)),
        }
    }

    /// The steps; `None` where one of them gives a list of what is there.
    fn steps(&mut self, traversal: &Traversal, scope: Scope<'_>) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        for operator in &traversal.operators {
            steps.push(match operator.value() {
                TraversalOperator::GetAttr(name) => Step::Key(name.as_str().to_owned()),
                TraversalOperator::LegacyIndex(at) => {
                    Step::Index(usize::try_from(*at.value()).ok()?)
                }
                TraversalOperator::Index(index) => match self.evaluate(index, scope) {
                    Term { is: Is::Number(number), .. } => {
                        Step::Index(usize::try_from(number.as_u64()?).ok()?)
                    }
                    // What is not known is no key that anything has.
                    index => Step::Key(index.literal().unwrap_or_default()),
                },
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => return None,
            });
        }
        Some(steps)
    }

    /// What is found by going on from a value.
    fn select(&mut self, of: Term, steps: &[Step], span: Span, text: Option<&str>) -> Term {
        let Some((step, rest)) = steps.split_first() else {
            return Term { span, ..of };
        };
        let below = match (of.is, step) {
            (Is::Object(entries), Step::Key(key)) => {
                entries.into_iter().find(|(name, ..)| name == key).map(|(_, _, value)| value)
            }
            (Is::List(items), Step::Index(at)) => items.into_iter().nth(*at),
            _ => None,
        };
        match below {
            Some(below) => self.select(below, rest, span, text),
            None => self.unknown(span, text),
        }
    }

    fn var(&mut self, name: &str, rest: &[Step], span: Span, text: &str) -> Term {
        let declared = self.module.variables.get(name).copied();
        let argument = |name: &str| declared.and_then(|declared| declared.argument(name));
        let is_sensitive =
            matches!(argument("sensitive"), Some(Expression::Bool(value)) if *value.value());
        let default = argument("default").filter(|_| !is_sensitive).zip(declared);
        let default = default.map(|(default, declared)| {
            self.once(&format!("var.{name}"), |this| {
                this.evaluate(default, Scope { at: declared.at, names: None })
            })
        });
        let default = default.flatten();
        let known = default.as_ref().and_then(scalar);
        if let (Some(default), None) = (default, &known) {
            self.inlined.entry(name.to_owned()).or_insert(default.span);
            return self.select(default, rest, span, Some(text));
        }
        if !rest.is_empty() {
            return self.unknown(span, Some(text.trim_start_matches("var.")));
        }
        if argument("type").is_some_and(is_collection) {
            return self.structure(span);
        }
        let source = format!("var.{name}");
        self.variable(span, Wish { source, hint: name, default: known, shared: true, note: None })
    }

    fn local(&mut self, name: &str, rest: &[Step], span: Span, text: &str) -> Term {
        let Some((expression, at)) = self.module.locals.get(name).copied() else {
            return self.unknown(span, Some(text));
        };
        let once = self.once(&format!("local.{name}"), |this| {
            this.evaluate(expression, Scope { at, names: None })
        });
        match once {
            Some(term) => self.select(term, rest, span, Some(text)),
            // It needs itself, which Terraform refuses.
            None => self.structure(span),
        }
    }

    fn data(&mut self, ty: &str, label: &str, rest: &[Step], span: Span, text: &str) -> Term {
        let [Step::Key(attribute)] = rest else {
            return self.unknown(span, Some(text));
        };
        let declared = self.module.data.get(&(ty, label)).copied();
        // Another provider may be of another account and region.
        if ty != "aws_iam_policy_document" && declared.is_some_and(|of| of.provider().is_some()) {
            return self.unknown(span, Some(text));
        }
        match (ty, attribute.as_str(), declared) {
            ("aws_caller_identity", "account_id" | "id", _) => Term::reference(span, "${account}"),
            ("aws_region", "name" | "id" | "region", _) => Term::reference(span, "${region}"),
            ("aws_partition", "partition" | "id", _) => Term::text(span, "aws"),
            ("aws_partition", "dns_suffix", _) => Term::text(span, "amazonaws.com"),
            ("aws_iam_policy_document", "json" | "minified_json", Some(declared)) => {
                let name = format!("data.{ty}.{label}");
                let built = self.once(&name, |this| this.policy_document(declared));
                built.map_or_else(|| self.structure(span), |term| Term { span, ..term })
            }
            ("template_file", "rendered", Some(declared)) => {
                self.rendered(declared, span).unwrap_or_else(|| self.unknown(span, Some(text)))
            }
            (_, _, Some(declared)) => self.argument(declared, attribute, span, text),
            (_, _, None) => self.unknown(span, Some(text)),
        }
    }

    /// The template of a `template_file`, whose text stands there or in a file.
    fn rendered(&mut self, declared: Declared<'_>, span: Span) -> Option<Term> {
        let scope = Scope { at: declared.at, names: None };
        let names = match declared.argument("vars") {
            Some(names) => self.evaluate(names, scope),
            None => Term::new(span, Is::Object(Vec::new())),
        };
        let Expression::FuncCall(call) = bare(declared.argument("template")?) else { return None };
        match call.args.iter().collect::<Vec<_>>().as_slice() {
            [path] if call.name.name.as_str() == "file" => {
                self.template_file(path, &names, span, scope)
            }
            _ => None,
        }
    }

    fn resource(&mut self, ty: &str, label: &str, rest: &[Step], span: Span, text: &str) -> Term {
        let declared = self.module.find(ty, label);
        let (Some(declared), [rest @ .., Step::Key(attribute)]) = (declared, rest) else {
            return self.unknown(span, Some(text));
        };
        if !self.is_single(declared) || !matches!(rest, [] | [Step::Index(0)]) {
            return self.unknown(span, Some(text));
        }
        let key = self.keys.get(&(ty.to_owned(), label.to_owned())).cloned();
        let arn = match (ty, attribute.as_str()) {
            (ROLE, "arn") => Some("role"),
            (POLICY, "arn" | "id") => Some("policy"),
            (RULE, "arn") => Some("sampling_rule"),
            _ => None,
        };
        if let Some((word, key)) = arn.zip(key.filter(|key| !key.contains('}'))) {
            return Term::reference(span, format!("${{{word}.{key}.arn}}"));
        }
        match (resource(ty), attribute.as_str()) {
            (Some(resource), "id") if matches!(ty, ROLE | RULE | TASK_DEFINITION) => {
                let (attribute, _) = resource.name;
                Term { span, ..self.name_of(ty, label, declared, attribute) }
            }
            (Some(resource), attribute) if attribute == resource.name.0 => {
                Term { span, ..self.name_of(ty, label, declared, attribute) }
            }
            (_, attribute) => self.argument(declared, attribute, span, text),
        }
    }

    /// The name that AWS knows a resource by; where Terraform makes it up, a variable.
    pub(super) fn name_of(
        &mut self,
        ty: &str,
        label: &str,
        declared: Declared<'_>,
        attribute: &str,
    ) -> Term {
        let span = declared.span();
        let name = format!("{label}_{attribute}");
        if let Some(expression) = declared.argument(attribute) {
            let scope = Scope { at: declared.at, names: None };
            let once = self.once(&format!("{ty}.{label}.{attribute}"), |this| {
                this.path = vec![label.to_owned(), attribute.to_owned()];
                this.evaluate(expression, scope)
            });
            return once.unwrap_or_else(|| self.unknown(span, Some(&name)));
        }
        let source = format!("the name of {ty}.{label}");
        let message = format!("Terraform makes up the name of `{ty}.{label}`");
        let note = Diagnostic::note(message)
            .at(span)
            .help("give the name that it has in AWS: another name is another resource");
        let hint = name.as_str();
        let wish = Wish { source, hint, default: None, shared: false, note: Some(note) };
        self.variable(span, wish)
    }

    /// An argument that is written in the block, which is what the resource then has.
    fn argument(&mut self, declared: Declared<'_>, name: &str, span: Span, text: &str) -> Term {
        let Some(expression) = declared.argument(name).filter(|_| self.is_single(declared)) else {
            return self.unknown(span, Some(text));
        };
        let scope = Scope { at: declared.at, names: None };
        match self.once(text, |this| this.evaluate(expression, scope)) {
            Some(term) => Term { span, ..term },
            None => self.unknown(span, Some(text)),
        }
    }

    /// Whether a block stands for one resource, whatever its variables are.
    pub(super) fn is_single(&mut self, declared: Declared<'_>) -> bool {
        let scope = Scope { at: declared.at, names: None };
        let is_one = |this: &mut Self, count: &Expression| matches!(this.evaluate(count, scope).is, Is::Number(count) if count.as_u64() == Some(1));
        declared.argument("for_each").is_none()
            && declared.argument("count").is_none_or(|count| is_one(self, count))
    }
}

/// A default that a variable of a stack can have.
fn scalar(term: &Term) -> Option<Value> {
    match &term.is {
        Is::Bool(value) => Some(Value::Bool(*value)),
        Is::Number(number) => Some(Value::Number(number.clone())),
        Is::Text(pieces) => match pieces.as_slice() {
            [] => Some(Value::String(String::new())),
            [Piece::Text(text)] => Some(Value::String(text.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type is one of lists and mappings: `list(string)`, and `"map"` in older files.
fn is_collection(ty: &Expression) -> bool {
    const COLLECTIONS: [&str; 5] = ["list", "set", "map", "object", "tuple"];
    match ty {
        Expression::FuncCall(call) => COLLECTIONS.contains(&call.name.name.as_str()),
        Expression::Variable(name) => COLLECTIONS.contains(&name.value().as_str()),
        Expression::String(name) => COLLECTIONS.contains(&name.value().as_str()),
        _ => false,
    }
}
