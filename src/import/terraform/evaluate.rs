//! What expressions come to, as far as it stands in the files.
//!
//! Source: Terraform's language documentation, "Expressions".

use std::collections::BTreeMap;

use hcl_edit::expr::{BinaryOperator, Expression, Object, ObjectKey, UnaryOperator};
use hcl_edit::template::{Element, Strip, Template};

use super::module::{At, Module};
use super::term::{Is, Piece, Term, negated, number};
use crate::document::{Diagnostic, FileId, Sources, Span, Value};
use crate::import::variables::{Variables, Wish};
use crate::stack::{Loaded, Unreadable};

/// How deep expressions may be, through locals and other files too.
const DEEPEST: usize = 150;
/// How much may be evaluated in all, roughly in bytes: values can double with each local.
const MOST: usize = 64 << 20;

/// Reads the file that a file calls by a path.
pub(super) type Read<'a> = dyn FnMut(&str, &str) -> Result<Loaded, Unreadable> + 'a;

/// Names that a template was given.
pub(super) type Names = BTreeMap<String, Term>;

/// Where an expression stands, and what it may name.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub at: At,
    pub names: Option<&'s Names>,
}

/// Evaluates expressions of a module.
pub(super) struct Evaluator<'a> {
    pub module: &'a Module<'a>,
    pub sources: &'a mut Sources,
    pub read: &'a mut Read<'a>,
    /// The keys of the resources that are taken over, by type and label.
    pub keys: BTreeMap<(String, String), String>,
    /// The variables that were asked for.
    pub variables: Variables,
    /// Variables whose default stands in their place, since a stack's hold no lists and mappings.
    pub inlined: BTreeMap<String, Span>,
    /// What expressions that have a name came to; nothing while one is being evaluated.
    pub(super) named: BTreeMap<String, Option<Term>>,
    /// The files that were asked for, those that cannot be read among them.
    pub(super) files: BTreeMap<(FileId, String), Option<FileId>>,
    /// What is to be said whatever comes of it.
    pub said: Vec<Diagnostic>,
    /// What is being evaluated, for the names of variables: a label, and the keys down from there.
    pub path: Vec<String>,
    pub(super) spent: usize,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(
        module: &'a Module<'a>,
        sources: &'a mut Sources,
        read: &'a mut Read<'a>,
        variables: Variables,
    ) -> Self {
        Self {
            module,
            sources,
            read,
            keys: BTreeMap::new(),
            variables,
            inlined: BTreeMap::new(),
            named: BTreeMap::new(),
            files: BTreeMap::new(),
            said: Vec::new(),
            path: Vec::new(),
            spent: 0,
            depth: 0,
        }
    }

    /// What an expression comes to.
    pub(super) fn evaluate(&mut self, expression: &Expression, scope: Scope<'_>) -> Term {
        let span = scope.at.span(expression);
        if self.depth >= DEEPEST || self.spent > MOST {
            return Term::new(span, Is::Unknown("what is nested too deeply".to_owned()));
        }
        self.depth += 1;
        self.spent += 16;
        let term = self.known(expression, span, scope);
        self.depth -= 1;
        term
    }

    fn known(&mut self, expression: &Expression, span: Span, scope: Scope<'_>) -> Term {
        let is = match expression {
            Expression::Null(_) => Is::Null,
            Expression::Bool(value) => Is::Bool(*value.value()),
            Expression::Number(value) => match number(value.value()) {
                Some(number) => Is::Number(number),
                None => return self.unknown(span, None),
            },
            Expression::String(text) => return Term::text(span, text.value().as_str()),
            Expression::Array(items) => {
                Is::List(items.iter().map(|item| self.evaluate(item, scope)).collect())
            }
            Expression::Object(object) => return self.object(object, span, scope),
            Expression::StringTemplate(template) => return self.template(template, span, scope),
            Expression::HeredocTemplate(heredoc) => {
                return self.template(&heredoc.template, span, scope);
            }
            Expression::Parenthesis(inner) => return self.evaluate(inner.inner(), scope),
            Expression::Variable(name) => {
                match scope.names.and_then(|names| names.get(name.as_str())) {
                    Some(term) => return term.clone(),
                    None => return self.unknown(span, Some(name.as_str())),
                }
            }
            Expression::Conditional(conditional) => {
                let condition = self.evaluate(&conditional.cond_expr, scope);
                let branches = [&conditional.true_expr, &conditional.false_expr];
                return match condition.is {
                    Is::Bool(true) => self.evaluate(branches[0], scope),
                    Is::Bool(false) => self.evaluate(branches[1], scope),
                    _ if branches.into_iter().any(is_structure) => self.structure(span),
                    _ => self.unknown(span, None),
                };
            }
            Expression::FuncCall(call) => return self.call(call, span, scope),
            Expression::Traversal(traversal) => return self.traversal(traversal, span, scope),
            Expression::UnaryOp(operation) => {
                let operand = self.evaluate(&operation.expr, scope).is;
                match (operation.operator.value(), operand) {
                    (UnaryOperator::Not, Is::Bool(value)) => Is::Bool(!value),
                    (UnaryOperator::Neg, Is::Number(value)) => match negated(&value) {
                        Some(number) => Is::Number(number),
                        None => return self.unknown(span, None),
                    },
                    _ => return self.unknown(span, None),
                }
            }
            Expression::BinaryOp(operation) => {
                let left = self.evaluate(&operation.lhs_expr, scope);
                let right = self.evaluate(&operation.rhs_expr, scope);
                match operated(*operation.operator.value(), &left, &right) {
                    Some(is) => is,
                    None => return self.unknown(span, None),
                }
            }
            Expression::ForExpr(_) => return self.structure(span),
        };
        Term::new(span, is)
    }

    fn object(&mut self, object: &Object, span: Span, scope: Scope<'_>) -> Term {
        let mut entries: Vec<(String, Span, Term)> = Vec::new();
        for (key, value) in object {
            let (key_span, name) = match key {
                ObjectKey::Ident(name) => (scope.at.span(name), Some(name.as_str().to_owned())),
                ObjectKey::Expression(key) => {
                    let key = self.evaluate(key, scope);
                    (key.span, key.literal())
                }
            };
            let Some(name) = name else {
                return self.structure(key_span);
            };
            self.path.push(name.clone());
            let value = self.evaluate(value.expr(), scope);
            self.path.pop();
            entries.retain(|(known, ..)| *known != name);
            entries.push((name, key_span, value));
        }
        Term::new(span, Is::Object(entries))
    }

    /// A text with expressions in it. What is one expression only is that expression's value.
    pub(super) fn template(&mut self, template: &Template, span: Span, scope: Scope<'_>) -> Term {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            let term = self.evaluate(&only.expr, scope);
            return Term { span, ..term };
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut strips_next = false;
        for element in template {
            match element {
                Element::Literal(text) => {
                    let text = text.value().as_str();
                    let text = if strips_next { text.trim_start() } else { text };
                    strips_next = false;
                    extend(&mut pieces, [Piece::Text(text.to_owned())]);
                }
                Element::Interpolation(part) => {
                    if matches!(part.strip, Strip::Start | Strip::Both)
                        && let Some(Piece::Text(text)) = pieces.last_mut()
                    {
                        text.truncate(text.trim_end().len());
                    }
                    strips_next = matches!(part.strip, Strip::End | Strip::Both);
                    let term = self.evaluate(&part.expr, scope);
                    let Some(inner) = term.pieces() else {
                        return self.unknown(term.span, None);
                    };
                    self.spent += term.weight();
                    extend(&mut pieces, inner);
                }
                Element::Directive(directive) => {
                    return self.unknown(scope.at.span(directive.as_ref()), None);
                }
            }
        }
        if self.spent > MOST {
            return Term::new(span, Is::Unknown("a text that is too long".to_owned()));
        }
        Term::new(span, Is::Text(pieces))
    }

    /// A list or a mapping that is not known.
    pub(super) fn structure(&self, span: Span) -> Term {
        Term::new(span, Is::Unknown(format!("`{}`", self.shown(span))))
    }

    /// A scalar that is not known: a variable of the stack stands in its place, named after what
    /// stood there, or else after where it stood.
    pub(super) fn unknown(&mut self, span: Span, name: Option<&str>) -> Term {
        let source = self.shown(span);
        let note = Diagnostic::note(format!("`{source}` does not stand in these files")).at(span);
        let ends = self.path.iter().take(1).chain(self.path.iter().skip(1).last());
        let name = name
            .map_or_else(|| ends.map(String::as_str).collect::<Vec<_>>().join("_"), str::to_owned);
        let hint = name.as_str();
        let wish = Wish { source, hint, default: None, shared: false, note: Some(note) };
        self.variable(span, wish)
    }

    /// A variable of the stack.
    pub(super) fn variable(&mut self, span: Span, wish: Wish<'_>) -> Term {
        Term::new(span, Is::Text(vec![Piece::Variable(self.variables.declare(wish))]))
    }

    /// The text at a place, short and on one line.
    fn shown(&self, span: Span) -> String {
        const LONGEST: usize = 60;
        let text = self.sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    /// What an expression with a name comes to, evaluated once; `None` where it needs itself.
    pub(super) fn once(
        &mut self,
        name: &str,
        evaluate: impl FnOnce(&mut Self) -> Term,
    ) -> Option<Term> {
        if let Some(known) = self.named.get(name) {
            let known = known.clone()?;
            self.spent += known.weight();
            return Some(known);
        }
        self.named.insert(name.to_owned(), None);
        let path = std::mem::replace(&mut self.path, vec![name.to_owned()]);
        let term = evaluate(self);
        self.path = path;
        self.spent += term.weight();
        // One that grows with each name would be too deep to walk.
        let term = if term.depth() > DEEPEST { self.structure(term.span) } else { term };
        self.named.insert(name.to_owned(), Some(term.clone()));
        Some(term)
    }

    /// A text with the defaults of its variables, for what cannot hold references.
    pub(super) fn with_defaults(&self, term: &Term) -> Option<String> {
        let text = |piece: Piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Variable(name) => match self.variables.get(&name)?.default.as_ref()? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            },
            Piece::Reference(_) => None,
        };
        term.pieces()?.into_iter().map(text).collect()
    }
}

/// What an operation on literal values comes to.
fn operated(operator: BinaryOperator, left: &Term, right: &Term) -> Option<Is> {
    use BinaryOperator::{And, Eq, Minus, Mul, NotEq, Or, Plus};
    Some(match (operator, &left.is, &right.is) {
        (And, Is::Bool(left), Is::Bool(right)) => Is::Bool(*left && *right),
        (Or, Is::Bool(left), Is::Bool(right)) => Is::Bool(*left || *right),
        (Eq | NotEq, ..) => {
            let is_scalar = |term: &Term| matches!(term.is, Is::Null) || term.literal().is_some();
            // What is never known is not told apart; values of two types are never equal.
            if !is_scalar(left) || !is_scalar(right) {
                return None;
            }
            let same_type = std::mem::discriminant(&left.is) == std::mem::discriminant(&right.is);
            Is::Bool((same_type && left.literal() == right.literal()) == (operator == Eq))
        }
        (Plus | Minus | Mul, Is::Number(left), Is::Number(right)) => {
            let (left, right) = (left.as_i64()?, right.as_i64()?);
            let result = match operator {
                Plus => left.checked_add(right),
                Minus => left.checked_sub(right),
                _ => left.checked_mul(right),
            };
            Is::Number(result?.into())
        }
        _ => return None,
    })
}

/// An expression without what only stands around it: parentheses, and the `"${…}"` of older files.
pub(super) fn bare(expression: &Expression) -> &Expression {
    match expression {
        Expression::Parenthesis(inner) => bare(inner.inner()),
        Expression::StringTemplate(template) => match template.as_single_element() {
            Some(Element::Interpolation(only)) => bare(&only.expr),
            _ => expression,
        },
        _ => expression,
    }
}

/// Whether an expression is a list or a mapping by its looks.
fn is_structure(expression: &Expression) -> bool {
    match bare(expression) {
        Expression::Array(_) | Expression::Object(_) | Expression::ForExpr(_) => true,
        Expression::FuncCall(call) => super::functions::gives_structure(call),
        _ => false,
    }
}

/// Adds parts to a text; literal ones that meet become one.
pub(super) fn extend(pieces: &mut Vec<Piece>, more: impl IntoIterator<Item = Piece>) {
    for piece in more {
        match (pieces.last_mut(), piece) {
            (Some(Piece::Text(last)), Piece::Text(text)) => *last += &text,
            (_, piece) => pieces.push(piece),
        }
    }
}
