//! The data source `aws_iam_policy_document`: a policy document in blocks.
//!
//! Source: the provider's documentation of it. `&{…}` stands for IAM's own `${…}` in resources,
//! principals and conditions; a principal of type `*` with the identifier `*` is `"*"`.

use hcl_edit::structure::Block;

use super::evaluate::{Evaluator, Scope};
use super::module::Declared;
use super::term::{Is, Piece, Term};
use crate::document::Span;

/// The version that the provider writes where none is said.
const VERSION: &str = "2012-10-17";
/// Where documents by others are laid under or over the statements.
const MERGES: [&str; 4] =
    ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];
/// The lists of a statement.
const LISTS: [(&str, &str, bool); 4] = [
    ("actions", "Action", false),
    ("not_actions", "NotAction", false),
    ("resources", "Resource", true),
    ("not_resources", "NotResource", true),
];

type Entries = Vec<(String, Span, Term)>;

impl Evaluator<'_> {
    /// The document of a data source; what is not known where it has a part that is not.
    pub(super) fn policy_document(&mut self, declared: Declared<'_>) -> Term {
        let (span, scope) = (declared.span(), Scope { at: declared.at, names: None });
        let merges = MERGES.into_iter().find_map(|name| Some((name, declared.argument(name)?)));
        if let Some((name, argument)) = merges {
            let what = format!("what `{name}` puts into the document");
            return Term::new(scope.at.span(argument), Is::Unknown(what));
        }
        if let Some(block) = declared.block.body.get_blocks("dynamic").next() {
            return Term::new(scope.at.span(block), Is::Unknown("a `dynamic` block".to_owned()));
        }
        let mut document: Entries = Vec::new();
        let version = self.text_in(declared.block, "version", scope);
        document.push(("Version".to_owned(), span, version.unwrap_or(Term::text(span, VERSION))));
        if let Some(id) = self.text_in(declared.block, "policy_id", scope) {
            document.push(("Id".to_owned(), id.span, id));
        }
        let statements = declared.block.body.get_blocks("statement");
        let statements: Vec<_> = statements.map(|block| self.statement(block, scope)).collect();
        if !statements.is_empty() {
            document.push(("Statement".to_owned(), span, Term::new(span, Is::List(statements))));
        }
        Term::new(span, Is::Json(Box::new(Term::new(span, Is::Object(document)))))
    }

    fn statement(&mut self, block: &Block, scope: Scope<'_>) -> Term {
        let span = scope.at.span(block);
        if let Some(block) = block.body.get_blocks("dynamic").next() {
            return Term::new(scope.at.span(block), Is::Unknown("a `dynamic` block".to_owned()));
        }
        let mut statement: Entries = Vec::new();
        let mut put = |key: &str, term: Term| statement.push((key.to_owned(), term.span, term));
        if let Some(sid) = self.text_in(block, "sid", scope) {
            put("Sid", sid);
        }
        let effect = self.text_in(block, "effect", scope);
        put("Effect", effect.unwrap_or(Term::text(span, "Allow")));
        for (argument, key, takes_variables) in LISTS {
            if let Some(list) = self.list_in(block, argument, takes_variables, scope) {
                put(key, list);
            }
        }
        for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            if let Some(principals) = self.principals(block, name, scope) {
                put(key, principals);
            }
        }
        if let Some(conditions) = self.conditions(block, scope) {
            put("Condition", conditions);
        }
        Term::new(span, Is::Object(statement))
    }

    fn principals(&mut self, block: &Block, name: &str, scope: Scope<'_>) -> Option<Term> {
        let mut by_type: Entries = Vec::new();
        for principals in block.body.get_blocks(name) {
            let span = scope.at.span(principals);
            let ty = self.text_in(principals, "type", scope).and_then(|ty| ty.literal());
            let identifiers = self.list_in(principals, "identifiers", true, scope);
            let (Some(ty), Some(identifiers)) = (ty, identifiers) else {
                let what = "the type or the identifiers of this principal";
                return Some(Term::new(span, Is::Unknown(what.to_owned())));
            };
            add(&mut by_type, ty, span, identifiers);
        }
        let (_, span, first) = by_type.first()?;
        let is_anyone = |term: &Term| matches!(&term.is, Is::List(all) if matches!(all.as_slice(), [one] if one.literal().as_deref() == Some("*")));
        if by_type.len() == 1 && by_type[0].0 == "*" && is_anyone(first) {
            return Some(Term::text(*span, "*"));
        }
        Some(Term::new(*span, Is::Object(by_type)))
    }

    fn conditions(&mut self, block: &Block, scope: Scope<'_>) -> Option<Term> {
        let mut by_test: Entries = Vec::new();
        for condition in block.body.get_blocks("condition") {
            let span = scope.at.span(condition);
            let mut name =
                |name| self.text_in(condition, name, scope).and_then(|name| name.literal());
            let (test, variable) = (name("test"), name("variable"));
            let values = self.list_in(condition, "values", true, scope);
            let (Some(test), Some(variable), Some(values)) = (test, variable, values) else {
                let what = "the operator, the key or the values of this condition";
                return Some(Term::new(span, Is::Unknown(what.to_owned())));
            };
            if !by_test.iter().any(|(known, ..)| *known == test) {
                by_test.push((test.clone(), span, Term::new(span, Is::Object(Vec::new()))));
            }
            let tests = by_test.iter_mut().find(|(known, ..)| *known == test);
            if let Some((_, _, Term { is: Is::Object(variables), .. })) = tests {
                add(variables, variable, span, values);
            }
        }
        let span = by_test.first()?.1;
        Some(Term::new(span, Is::Object(by_test)))
    }

    /// An argument of a block; an empty text is as good as none.
    fn text_in(&mut self, block: &Block, name: &str, scope: Scope<'_>) -> Option<Term> {
        let term = self.evaluate(&block.body.get_attribute(name)?.value, scope);
        let is_empty = term.is == Is::Null || term.literal().is_some_and(|text| text.is_empty());
        (!is_empty).then_some(term)
    }

    /// A list in a block. One that may be anything is not known, and so is each item of its own.
    fn list_in(
        &mut self,
        block: &Block,
        name: &str,
        takes_variables: bool,
        scope: Scope<'_>,
    ) -> Option<Term> {
        let term = self.evaluate(&block.body.get_attribute(name)?.value, scope);
        match term.is {
            Is::Null => None,
            Is::List(items) if items.is_empty() => None,
            Is::List(mut items) => {
                if takes_variables {
                    items.iter_mut().for_each(put_variables);
                }
                Some(Term { span: term.span, is: Is::List(items) })
            }
            Is::Unknown(_) => Some(term),
            _ => Some(self.structure(term.span)),
        }
    }
}

/// Adds values under a key, to those that are there already.
fn add(entries: &mut Entries, key: String, span: Span, values: Term) {
    let known = entries.iter_mut().find(|(known, ..)| *known == key);
    match (known, values) {
        (Some((_, _, Term { is: Is::List(all), .. })), Term { is: Is::List(more), .. }) => {
            all.extend(more);
        }
        (Some((_, _, known)), values) => *known = values,
        (None, values) => entries.push((key, span, values)),
    }
}

/// Puts IAM's variables in place of what stands for them.
fn put_variables(term: &mut Term) {
    let Is::Text(pieces) = &mut term.is else { return };
    for piece in pieces {
        if let Piece::Text(text) = piece {
            *text = text.replace("&{", "${");
        }
    }
}
