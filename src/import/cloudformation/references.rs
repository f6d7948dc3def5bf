//! `Ref` and `Fn::GetAtt`.

use super::values::{Computed, Unknown, Values, scalar_text};
use crate::document::{Diagnostic, Map, Node, Span, Value};
use crate::import::haul::{fitting, reference};
use crate::import::variables::Wish;
use crate::stack::escaped;

/// The section of a type whose resources have an ARN that can be referred to, the word of the
/// reference, and the attribute that has it.
///
/// Source: documentation of each type, "Return values". `Ref` gives the ARN of all but a role.
const WITH_ARN: [(&str, &str, &str); 3] = [
    ("AWS::IAM::Role", "role", "Arn"),
    ("AWS::IAM::ManagedPolicy", "policy", "PolicyArn"),
    ("AWS::XRay::SamplingRule", "sampling_rule", "RuleARN"),
];

/// Types whose `Ref` is the name that a property gives them.
///
/// Source: documentation of each type, "Return values".
const REF_IS_NAME: [&str; 9] = [
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::Events::EventBus",
    "AWS::IAM::Role",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SSM::Parameter",
];

/// The property with the name, and how long it may be where it is a key in the stack file.
///
/// Source: CloudFormation's schemas of the types; service models of IAM, X-Ray and ECS.
fn naming(of: &str) -> Option<(&'static [&'static [&'static str]], usize)> {
    Some(match of {
        "AWS::DynamoDB::Table" => (&[&["TableName"]], 255),
        "AWS::ECR::Repository" => (&[&["RepositoryName"]], 256),
        "AWS::ECS::Cluster" => (&[&["ClusterName"]], 255),
        "AWS::ECS::TaskDefinition" => (&[&["Family"]], 255),
        "AWS::Events::EventBus" | "AWS::Kinesis::Stream" | "AWS::SSM::Parameter" => {
            (&[&["Name"]], 2048)
        }
        "AWS::IAM::ManagedPolicy" => (&[&["ManagedPolicyName"]], 128),
        "AWS::IAM::Role" => (&[&["RoleName"]], 64),
        "AWS::Logs::LogGroup" => (&[&["LogGroupName"]], 512),
        "AWS::S3::Bucket" => (&[&["BucketName"]], 63),
        "AWS::XRay::SamplingRule" => (
            &[
                &["SamplingRule", "RuleName"],
                &["SamplingRuleRecord", "SamplingRule", "RuleName"],
                &["SamplingRuleUpdate", "RuleName"],
                &["RuleName"],
            ],
            32,
        ),
        _ => return None,
    })
}

impl Values<'_> {
    /// What `Ref` gives.
    pub(super) fn reference(&mut self, name: &str, span: Span) -> Computed {
        if name.starts_with("AWS::") {
            return self.pseudo(name, span);
        }
        if let Some(parameter) = self.template.parameters.get(name) {
            return self.parameter(name, parameter, span).map(Some);
        }
        let Some(resource) = self.template.resource(name) else {
            let what = format!("`{name}`, which is not in the template,");
            return Ok(Some(self.outside(&what, name, span)));
        };
        let is_role = resource.of == "AWS::IAM::Role";
        if !is_role && let Some(arn) = self.arn(resource.of, name, None, span) {
            return Ok(Some(arn));
        }
        let known = match self.given_name(name)? {
            None if is_role && !self.lost.contains(name) => {
                Some(Node::new(span, Value::String(self.key(name)?)))
            }
            given => given.filter(|_| REF_IS_NAME.contains(&resource.of)),
        };
        match known {
            Some(known) => self.repeated(&known, span).map(Some),
            None => Ok(Some(self.outside(&format!("`{name}` ({})", resource.of), name, span))),
        }
    }

    /// What `Fn::GetAtt` gives.
    pub(super) fn attribute(&mut self, name: &str, attribute: &str, span: Span) -> Node {
        let of = self.template.resource(name).map(|resource| resource.of);
        if let Some(of) = of
            && let Some(arn) = self.arn(of, name, Some(attribute), span)
        {
            return arn;
        }
        let what = match of {
            Some(of) => format!("`{attribute}` of `{name}` ({of})"),
            None => format!("`{attribute}` of `{name}`, which is not in the template,"),
        };
        self.outside(&what, &format!("{name}_{attribute}"), span)
    }

    /// The reference to a resource's ARN, if it is taken over.
    fn arn(&mut self, of: &str, id: &str, attribute: Option<&str>, span: Span) -> Option<Node> {
        let (_, word, own) = WITH_ARN.iter().find(|(known, ..)| *known == of)?;
        if self.lost.contains(id) || attribute.is_some_and(|attribute| attribute != *own) {
            return None;
        }
        let key = self.key(id).ok()?;
        Some(reference(span, format!("${{{word}.{key}.arn}}")))
    }

    /// The key of a resource in the stack file: its name where that is a plain text, else its
    /// logical ID.
    pub(super) fn key(&mut self, id: &str) -> Result<String, Box<Unknown>> {
        let given = self.given_name(id)?.filter(|name| !name.interpolated);
        if let Some(name) = given.as_ref().and_then(Node::as_str) {
            return Ok(name.to_owned());
        }
        let of = self.template.resource(id).map_or("", |resource| resource.of);
        Ok(fitting(id, naming(of).map_or(usize::MAX, |(_, longest)| longest)))
    }

    /// The name that a resource is given by a property of its own.
    pub(super) fn given_name(&mut self, id: &str) -> Result<Option<Node>, Box<Unknown>> {
        let Some(resource) = self.template.resource(id) else { return Ok(None) };
        if let Some(known) = self.names.get(resource.id) {
            return Ok(known.clone());
        }
        let Some((paths, _)) = naming(resource.of) else { return Ok(None) };
        // A name that refers to itself has none while it is asked for.
        self.names.insert(resource.id, None);
        let at = |path: &&[&'static str]| {
            let (first, rest) = path.split_first()?;
            let step = |node: &'_ Node, key: &&str| node.as_map()?.get(key).cloned();
            let start = resource.property(first)?.clone();
            rest.iter().try_fold(start, |node, key| step(&node, key))
        };
        let written = paths.iter().find_map(at);
        let computed = match &written {
            Some(written) => self.named("name", written)?,
            None => None,
        };
        let text = computed.and_then(|name| Some((scalar_text(&name)?, name)));
        let name = text
            .map(|(text, name)| Node { value: Value::String(text), spelling: None, ..name })
            .filter(is_name);
        self.names.insert(resource.id, name.clone());
        Ok(name)
    }

    fn pseudo(&mut self, name: &str, span: Span) -> Computed {
        let text = |text: &str| Ok(Some(Node::new(span, Value::String(text.to_owned()))));
        match name {
            "AWS::NoValue" => Ok(None),
            "AWS::AccountId" => Ok(Some(reference(span, "${account}"))),
            "AWS::Region" => Ok(Some(reference(span, "${region}"))),
            "AWS::Partition" => {
                self.tell_once("`AWS::Partition` is taken for `aws`", span);
                text("aws")
            }
            "AWS::URLSuffix" => {
                self.tell_once("`AWS::URLSuffix` is taken for `amazonaws.com`", span);
                text("amazonaws.com")
            }
            "AWS::NotificationARNs" => Err(Unknown::outside(
                "`AWS::NotificationARNs` is the stack's",
                span,
                "notification_arns",
            )),
            _ => {
                let hint = name.trim_start_matches("AWS::");
                Ok(Some(self.outside(&format!("`{name}`"), hint, span)))
            }
        }
    }

    /// A variable for what the template does not say.
    fn outside(&mut self, what: &str, hint: &str, span: Span) -> Node {
        let note = Diagnostic::note(format!("{what} is known to CloudFormation only")).at(span);
        let (source, default) = (what.to_owned(), None);
        self.variable(span, Wish { source, hint, default, shared: false, note: Some(note) })
    }

    /// A parameter: a variable with its default, or a list, which no variable can be.
    ///
    /// Source: documentation, "Parameters": the types, and that `NoEcho` ones are masked.
    fn parameter(&mut self, name: &str, parameter: &Map, span: Span) -> Result<Node, Box<Unknown>> {
        let text = |field: &str| parameter.get(field).and_then(scalar_text);
        let of = text("Type").unwrap_or_default();
        let looked_up = of.starts_with("AWS::SSM::Parameter::Value<");
        let is_masked = text("NoEcho").is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let default = text("Default").filter(|text| {
            // A default is no place for a reference.
            !looked_up && !is_masked && !text.contains("{{resolve:") && escaped(text) == *text
        });
        if of.contains("List<") || of == "CommaDelimitedList" || of.contains("<CommaDelimitedList>")
        {
            return self.list_parameter(name, default, span);
        }
        let note = match parameter.get("Default").filter(|_| default.is_none()) {
            Some(given) if looked_up => {
                let message = format!(
                    "the default of `{name}` names a parameter of SSM, whose value is not known here"
                );
                Some(Diagnostic::note(message).at(given.span))
            }
            Some(given) => Some(
                Diagnostic::note(format!("the default of `{name}` is left out")).at(given.span),
            ),
            None => None,
        };
        let number = |text: &str| serde_json::from_str(text).ok().map(Value::Number);
        let default = default.map(|text| match of.as_str() {
            "Number" => number(&text).unwrap_or(Value::String(text)),
            _ => Value::String(text),
        });
        let wish =
            Wish { source: format!("parameter {name}"), hint: name, default, shared: true, note };
        Ok(self.variable(span, wish))
    }

    /// Source: documentation, "CommaDelimitedList": "each member string is space trimmed".
    fn list_parameter(
        &mut self,
        name: &str,
        default: Option<String>,
        span: Span,
    ) -> Result<Node, Box<Unknown>> {
        let Some(default) = default else {
            return Err(Unknown::outside(
                format!("the parameter `{name}` is a list, which no variable can be"),
                span,
                name,
            ));
        };
        let message = format!(
            "the parameter `{name}` is a list, which no variable can be; its default stands here"
        );
        self.found.push(Diagnostic::note(message).at(span));
        let items =
            default.split(',').map(|item| Node::new(span, Value::String(item.trim().to_owned())));
        let list =
            Node::new(span, Value::Seq(items.filter(|item| item.as_str() != Some("")).collect()));
        self.repeated(&list, span)
    }
}

/// Whether this may be a name: AWS's have at most 2048 characters, and names refer to no resource.
fn is_name(node: &Node) -> bool {
    let refers = |text: &str| node.interpolated && text.contains(".arn}");
    node.as_str().is_some_and(|text| !text.is_empty() && text.len() <= 2048 && !refers(text))
}
