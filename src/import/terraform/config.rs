//! The `.tf` files of a module, as resources of a stack.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;

use super::attributes::{As, INLINES, Row, resource, rows};
use super::catch::{Catch, Found, is_known};
use super::evaluate::{Evaluator, Scope};
use super::module::{Declared, Module, index, read as read_files};
use super::term::{Is, Piece, Term};
use super::{Refusal, WAY_OUT};
use crate::document::{Diagnostic, Diagnostics, Entry, FileId, Map, Node, Sources, Span, Value};
use crate::import::Haul;
use crate::import::haul::few;
use crate::import::variables::Variables;
use crate::stack::{Loaded, Unreadable};

/// What every resource may have, and nothing of which is in AWS.
const META: [&str; 10] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "timeouts",
    "dynamic",
    "region",
];

/// The keys of resources, by type and label.
type Keys = BTreeMap<(String, String), String>;

/// Takes what stands in the `.tf` files of one module. `read` serves the files that they name.
pub(in crate::import) fn take_tf(
    files: &[FileId],
    sources: &mut Sources,
    haul: &mut Haul,
    read: &mut dyn FnMut(&str, &str) -> Result<Loaded, Unreadable>,
) {
    let parsed = read_files(files, sources, &mut haul.found);
    let module = index(&parsed, &mut haul.found);
    tell_of_providers(&module, &mut haul.found);
    let mut refused: BTreeSet<(String, String)> = BTreeSet::new();
    let mut evaluator = Evaluator::new(&module, sources, read, Variables::beside(&haul.variables));
    // A reference to what is not taken over is no reference but a variable; which that is shows
    // when everything was tried.
    loop {
        let mut pass = Pass::new(&mut evaluator, &refused);
        pass.go();
        let (catch, now) = (pass.catch, pass.refused);
        if now.is_subset(&refused) {
            finish(catch, evaluator, &module, haul);
            return;
        }
        refused.extend(now);
    }
}

/// Hands over what was found, and says what is to be said.
fn finish(mut catch: Catch, evaluator: Evaluator<'_>, module: &Module<'_>, haul: &mut Haul) {
    let given = evaluator.variables.hand_over(catch.bodies(), haul);
    if let (false, Some((_, _, first))) = (given.is_empty(), module.resources.first()) {
        let message = format!(
            "what was applied may have been given other values than these defaults: {}",
            few(&given)
        );
        let help = "see the `.tfvars` files, or import what `terraform show -json` prints";
        haul.found.push(Diagnostic::note(message).at(first.span()).help(help));
    }
    catch.found.all.extend(evaluator.said);
    for (name, span) in evaluator.inlined {
        let message = format!("`var.{name}` holds no text, and its default stands in its place");
        catch.found.push(Diagnostic::note(message).at(span));
    }
    if let Some((_, first)) = module.calls.first() {
        let names: Vec<_> = module.calls.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message = format!("what is in the modules {} is not taken over", names.join(", "));
        let note = Diagnostic::note(message).at(first.span());
        catch
            .found
            .push(note.help("import the files of each, or what `terraform show -json` prints"));
    }
    catch.into_haul(haul);
}

/// Names the providers that are not the one for all: what they make may stand elsewhere.
fn tell_of_providers(module: &Module<'_>, found: &mut Diagnostics) {
    let mut told = BTreeSet::new();
    for (_, _, declared) in module.resources.iter().filter(|(ty, ..)| resource(ty).is_some()) {
        let Some(alias) = declared.provider() else { continue };
        if told.insert(alias) {
            let message = format!(
                "what the provider `aws.{alias}` makes may be of another region or account, and a \
                 stack has one"
            );
            let help = "import what it makes into a stack of its own";
            found.push(Diagnostic::warning(message).at(declared.span()).help(help));
        }
    }
}

/// One go through the resources.
pub(super) struct Pass<'p, 'a> {
    pub evaluator: &'p mut Evaluator<'a>,
    /// The keys of all resources.
    keys: Keys,
    pub catch: Catch,
    refused: BTreeSet<(String, String)>,
}

impl<'p, 'a> Pass<'p, 'a> {
    fn new(evaluator: &'p mut Evaluator<'a>, refused: &BTreeSet<(String, String)>) -> Self {
        evaluator.named.clear();
        evaluator.inlined.clear();
        evaluator.spent = 0;
        evaluator.keys = BTreeMap::new();
        let keys = keys(evaluator);
        let kept = keys.iter().filter(|(id, _)| !refused.contains(id));
        evaluator.keys = kept.map(|(id, key)| (id.clone(), key.clone())).collect();
        Self { evaluator, keys, catch: Catch::default(), refused: BTreeSet::new() }
    }

    fn go(&mut self) {
        let module = self.evaluator.module;
        if let Some(provider) = module.provider(None)
            && let Some(region) = provider.argument("region")
        {
            let region = self.evaluator.evaluate(region, Scope { at: provider.at, names: None });
            self.catch.own.region(&region.literal().unwrap_or_default());
        }
        for (ty, label, declared) in &module.resources {
            if !is_known(ty) {
                self.catch.pass(ty, declared.span());
                continue;
            }
            let address = format!("{ty}.{label}");
            let found = self.found(ty, label, *declared);
            let result = found.and_then(|found| self.catch.add(&found));
            match result {
                Ok(()) => {
                    self.leave_out(&address, rows(ty).unwrap_or_default(), *declared);
                }
                Err(refusal) => {
                    self.catch.refuse(&address, &refusal, Some(WAY_OUT));
                    self.refused.insert(((*ty).to_owned(), (*label).to_owned()));
                }
            }
        }
    }

    /// A resource with its attributes as state has them.
    fn found(&mut self, ty: &str, label: &str, declared: Declared<'_>) -> Result<Found, Refusal> {
        let span = declared.span();
        if !self.evaluator.is_single(declared) {
            let meta = ["for_each", "count"].into_iter().find_map(|name| declared.argument(name));
            let place = meta.map_or(span, |meta| declared.at.span(meta));
            return Err(Refusal::new(place, "how many there are of it is not known"));
        }
        self.evaluator.path = vec![label.to_owned()];
        let scope = Scope { at: declared.at, names: None };
        let listed = rows(ty).unwrap_or_default();
        let mut attributes = self.attributes(&declared.block.body, listed, scope)?;
        let mut key = None;
        if let Some(resource) = resource(ty) {
            let (attribute, _) = resource.name;
            let name = self.evaluator.name_of(ty, label, declared, attribute).to_node()?;
            attributes.entries.push(Entry {
                key: attribute.to_owned(),
                key_span: name.span,
                value: name,
            });
            key = self.keys.get(&(ty.to_owned(), label.to_owned())).cloned();
        }
        for entry in &mut attributes.entries {
            match (entry.key.as_str(), &mut entry.value.value) {
                ("role", _) if resource(ty).is_none() => self.name_role(&mut entry.value),
                ("roles", Value::Seq(roles)) => {
                    for role in roles {
                        self.name_role(role);
                    }
                }
                _ => {}
            }
        }
        self.default_tags(listed, declared, &mut attributes);
        Ok(Found { ty: ty.to_owned(), address: format!("{ty}.{label}"), span, key, attributes })
    }

    /// Puts a role's key in place of a name that is not a literal one.
    fn name_role(&mut self, node: &mut Node) {
        let module = self.evaluator.module;
        if !node.interpolated {
            return;
        }
        for (ty, label, declared) in
            module.resources.iter().filter(|(ty, ..)| *ty == super::attributes::ROLE)
        {
            let name = self.evaluator.name_of(ty, label, *declared, "name");
            let same = name.to_node().is_ok_and(|name| name.value == node.value);
            let key = self.evaluator.keys.get(&((*ty).to_owned(), (*label).to_owned()));
            if let (true, Some(key)) = (same, key) {
                *node = Node::new(node.span, Value::String(key.clone()));
                return;
            }
        }
    }

    /// The arguments and blocks that are listed, as far as they are known.
    fn attributes(
        &mut self,
        body: &Body,
        listed: &[Row],
        scope: Scope<'_>,
    ) -> Result<Map, Refusal> {
        let mut entries = Vec::new();
        for dynamic in body.get_blocks("dynamic") {
            let name = dynamic.labels.first().map_or("", |label| label.as_str());
            if listed.iter().any(|(known, to)| *known == name && !matches!(to, As::Aside)) {
                let because = format!("its `{name}` blocks are made by a `dynamic` block");
                return Err(Refusal::new(scope.at.span(dynamic), because));
            }
        }
        for (name, to) in listed.iter().filter(|(_, to)| !matches!(to, As::Aside)) {
            let mut blocks = Vec::new();
            for block in body.get_blocks(name) {
                let inner = match to {
                    As::Block(_, inner) | As::Blocks(_, inner) => inner,
                    As::Documents(_) => INLINES,
                    _ => continue,
                };
                self.evaluator.path.push((*name).to_owned());
                let map = self.attributes(&block.body, inner, scope)?;
                self.evaluator.path.pop();
                blocks.push(Node::new(scope.at.span(block), Value::Map(map)));
            }
            let key = (*name).to_owned();
            if let Some(first) = blocks.first() {
                let span = first.span;
                let value = Node::new(span, Value::Seq(blocks));
                entries.push(Entry { key, key_span: span, value });
            } else if let Some(attribute) = body.get_attribute(name) {
                let key_span = scope.at.span(&attribute.key);
                self.evaluator.path.push(key.clone());
                let value = self.attribute(&attribute.value, *to, scope)?;
                self.evaluator.path.pop();
                entries.push(Entry { key, key_span, value });
            }
        }
        Ok(Map { entries })
    }

    fn attribute(
        &mut self,
        expression: &Expression,
        to: As,
        scope: Scope<'_>,
    ) -> Result<Node, Refusal> {
        let term = self.evaluator.evaluate(expression, scope);
        match (to, &term.is) {
            (As::Key(_), Is::Text(_)) => Ok(self.key(&term)),
            (As::Json(_), Is::Json(_) | Is::Text(_)) => self.document(&term)?.to_node(),
            (As::Tags(_), _) => Ok(self.tags(expression, &term, scope)),
            _ => term.to_node(),
        }
    }

    /// The document in a JSON text.
    fn document(&mut self, term: &Term) -> Result<Term, Refusal> {
        if let Is::Text(pieces) = &term.is
            && let [Piece::Variable(name)] = pieces.as_slice()
            && let Some(declared) = self.evaluator.variables.get(name)
        {
            let because = format!("its JSON is `{}`, which does not stand here", declared.source);
            return Err(Refusal::new(term.span, because));
        }
        self.evaluator.decoded(term)
    }

    /// A name that becomes a key: what is not known of it is guessed, and the guess told.
    fn key(&mut self, term: &Term) -> Node {
        if let Some(name) = term.literal() {
            return Node::new(term.span, Value::String(name));
        }
        let name = self.evaluator.with_defaults(term);
        let name = name.or_else(|| self.evaluator.path.first().cloned()).unwrap_or_default();
        let message = format!("this name is not known, and `{name}` stands in its place");
        self.catch.found.push(Diagnostic::warning(message).at(term.span).help(WAY_OUT));
        Node::new(term.span, Value::String(name))
    }

    /// Names the arguments and blocks that nothing is known of.
    fn leave_out(&mut self, address: &str, listed: &[Row], declared: Declared<'_>) {
        let name = resource(address.split('.').next().unwrap_or_default()).map(|r| r.name.0);
        let is_known = |key: &str| {
            META.contains(&key)
                || name == Some(key)
                || listed.iter().any(|(known, _)| *known == key)
        };
        let body = &declared.block.body;
        let arguments = body.attributes().map(|a| (a.key.as_str(), declared.at.span(&a.key)));
        let blocks = body.blocks().map(|b| (b.ident.as_str(), declared.at.span(&b.ident)));
        let left: Vec<(&str, Span)> =
            arguments.chain(blocks).filter(|(key, _)| !is_known(key)).collect();
        if let Some((_, span)) = left.first() {
            let names: Vec<_> = left.iter().map(|(name, _)| *name).collect();
            self.catch.leave_out(address, &names, *span);
        }
    }
}

/// The keys of the resources that may be taken over: their names, or else their labels.
fn keys(evaluator: &mut Evaluator<'_>) -> Keys {
    let module = evaluator.module;
    let mut keys = BTreeMap::new();
    let mut taken: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut unnamed = Vec::new();
    for (ty, label, declared) in &module.resources {
        let id = ((*ty).to_owned(), (*label).to_owned());
        let Some(resource) = resource(ty) else { continue };
        match evaluator.name_of(ty, label, *declared, resource.name.0).literal() {
            Some(name) => {
                taken.insert((*ty, name.clone()));
                keys.insert(id, name);
            }
            None => unnamed.push((*ty, *label, id)),
        }
    }
    for (ty, label, id) in unnamed {
        let mut key = label.to_owned();
        while !taken.insert((ty, key.clone())) {
            key.push('_');
        }
        keys.insert(id, key);
    }
    keys
}
