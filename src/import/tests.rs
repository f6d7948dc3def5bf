//! Files of several sorts, from their text to what a stack is to have.

use serde_json::Value as Json;

use super::{Draft, Input, Wishes, compose, read};
use crate::document::{Severity, Sources};
use crate::stack::Unreadable;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;

/// What these files give, and what is said of it, a line each.
fn import(files: &[(&str, &str)]) -> (Draft, Vec<String>) {
    let mut sources = Sources::default();
    let input = |(path, text): &(&str, &str)| {
        let file = sources.add(*path, *text);
        Input { file, called: path.replace('.', "-"), path: None }
    };
    let inputs: Vec<_> = files.iter().map(input).collect();
    let mut nothing = |_: &str, _: &str| {
        Err(Unreadable { message: "is not there".to_owned(), hint: String::new() })
    };
    let (haul, roots) = read(&inputs, &mut sources, &mut nothing);
    let draft = compose(haul, &roots, &Wishes { inline: true, ..Wishes::default() }, false);
    let said = draft.found.all.iter().map(|one| {
        let place = one.span.map_or_else(String::new, |span| sources.place(span));
        let severity = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        format!("{severity}: {place} {}", one.message)
    });
    let said = said.collect();
    (draft, said)
}

fn keys(draft: &Draft) -> Vec<String> {
    draft.resources.iter().map(|one| format!("{}.{}", one.section, one.key)).collect()
}

fn body(draft: &Draft, key: &str) -> Json {
    let one = draft.resources.iter().find(|one| one.key == key);
    one.unwrap_or_else(|| panic!("no {key} in {:?}", keys(draft))).body.to_json()
}

fn state(resources: &[Json]) -> String {
    let resources: Vec<_> = resources
        .iter()
        .map(|one| serde_json::json!({"type": one[0], "address": one[0], "values": one[1]}))
        .collect();
    serde_json::json!({"values": {"root_module": {"resources": resources}}}).to_string()
}

/// One resource that AWS would refuse takes nothing else of its file with it.
#[test]
fn what_a_stack_cannot_have_is_left_out_of_a_state() {
    let text = state(&[
        serde_json::json!(["aws_iam_role", {"name": "kept", "assume_role_policy": TRUST}]),
        serde_json::json!(["aws_iam_role", {"name": "a role", "assume_role_policy": TRUST}]),
        serde_json::json!(["aws_iam_role_policy_attachment",
            {"role": "elsewhere", "policy_arn": "arn:aws:iam::aws:policy/A"}]),
    ]);
    let (draft, said) = import(&[("state.json", &text)]);
    assert_eq!(keys(&draft), ["roles.kept"]);
    insta::assert_snapshot!(said.join("\n"), @r#"
    note: state.json:1 Terraform leaves alone what others attach to a role; a stack takes off what it does not name
    note:  no ARN in here says which account this is: it is a variable
    note:  no ARN in here says which region this is: it is a variable
    warning: state.json:1 `arn:aws:iam::aws:policy/A` is not taken over: this belongs to the role "elsewhere", which is not among the files
    warning: state.json:1 `roles."a role"` is not taken over: the name of a role has a character that IAM does not take, ' '
    "#);
}

#[test]
fn what_a_stack_cannot_have_is_an_error_where_nothing_else_is_there() {
    let alone = state(&[
        serde_json::json!(["aws_iam_role", {"name": "a role", "assume_role_policy": TRUST}]),
    ]);
    let attachment = r#"{"RoleName": "elsewhere", "PolicyArn": "arn:aws:iam::aws:policy/A"}"#;
    let rule =
        r#"{"SamplingRule": {"RuleName": "r", "Priority": 1, "FixedRate": 0, "ReservoirSize": 0}}"#;
    let (_, said) =
        import(&[("state.json", &alone), ("attach.json", attachment), ("r.json", rule)]);
    let errors: Vec<_> = said.iter().filter(|said| said.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 2, "{said:?}");
    assert_eq!(errors.len(), said.len(), "nothing but what stands in the way: {said:?}");
}

/// A stack whose references lead nowhere cannot be read.
#[test]
fn what_others_refer_to_is_not_left_out() {
    let template = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: a role\n      \
        AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}]}\n  \
        Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      Family: task\n      TaskRoleArn: !GetAtt Role.Arn\n      \
        ContainerDefinitions: [{Name: a, Image: i, Memory: 64}]\n";
    let (_, said) = import(&[("template.yaml", template)]);
    assert!(said.iter().any(|said| said.starts_with("error: template.yaml:2")), "{said:?}");
}

#[test]
fn the_policies_of_a_role_come_together_from_many_places() {
    let policy = |action: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": {action}, "Resource": "*"}}}}"#
        )
    };
    let template = format!(
        r#"{{"Resources": {{"Role": {{"Type": "AWS::IAM::Role", "Properties": {{"RoleName": "app",
        "AssumeRolePolicyDocument": {TRUST}, "ManagedPolicyArns": ["arn:aws:iam::aws:policy/A"],
        "Policies": [{{"PolicyName": "one", "PolicyDocument": {one}}}, {{"PolicyName": "two", "PolicyDocument": {one}}}]}}}}}}}}"#,
        one = policy("\"s3:GetObject\""),
    );
    let attached = r#"{"RoleName": "app", "PolicyArn": "arn:aws:iam::aws:policy/A"}"#;
    let put = |name: &str, action: &str| {
        format!(
            r#"{{"RoleName": "APP", "PolicyName": "{name}", "PolicyDocument": {}}}"#,
            policy(action)
        )
    };
    let (draft, said) = import(&[
        ("template.json", &template),
        ("attached.json", attached),
        ("same.json", &put("one", "[\"s3:getobject\"]")),
        ("other.json", &put("two", "\"s3:PutObject\"")),
    ]);
    let role = body(&draft, "app");
    assert_eq!(role["ManagedPolicies"], serde_json::json!(["arn:aws:iam::aws:policy/A"]));
    assert_eq!(role["InlinePolicies"]["two"]["Statement"]["Action"], "s3:PutObject");
    let differs: Vec<_> = said.iter().filter(|said| said.contains("two policies")).collect();
    assert_eq!(
        differs,
        [
            "warning: other.json:1 the role `app` has two policies called `two`, and they differ: this one is taken"
        ]
    );
}

/// Roles of other accounts in a trust policy do not say whose the role is.
#[test]
fn the_account_is_that_of_the_resources_themselves() {
    let trust = TRUST.replace(
        r#"{"Service": "ecs-tasks.amazonaws.com"}"#,
        r#"{"AWS": "arn:aws:iam::999999999999:root"}"#,
    );
    let role = |arn: &str| serde_json::json!(["aws_iam_role", {"name": arn.rsplit('/').next(), "arn": arn, "assume_role_policy": trust}]);
    let (draft, _) = import(&[("s.json", &state(&[role("arn:aws:iam::111122223333:role/app")]))]);
    assert_eq!(draft.account, "111122223333");
    let answer = format!(
        r#"{{"Role": {{"RoleName": "app", "Arn": "arn:aws:iam::111122223333:role/app", "AssumeRolePolicyDocument": {trust}}}}}"#
    );
    assert_eq!(import(&[("get-role.json", &answer)]).0.account, "111122223333");

    let both = [role("arn:aws:iam::111122223333:role/a"), role("arn:aws:iam::444455556666:role/b")];
    let (draft, said) = import(&[("s.json", &state(&both))]);
    assert_eq!(draft.account, "${var.account}");
    assert!(
        said.iter().any(|said| said.starts_with(
            "warning:  these resources are of more than one account (111122223333, 444455556666)"
        )),
        "{said:?}"
    );
}

/// One of a file's own may be of that name, with a default that is about something else.
#[test]
fn the_region_is_to_be_given_where_nothing_says_it() {
    let tf = "variable \"region\" { default = \"us-east-1\" }\nresource \"aws_ecs_task_definition\" \"a\" {\n  \
        family = \"a\"\n  container_definitions = jsonencode([{name = \"a\", image = \"x\", memory = 64, \
        environment = [{name = \"BUCKET_REGION\", value = var.region}]}])\n}\n";
    let (draft, _) = import(&[("main.tf", tf)]);
    assert_eq!(draft.region, "${var.region}");
    assert_eq!(draft.variables["region"].default, None);
}

/// A template, JSON files and Terraform in one go: what has one name and two meanings stays apart.
#[test]
fn variables_of_several_files_are_shared_only_where_they_mean_the_same() {
    let template = |default: &str| {
        format!(
            "Parameters: {{Rate: {{Type: Number, Default: {default}}}}}\nResources:\n  R{}:\n    Type: AWS::XRay::SamplingRule\n    \
            Properties: {{SamplingRule: {{RuleName: r{0}, Priority: 1, ReservoirSize: 0, FixedRate: !Ref Rate, Version: 1}}}}\n",
            default.replace('.', "")
        )
    };
    let tf = "variable \"rate\" { default = 0.5 }\nresource \"aws_xray_sampling_rule\" \"a\" {\n  rule_name = \"tf\"\n  \
        priority = 2\n  reservoir_size = 0\n  fixed_rate = var.rate\n  version = 1\n  service_name = \"*\"\n  service_type = \"*\"\n  \
        host = \"*\"\n  http_method = \"*\"\n  url_path = \"*\"\n  resource_arn = \"*\"\n}\n";
    let (draft, said) = import(&[
        ("a.yaml", &template("0.1")),
        ("b.yaml", &template("0.1")),
        ("c.yaml", &template("0.2")),
        ("main.tf", tf),
    ]);
    assert_eq!(keys(&draft), ["sampling_rules.r01", "sampling_rules.r02", "sampling_rules.tf"]);
    assert_eq!(body(&draft, "r01")["FixedRate"], "${var.rate}");
    assert_eq!(body(&draft, "r02")["FixedRate"], "${var.rate_2}");
    assert_eq!(body(&draft, "tf")["FixedRate"], "${var.rate_3}");
    assert!(said.iter().any(|said| said.contains("other values than")), "{said:?}");
}

#[test]
fn states_with_nothing_in_them_are_told() {
    let told = |text: &str| import(&[("state.json", text)]).1.join("\n");
    let bucket = state(&[serde_json::json!(["aws_s3_bucket", {"bucket": "b"}])]);
    assert!(told(&bucket).contains("nothing is known here that has values"), "{}", told(&bucket));
    let versioned = bucket.replacen('{', r#"{"terraform_version": "1.9.5","#, 1);
    assert!(told(&versioned).contains("has nothing that tracewright keeps"));
    assert!(told(r#"{"format_version": "1.0"}"#).contains("has no resources"));
}
