//! The sections of a template, by name.

use std::collections::HashMap;

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Span};

/// A template whose entries can be looked up.
pub(super) struct Template<'a> {
    /// Where its resources begin.
    pub span: Span,
    pub parameters: HashMap<&'a str, &'a Map>,
    pub mappings: HashMap<&'a str, &'a Map>,
    /// The resources, in the order of the file.
    pub resources: Vec<Resource<'a>>,
    by_id: HashMap<&'a str, usize>,
}

/// A resource of a template.
#[derive(Clone, Copy)]
pub(super) struct Resource<'a> {
    /// Its logical ID.
    pub id: &'a str,
    /// Where that stands.
    pub span: Span,
    /// Its type, `AWS::IAM::Role`.
    pub of: &'a str,
    /// What it is made of, where it says so rightly.
    pub properties: Option<&'a Map>,
    /// What its being there depends on.
    pub condition: Option<&'a Node>,
}

impl Resource<'_> {
    /// A property as it is written.
    pub(super) fn property(&self, name: &str) -> Option<&Node> {
        self.properties?.get(name).filter(|value| !value.is_null())
    }
}

impl<'a> Template<'a> {
    /// Takes a template apart, and names what is no resource among its resources.
    pub(super) fn read(node: &'a Node, found: &mut Diagnostics) -> Self {
        let section = |name: &str| node.as_map().and_then(|map| map.get(name));
        let macros = section("Transform").map(own_macros).unwrap_or_default();
        for (name, span) in macros {
            let message = format!(
                "the macro {name} rewrites this template when it is deployed; it is taken as it stands"
            );
            found.push(Diagnostic::warning(message).at(span));
        }
        let resources = section("Resources");
        let span = resources.map_or(node.span, |resources| resources.span);
        let entries = match resources.map(|resources| (resources.as_map(), resources)) {
            Some((Some(map), _)) => map.entries.as_slice(),
            Some((None, other)) => {
                let message =
                    format!("`Resources` is a mapping of IDs to resources, not {}", other.kind());
                found.push(
                    Diagnostic::warning(message)
                        .at(span)
                        .help("nothing of the template is taken over"),
                );
                &[]
            }
            None => {
                found.push(Diagnostic::warning("the template has no `Resources`").at(span));
                &[]
            }
        };
        let resources: Vec<_> = entries.iter().filter_map(|entry| resource(entry, found)).collect();
        let by_id = resources.iter().enumerate().map(|(at, resource)| (resource.id, at)).collect();
        Self {
            span,
            parameters: mappings_of(section("Parameters")),
            mappings: mappings_of(section("Mappings")),
            resources,
            by_id,
        }
    }

    /// The resource with a logical ID.
    pub(super) fn resource(&self, id: &str) -> Option<Resource<'a>> {
        self.by_id.get(id).map(|at| self.resources[*at])
    }
}

/// The macros of a template that are not AWS's own. Those of AWS leave the types that are taken over
/// as they are.
///
/// Source: documentation, "Transform section": `AWS::Serverless-2016-10-31`,
/// `AWS::LanguageExtensions`, `AWS::Include`, `AWS::CodeDeployBlueGreen`, `AWS::SecretsManager-…`.
fn own_macros(node: &Node) -> Vec<(String, Span)> {
    let name = |node: &Node| {
        let named = node.as_map().and_then(|map| map.get("Name")).unwrap_or(node);
        Some((format!("`{}`", named.as_str()?), named.span))
    };
    let all: Vec<_> = match &node.value {
        crate::document::Value::Seq(items) => items.iter().filter_map(name).collect(),
        _ => name(node).into_iter().collect(),
    };
    all.into_iter()
        .filter(|(name, _)| !name.starts_with("`AWS::") || name == "`AWS::Include`")
        .collect()
}

fn mappings_of(section: Option<&Node>) -> HashMap<&str, &Map> {
    let entries = section.and_then(Node::as_map).map_or(&[][..], |map| &map.entries);
    entries.iter().filter_map(|entry| Some((entry.key.as_str(), entry.value.as_map()?))).collect()
}

fn resource<'a>(entry: &'a Entry, found: &mut Diagnostics) -> Option<Resource<'a>> {
    let Entry { key: id, key_span: span, value } = entry;
    if id.starts_with("Fn::") {
        let message = format!("what `{id}` makes is not taken over");
        let help = "write the resources out that it makes, or import what was deployed with `import --live`";
        found.push(Diagnostic::warning(message).at(*span).help(help));
        return None;
    }
    let Some(of) = value.as_map().and_then(|map| map.get("Type")).and_then(Node::as_str) else {
        let message = format!("`{id}` is no resource: it has no `Type`");
        found.push(Diagnostic::warning(message).at(*span).help("it is not taken over"));
        return None;
    };
    let field = |name: &str| value.as_map()?.get(name).filter(|value| !value.is_null());
    let properties = field("Properties").and_then(Node::as_map);
    Some(Resource { id, span: *span, of, properties, condition: field("Condition") })
}
