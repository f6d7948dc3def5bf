//! Names that ECS takes. In the files of many people a placeholder stands in the place of one, which
//! AWS refuses without saying where.

use super::spec::{FAMILY, ROLES};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};

/// Complains about names that ECS refuses.
pub(in crate::kinds) fn check(map: &Map, found: &mut Diagnostics) {
    check_name(map.get(FAMILY), "the family's name", found);
    for (list, what) in
        [("containerDefinitions", "a container's name"), ("volumes", "a volume's name")]
    {
        let Some(Value::Seq(items)) = map.get(list).map(|node| &node.value) else { continue };
        for item in items.iter().filter_map(Node::as_map) {
            check_name(item.get("name"), what, found);
        }
    }
    for field in ROLES {
        check_role(field, map.get(field), found);
    }
}

/// What is asked of ECS by a family with a colon in it is a revision of another family.
///
/// Source: service model, `family`, `ContainerDefinition.name` and `Volume.name`: "Up to 255 letters
/// (uppercase and lowercase), numbers, underscores, and hyphens are allowed."
fn check_name(node: Option<&Node>, what: &str, found: &mut Diagnostics) {
    let Some((node, name)) = node.and_then(|node| Some((node, node.as_str()?))) else { return };
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=255).contains(&name.len()) && name.chars().all(allowed) {
        return;
    }
    let message = format!("{what} is {}; AWS does not take that", node.shown());
    let help =
        "it has 1 to 255 letters, digits, `-` and `_`; for a placeholder write `${var.NAME}`";
    found.push(Diagnostic::error(message).at(node.span).help(help));
}

/// Source: service model, `taskRoleArn`: "the short name or full ARN"; of anything else AWS says
/// "Role is not valid" (recordings). An empty one is none, and is not sent: the AWS CLI's skeletons
/// have it so.
fn check_role(field: &str, node: Option<&Node>, found: &mut Diagnostics) {
    let Some((node, role)) = node.and_then(|node| Some((node, node.as_str()?))) else { return };
    if role.is_empty() || is_role(role) {
        return;
    }
    let message = format!("`{field}` is {}, which is no role's name or ARN", node.shown());
    let help = "name a role of the stack by `${role.KEY.arn}`, and another one by its name or by \
                `arn:aws:iam::${account}:role/NAME`";
    found.push(Diagnostic::error(message).at(node.span).help(help));
}

fn is_role(text: &str) -> bool {
    if !text.starts_with("arn:") {
        return is_role_name(text);
    }
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let [_, partition, "iam", "", account, resource] = parts.as_slice() else { return false };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let name = resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    partition.starts_with("aws") && is_account && name.is_some_and(is_role_name)
}

/// Source: service model of IAM, `roleNameType`.
fn is_role_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Sources, read_json};

    fn said(text: &str) -> Vec<String> {
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let file = sources.add("task.json", text);
        let node = read_json(&sources, file, &mut found).unwrap();
        check(node.as_map().unwrap(), &mut found);
        found.all.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn names_are_those_that_aws_takes() {
        for fine in [
            r#"{"family": "a-b_C1", "containerDefinitions": [{"name": "x"}], "volumes": [{"name": "y"}]}"#,
            r#"{"taskRoleArn": ""}"#,
            r#"{"taskRoleArn": "ecsTaskRole", "executionRoleArn": "arn:aws:iam::123456789012:role/a/b"}"#,
            r#"{"taskRoleArn": "arn:aws-cn:iam::123456789012:role/a+b=c,d.e@f", "executionRoleArn": null}"#,
        ] {
            assert_eq!(said(fine), [""; 0], "{fine}");
        }
        for (bad, what) in [
            (r#"{"family": "forms-${environment}"}"#, "the family's name is"),
            (r#"{"containerDefinitions": [{"name": "<your-image>"}]}"#, "a container's name is"),
            (r#"{"volumes": [{"name": "a b"}]}"#, "a volume's name is"),
            (r#"{"taskRoleArn": "{{ecsTaskRoleArn}}"}"#, "no role's name or ARN"),
            (r#"{"taskRoleArn": "arn:aws:iam::$AWS_ACCOUNT_ID:role/x"}"#, "no role's name or ARN"),
            (
                r#"{"executionRoleArn": "arn:aws:iam::123456789012:user/x"}"#,
                "`executionRoleArn` is",
            ),
        ] {
            let said = said(bad);
            assert!(said.len() == 1 && said[0].contains(what), "{bad}: {said:?}");
        }
    }
}
