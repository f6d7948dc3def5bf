//! What a file is that holds nothing to import.

use super::haul::{Haul, NOT_TAKEN};
use crate::document::{Diagnostic, Map, Node, Severity, Span, Value};

/// Puts an error at the file, unless something was taken out of it or told about it. Where all that
/// is in there could not be taken over, the reasons are the errors.
pub(super) fn unless_said(
    before: (usize, usize, usize),
    span: Span,
    haul: &mut Haul,
    explain: impl FnOnce() -> Diagnostic,
) {
    let (taken, parts, said) = before;
    if (haul.taken.len(), haul.parts.len()) != (taken, parts) {
        return;
    }
    let said = &mut haul.found.all[said..];
    for problem in said.iter_mut().filter(|problem| problem.message.contains(NOT_TAKEN)) {
        problem.severity = Severity::Error;
    }
    if !said.iter().any(|problem| problem.severity == Severity::Error) {
        haul.found.push(explain().at(Span::new(span.file, span.start, span.start)));
    }
}

/// What import knows, for who brought something else.
const KNOWN: &str = "import reads the AWS CLI's documents for what a stack has sections for, \
                     CloudFormation templates, and Terraform's state and files";

/// What can be imported, for who brought a sort of file that is known and has none of it.
const KEPT: &str =
    "sampling rules, task definitions, roles and policies are what can be imported from there";

/// Terraform files without any of the resources that are known here.
pub(super) fn module() -> Diagnostic {
    Diagnostic::error("these Terraform files declare nothing that tracewright keeps").help(KEPT)
}

/// What a document is, in words.
pub(super) fn explain(document: &Node) -> Diagnostic {
    let Some(map) = document.as_map() else {
        let first = match &document.value {
            Value::Seq(items) => items.first(),
            _ => None,
        };
        if first.and_then(Node::as_map).is_some_and(|map| has(map, "Effect")) {
            return statement();
        }
        let what = match &document.value {
            Value::Seq(items) if items.is_empty() => "an empty list",
            Value::Seq(_) => "a list of something that is not known here",
            Value::Null => "`null`",
            _ => document.kind(),
        };
        return Diagnostic::error(format!("{what} is nothing to import")).help(KNOWN);
    };
    if has(map, "Effect") {
        return statement();
    }
    let known = WORDS.iter().find(|(keys, ..)| keys.iter().all(|key| has(map, key)));
    if let Some((_, what, way_out)) = known {
        return Diagnostic::error(*what).help(*way_out);
    }
    let keys: Vec<_> = map.entries.iter().map(|entry| entry.key.as_str()).take(4).collect();
    let message = match keys.as_slice() {
        [] => "the document is empty".to_owned(),
        keys => format!("nothing is known here that has {}", keys.join(", ")),
    };
    Diagnostic::error(message).help(KNOWN)
}

fn statement() -> Diagnostic {
    Diagnostic::error("statements alone are no policy document")
        .help("put them into one: `{ \"Version\": \"2012-10-17\", \"Statement\": [ … ] }`")
}

fn has(map: &Map, key: &str) -> bool {
    map.get(key).is_some()
}

/// What has these keys, what it is, and the way out.
static WORDS: [(&[&str], &str, &str); 26] = [
    (
        &["SamplingRuleRecords"],
        "the answer has no sampling rules in it",
        "`aws xray get-sampling-rules` shows those of one region: is it the right one?",
    ),
    (
        &["RoleDetailList"],
        "no roles or policies of the account's own are in here",
        "what AWS's services have made, and the policies that are AWS's, are left out",
    ),
    (
        &["Roles"],
        "no roles of the account's own are in here",
        "what AWS's services have made is left out",
    ),
    (
        &["Policies"],
        "list-policies does not show what policies allow",
        "bring the answers of get-policy-version, or import with `--live --match NAME`",
    ),
    (
        &["Versions"],
        "list-policy-versions does not show what a policy allows",
        "bring the answer of get-policy-version, or import with `--live --match NAME`",
    ),
    (&["UserName", "PolicyName"], "this is a user's policy, and users are not kept here", KNOWN),
    (&["GroupName", "PolicyName"], "this is a group's policy, and groups are not kept here", KNOWN),
    (&["GroupName"], "groups of IAM are not kept here", KNOWN),
    (
        &["rules", "version"],
        "these are sampling rules that an X-Ray SDK keeps in the application, not X-Ray's own",
        "a rule of X-Ray's has a Priority; fixed_target is its ReservoirSize, and rate its FixedRate",
    ),
    (
        &["default", "version"],
        "these are sampling rules that an X-Ray SDK keeps in the application, not X-Ray's own",
        "its default is `default_sampling: { FixedRate: rate, ReservoirSize: fixed_target }`",
    ),
    (
        &["receivers"],
        "this is a collector's configuration, which is no resource of AWS",
        "a task definition brings it along: in AOT_CONFIG_CONTENT, or from an SSM parameter",
    ),
    (
        &["exporters"],
        "this is a collector's configuration, which is no resource of AWS",
        "a task definition brings it along: in AOT_CONFIG_CONTENT, or from an SSM parameter",
    ),
    (
        &["services"],
        "this is a Compose file, which is no document of AWS's",
        "import the task definition: `aws ecs describe-task-definition --task-definition NAME`",
    ),
    (
        &["SamplingTargetDocuments"],
        "get-sampling-targets shows what a client may sample in the next seconds, and no rules",
        "bring the answer of get-sampling-rules, or import with `--live --match NAME`",
    ),
    (&["jobs"], "this is a workflow, which is no resource of AWS", KNOWN),
    (&["stack"], "this is a stack file", "name it with `--out` to add to it"),
    (
        &["taskDefinitionArns"],
        "list-task-definitions shows names only",
        "bring the answer of describe-task-definition, or import with `--live --match NAME`",
    ),
    (
        &["families"],
        "list-task-definition-families shows names only",
        "bring the answer of describe-task-definition, or import with `--live --match NAME`",
    ),
    (
        &["Policy"],
        "get-policy does not show what a policy allows",
        "bring the answer of get-policy-version instead, in a file of the policy's name, or import with `--live --match NAME`",
    ),
    (
        &["AttachedPolicies"],
        "list-attached-role-policies does not say of which role",
        "import the role with `--live --match NAME`",
    ),
    (
        &["PolicyNames"],
        "list-role-policies does not say of which role, nor what they allow",
        "import the role with `--live --match NAME`",
    ),
    (
        &["resource"],
        "this is Terraform in JSON, which is not read",
        "bring the output of `terraform show -json`",
    ),
    (&["Resources"], "the template has no resources that are known here", KEPT),
    (
        &["terraform_version"],
        "this state or plan of Terraform's has nothing that tracewright keeps",
        KEPT,
    ),
    (&["format_version"], "this state of Terraform's has no resources", KEPT),
    (
        &["$schema"],
        "this is a JSON Schema, or a file that follows one that is not known here",
        KNOWN,
    ),
];
