//! Tags of resources in `.tf` files, those that the provider adds among them.

use hcl_edit::expr::Expression;

use super::WAY_OUT;
use super::attributes::{As, Row};
use super::config::Pass;
use super::evaluate::{Scope, bare};
use super::module::Declared;
use super::term::{Is, Term};
use crate::document::{Diagnostic, Entry, Map, Node, Value};

impl Pass<'_, '_> {
    /// Tags, as far as they are known: a resource without some of its tags is better than none.
    pub(super) fn tags(&mut self, expression: &Expression, term: &Term, scope: Scope<'_>) -> Node {
        if let Is::Object(_) | Is::Null = term.is
            && let Ok(node) = term.to_node()
        {
            return node;
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut left = vec![scope.at.span(expression)];
        if let Expression::FuncCall(call) = bare(expression)
            && call.name.name.as_str() == "merge"
        {
            left.clear();
            for argument in &call.args {
                let part = self.evaluator.evaluate(argument, scope);
                match (&part.is, part.to_node().map(|node| node.value)) {
                    (Is::Object(_), Ok(Value::Map(map))) => {
                        entries.retain(|known| map.get(&known.key).is_none());
                        entries.extend(map.entries);
                    }
                    _ => left.push(scope.at.span(argument)),
                }
            }
        }
        for span in left {
            let message =
                "these tags are not known, and left out: applied, the resource loses them";
            self.catch.found.push(Diagnostic::warning(message).at(span).help(WAY_OUT));
        }
        Node::new(term.span, Value::Map(Map { entries }))
    }

    /// Adds the tags that the provider puts on everything.
    pub(super) fn default_tags(
        &mut self,
        listed: &[Row],
        declared: Declared<'_>,
        attributes: &mut Map,
    ) {
        if !listed.iter().any(|(_, to)| matches!(to, As::Tags(_))) {
            return;
        }
        let module = self.evaluator.module;
        let Some(provider) = module.provider(declared.provider()) else { return };
        let scope = Scope { at: provider.at, names: None };
        for block in provider.block.body.get_blocks("default_tags") {
            let Some(tags) = block.body.get_attribute("tags") else { continue };
            let term = self.evaluator.evaluate(&tags.value, scope);
            let node = self.tags(&tags.value, &term, scope);
            let Value::Map(defaults) = node.value else { continue };
            let mut all = defaults.entries;
            if let Some(Entry { value: Node { value: Value::Map(own), .. }, .. }) =
                attributes.take("tags")
            {
                all.retain(|default| own.get(&default.key).is_none());
                all.extend(own.entries);
            }
            let value = Node::new(node.span, Value::Map(Map { entries: all }));
            attributes.entries.push(Entry { key: "tags".to_owned(), key_span: node.span, value });
        }
    }
}
