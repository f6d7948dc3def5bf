use serde_json::json;

use super::*;
use crate::document::{Diagnostics, Sources, read_json};

/// The body with references, and what is said, for a body in JSON.
fn taken(section: &str, body: &serde_json::Value) -> (serde_json::Value, String, Haul) {
    let mut sources = Sources::default();
    let file = sources.add("task.json", body.to_string());
    let mut node = read_json(&sources, file, &mut Diagnostics::default()).unwrap();
    let mut haul = Haul::default();
    let is_answer = is_answer(&node);
    take(section, &mut node, is_answer, &mut haul);
    let said = haul.found.all.iter();
    let said = said
        .map(|one| format!("{}: {}", sources.slice(one.span.unwrap()), one.message))
        .collect::<Vec<_>>()
        .join("\n");
    (node.to_json(), said, haul)
}

#[track_caller]
fn becomes(section: &str, path: &[&str], text: &str, reference: &str) {
    let nest = |text: &str| {
        path.iter().rev().fold(json!(text), |inner, key| match *key {
            "[]" => json!([inner]),
            key => json!({key: inner}),
        })
    };
    assert_eq!(taken(section, &nest(text)).0, nest(reference), "{path:?}: {text}");
}

const IMAGE: [&str; 3] = ["containerDefinitions", "[]", "image"];
const VALUE: [&str; 5] = ["containerDefinitions", "[]", "environment", "[]", "value"];

#[test]
fn each_dialect_becomes_a_variable() {
    let task = "task_definitions";
    for (text, reference) in [
        ("{{x}}", "${var.x}"),
        ("{{ .Values.image.tag }}", "${var.image_tag}"),
        ("$APP_IMAGE", "${var.app_image}"),
        ("${ecr.url}/app:${TAG}", "${var.ecr_url}/app:${var.tag}"),
        (
            "<AWS_ACCOUNT_ID>.dkr.ecr.<AWS_REGION>.amazonaws.com/a",
            "${var.aws_account_id}.dkr.ecr.${var.aws_region}.amazonaws.com/a",
        ),
        (
            "$AWS_ACCOUNT_ID.dkr.ecr.us-east-1.amazonaws.com/a",
            "${var.aws_account_id}.dkr.ecr.us-east-1.amazonaws.com/a",
        ),
        (
            "ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com/a:latest",
            "${var.account_id}.dkr.ecr.${var.region}.amazonaws.com/a:latest",
        ),
        (
            "********9012.dkr.ecr.us-east-1.amazonaws.com/a",
            "${var.account_9012}.dkr.ecr.us-east-1.amazonaws.com/a",
        ),
        (
            "xxxxxxxxxxxx.dkr.ecr.us-east-1.amazonaws.com/a",
            "${var.account_id}.dkr.ecr.us-east-1.amazonaws.com/a",
        ),
        ("$$IMAGE$$", "${var.image}"),
        ("@@IMAGE@@:#{Version}", "${var.image}:${var.version}"),
        ("%REGISTRY%/a:__TAG__", "${var.registry}/a:${var.tag}"),
        ("IMAGE_URI", "${var.image_uri}"),
        ("YOUR_REGISTRY/app:1", "${var.your_registry}/app:1"),
        // References of a stack are what they are.
        (
            "${account}.dkr.ecr.${region}.amazonaws.com/${var.App}",
            "${account}.dkr.ecr.${region}.amazonaws.com/${var.app}",
        ),
    ] {
        becomes(task, &IMAGE, text, reference);
    }
    let arn = ["AssumeRolePolicyDocument", "Statement", "[]", "Principal", "AWS"];
    for (text, reference) in [
        ("arn:aws:iam::AWS_ACCOUNT_ID:root", "arn:aws:iam::${var.aws_account_id}:root"),
        (
            "arn:aws:iam::your-account-id:role/YOUR_ROLE",
            "arn:aws:iam::${var.your_account_id}:role/${var.your_role}",
        ),
        (
            "arn:aws:ssm:REGION:************:parameter/a/AWS_REGION",
            "arn:aws:ssm:${var.region}:${var.account_id}:parameter/a/AWS_REGION",
        ),
        (
            "arn:aws:iam::123456789012:user/${aws:username}-{{env}}",
            "arn:aws:iam::123456789012:user/${aws:username}-${var.env}",
        ),
    ] {
        becomes("roles", &arn, text, reference);
    }
}

#[test]
fn what_means_something_where_it_stands_is_left() {
    let task = "task_definitions";
    let leave = |section: &str, path: &[&str], text: &str| becomes(section, path, text, text);
    for text in [
        "nginx:latest",
        "app:$",
        "arn:aws:iam::aws:policy/X",
        "${aws:username}",
        "${env:X}",
        "$$X",
        "a{id}b",
        "arn:aws:logs:*:*:*",
    ] {
        leave(task, &IMAGE, text);
    }
    let container = ["containerDefinitions", "[]"];
    let at = |rest: &[&'static str]| [container.as_slice(), rest].concat();
    for text in [
        "echo $HOME ${PATH} <in >out %PATH% $$ YOUR_NAME",
        "docker ps --format '{{.ID}}'",
        "${region:-x}",
    ] {
        leave(task, &at(&["command", "[]"]), text);
        leave(task, &at(&["healthCheck", "command", "[]"]), text);
        leave(task, &at(&["dockerLabels", "a"]), text);
    }
    leave(
        task,
        &at(&["logConfiguration", "options", "awslogs-datetime-format"]),
        "%Y%MM% {{x}} __A_B__",
    );
    leave(task, &at(&["logConfiguration", "options", "tag"]), "{{.Name}}/${TAG}");
    for text in [
        "receivers:\n  otlp:\nexporters: { awsxray: { region: $AWS_REGION, x: {{y}} } }",
        "{\"agent\": {\"region\": \"${AWS_REGION}\"}}",
        "pa$$word<3",
        "S3cr$t",
        "$ecret",
        "https://example.com/%2Fa%20b",
        "<html></html>",
    ] {
        leave(task, &VALUE, text);
    }
    for text in ["/api/{id}/<id>/$metadata", "/a%2Fb*?", "__main__"] {
        leave("sampling_rules", &["URLPath"], text);
    }
    leave(
        "policies",
        &["PolicyDocument", "Statement", "[]", "Condition", "StringLike", "aws:x"],
        "${aws:PrincipalTag/team}*",
    );
    // Escaped, so that a stack has the shell's and not its own.
    becomes(task, &at(&["command", "[]"]), "{{x}} ${region}", "${var.x} $${region}");
}

#[test]
fn a_command_and_a_value_may_have_one_too() {
    let task = "task_definitions";
    becomes(
        task,
        &["containerDefinitions", "[]", "command", "[]"],
        "{{command}}",
        "${var.command}",
    );
    becomes(task, &VALUE, "redis://$REDIS_HOST:6379", "redis://${var.redis_host}:6379");
    becomes(task, &VALUE, "<your-aws-region>", "${var.your_aws_region}");
    becomes(task, &VALUE, "CHANGEME", "${var.changeme}");
    becomes(
        "sampling_rules",
        &["SamplingRule", "Host"],
        "${STAGE}.example.com",
        "${var.stage}.example.com",
    );
}

#[test]
fn a_variable_is_told_once_where_it_is_first() {
    let (_, said, haul) = taken(
        "task_definitions",
        &json!({
            "family": "a-${ENVIRONMENT}",
            "executionRoleArn": "arn:aws:iam::$ACCOUNT:role/{{environment}}",
            "taskRoleArn": "arn:aws:iam::<account>:role/b",
            "memory": "${MEMORY:-512}",
        }),
    );
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "$ACCOUNT: `$ACCOUNT` is the variable `account`; give it with `--var account=…`",
            "{{environment}}: `{{environment}}` is the variable `environment`; give it with `--var environment=…`",
            "${MEMORY:-512}: `${MEMORY:-512}` is the variable `memory`; its default is `512`"
        ]
    );
    assert_eq!(haul.variables.keys().collect::<Vec<_>>(), ["account", "environment", "memory"]);
    assert_eq!(haul.variables["memory"].default, Some(Value::String("512".into())));
}

#[test]
fn what_no_variable_can_hold_is_named() {
    let body = json!({"containerDefinitions": ["$ENVOY_JSON", {"secrets": "${secrets}", "cpu": "{{cpu}}"}]});
    let (after, said, _) = taken("task_definitions", &body);
    assert_eq!(after["containerDefinitions"][0], "$ENVOY_JSON");
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "\"$ENVOY_JSON\": `$ENVOY_JSON` stands for a whole document, which a variable cannot hold",
            "{{cpu}}: `{{cpu}}` is the variable `cpu`; give it with `--var cpu=…`",
            "\"${secrets}\": `${secrets}` stands for a whole document, which a variable cannot hold",
        ]
    );
    let (_, said, _) =
        taken("roles", &json!({"Condition": {"StringEquals": {"{{OIDC}}:aud": "sts"}}}));
    assert_eq!(
        said,
        "\"{{OIDC}}:aud\": the key `{{OIDC}}:aud` has the placeholder `{{OIDC}}` in it"
    );
}

#[test]
fn what_would_become_another_reference_stays() {
    for text in ["$${{x}}$", "${role.{{x}}.arn}", "$<X>"] {
        assert_eq!(taken("task_definitions", &json!({"family": text})).0["family"], text);
    }
}
