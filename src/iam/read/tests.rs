use serde_json::json;

use super::*;
use crate::document::read_yaml;

/// What is said about a document: a line each, with the text it is about.
fn said(text: &str, of: Use) -> (Option<Json>, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add("policy.yaml", text);
    let mut found = Diagnostics::default();
    let node = read_yaml(&sources, file, &mut found).expect("YAML");
    let policy = read(&node, of, "Policy", &mut found);
    assert_eq!(policy.is_none(), found.has_errors(), "{found:?}");
    let line = |problem: Diagnostic| {
        let sign = if problem.severity == Severity::Error { '!' } else { '?' };
        let about = sources.slice(problem.span.unwrap()).lines().next().unwrap_or_default();
        let about = about.chars().take(20).collect::<String>();
        format!("{sign} {} [{about}] {}", problem.message, problem.help.join("; "))
    };
    (policy, found.all.into_iter().map(line).collect())
}

/// What is said about the statement of an otherwise sound policy.
fn about(statement: &str, of: Use) -> Vec<String> {
    said(&format!("{{ Version: '2012-10-17', Statement: {statement} }}"), of).1
}

#[track_caller]
fn complains(statement: &str, of: Use, words: &[&str]) {
    let said = about(statement, of);
    assert_eq!(said.len(), words.len(), "{said:#?}");
    for (said, words) in said.iter().zip(words) {
        for words in words.split(" .. ") {
            assert!(said.contains(words), "no {words:?} in {said:?}");
        }
    }
}

const IDENTITY: &str = "Effect: Allow, Action: 's3:GetObject', Resource: '*'";
const TRUST: &str =
    "Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: 'sts:AssumeRole'";

#[test]
fn a_sound_policy_is_read_as_it_stands() {
    let text = "Version: 2012-10-17\nId: mine\nStatement:\n- Sid: ''\n  Effect: Allow\n  \
                Action: ['S3:Get*', '*']\n  Resource: ['arn:aws:s3:::x/${aws:username}', '*']\n  \
                Condition:\n    ForAnyValue:StringLikeIfExists: { aws:TagKeys: [a, b] }\n    \
                NumericLessThan: { 's3:max-keys': 10 }\n    Bool: { aws:SecureTransport: true }\n\
                - { Sid: '', Effect: Deny, NotAction: 'iam:*', NotResource: '*' }\n";
    let (policy, said) = said(text, Use::Identity);
    assert_eq!(said, Vec::<String>::new());
    let policy = policy.unwrap();
    assert_eq!(policy["Statement"][0]["Action"], json!(["S3:Get*", "*"]));
    assert_eq!(policy["Statement"][0]["Condition"]["NumericLessThan"]["s3:max-keys"], json!(10));
}

#[test]
fn what_is_null_is_left_out() {
    let (policy, said) = said(&format!("Statement: {{ {IDENTITY}, Sid: null }}"), Use::Identity);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(policy.unwrap()["Statement"].get("Sid"), None);
}

#[test]
fn slips_in_the_names_of_elements_are_said_once() {
    let policy = format!("{{ Version: '2012-10-17', Statment: {{ {IDENTITY} }} }}");
    let (_, said) = said(&policy, Use::Identity);
    assert_eq!(said, ["! `Policy` has no `Statment` [Statment] did you mean `Statement`?"]);
    complains(
        "{ Effct: Allow, action: 's3:GetObject', Resources: '*' }",
        Use::Identity,
        &["no `Effct` .. `Effect`?", "no `action` .. `Action`?", "no `Resources` .. `Resource`?"],
    );
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    complains(
        "{ Sid: A }",
        Use::Identity,
        &["statement 1 of `Policy` needs `Effect`", "needs `Action`", "needs `Resource`"],
    );
    complains("{ Effect: Allow, Action: 'sts:AssumeRole' }", Use::Trust, &["needs `Principal`"]);
    complains(&format!("{{ {IDENTITY}, NotAction: 's3:*' }}"), Use::Identity, &["both `Action`"]);
    complains("[]", Use::Identity, &["! `Policy` has no statement"]);
    complains("[x]", Use::Identity, &["statement 1 of `Policy` is an object, not a string"]);
    let (_, said) = said("Version: 2012-10-17", Use::Trust);
    assert_eq!(said[0], "! `Policy` needs `Statement` [] ");
}

#[test]
fn each_use_has_its_own_elements() {
    let principal = "{ AWS: '123456789012' }";
    complains(
        &format!("{{ {IDENTITY}, Principal: {principal} }}"),
        Use::Identity,
        &["no `Principal` .. `AssumeRolePolicyDocument`"],
    );
    complains(&format!("{{ {TRUST}, Resource: '*' }}"), Use::Trust, &["no `Resource`"]);
    // The policy that many a bootcamp repository has: a trust policy and permissions in one.
    complains(
        &format!(
            "[{{ {TRUST} }}, {{ Effect: Allow, Action: ['ssm:GetParameter'], Resource: '*' }}]"
        ),
        Use::Trust,
        &["actions of STS only", "no `Resource`", "statement 2 of `Policy` needs `Principal`"],
    );
}

#[test]
fn words_of_the_language_are_checked() {
    let (_, said) =
        said(&format!("{{ Version: 2012-10-7, Statement: {{ {IDENTITY} }} }}"), Use::Identity);
    assert!(said[0].contains("\"2012-10-7\"; it must be `2012-10-17` or `2008-10-17`"), "{said:?}");
    let action = "Action: 's3:GetObject', Resource: '*'";
    complains(&format!("{{ Effect: allow, {action} }}"), Use::Identity, &["\"allow\" .. `Allow`?"]);
    complains(&format!("{{ Effect: [Allow], {action} }}"), Use::Identity, &["not a list"]);
    complains(&format!("{{ {IDENTITY}, Sid: a-b }}"), Use::Identity, &["letters and digits only"]);
    complains(&format!("{{ {IDENTITY}, Sid: 1 }}"), Use::Identity, &["string, not 1 .. in quotes"]);
    complains(
        &format!("[{{ {IDENTITY}, Sid: A }}, {{ {IDENTITY}, Sid: A }}]"),
        Use::Identity,
        &["two statements have the `Sid` \"A\""],
    );
}

#[test]
fn actions_and_resources_have_their_syntax() {
    let action = |action: &str| format!("{{ Effect: Allow, Resource: '*', Action: {action} }}");
    complains(&action("PutTraceSegments"), Use::Identity, &["\"PutTraceSegments\" does not say"]);
    complains(&action("'s3:a:b'"), Use::Identity, &["more than one colon"]);
    complains(&action("'*:Untag*'"), Use::Identity, &["wildcard in the name of the service"]);
    complains(&action("'s3: Get'"), Use::Identity, &["is not `service:Name`"]);
    complains(&action("[]"), Use::Identity, &["? `Action` is an empty list"]);
    complains(&action("['s3:Get', {}]"), Use::Identity, &["an entry of `Action` is a string"]);
    let resource = |arn: &str| format!("{{ Effect: Allow, Action: 'a:B', Resource: {arn} }}");
    complains(&resource("my-bucket"), Use::Identity, &["! the resource \"my-bucket\" is no ARN"]);
    complains(&resource("''"), Use::Identity, &["! the resource \"\" is no ARN"]);
    complains(&resource("'arn:aws:s3:*'"), Use::Identity, &["? .. less than six fields"]);
    complains(
        &resource("'${xray_trace}'"),
        Use::Identity,
        &["? .. is a variable of IAM's and no ARN"],
    );
    complains(&resource("'arn:aws:s3:::${bucket}'"), Use::Identity, &[]);
}

#[test]
fn principals_are_of_a_type_and_named_whole() {
    let principal =
        |who: &str| format!("{{ Effect: Allow, Action: 'sts:AssumeRole', Principal: {who} }}");
    for fine in [
        "{ AWS: '*' }",
        "{ AWS: ['123456789012', 'arn:aws:iam::123456789012:role/x'] }",
        "{ Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' }",
        "{ Federated: cognito-identity.amazonaws.com, Service: [ecs.amazonaws.com] }",
    ] {
        complains(&principal(fine), Use::Trust, &[]);
    }
    for (who, words) in [
        ("'*'", "! IAM takes no `Principal: \"*\"` .. { \"AWS\": \"*\" }"),
        ("ecs-tasks.amazonaws.com", "! `Principal` says of which type"),
        ("{}", "! `Principal` names no principal"),
        ("{ Services: ecs.amazonaws.com }", "no `Services` .. `Service`?"),
        ("{ Service: ecs-tasks }", "\"ecs-tasks\" is no service"),
        ("{ AWS: ecs-tasks.amazonaws.com }", "is a service, not an AWS principal"),
        ("{ AWS: 'arn:aws:iam::123456789012:role/*' }", "! .. has a wildcard"),
        ("{ AWS: AROAIU73WBRLYMEMAYUCK }", "? .. was deleted"),
        ("{ AWS: '1234' }", "is no AWS principal"),
        ("{ AWS: 123456789012 }", "a list of strings, not 123456789012 .. in quotes"),
    ] {
        complains(&principal(who), Use::Trust, &[words]);
    }
    let not = principal("{ AWS: '123456789012' }").replace("Principal", "NotPrincipal");
    complains(&not, Use::Trust, &["? IAM may not take `NotPrincipal`"]);
    complains(
        &principal("{ AWS: '*' }").replace("sts:AssumeRole", "*"),
        Use::Trust,
        &["? a trust policy is"],
    );
}

#[test]
fn conditions_have_operators_keys_and_values() {
    let condition = |text: &str| format!("{{ {TRUST}, Condition: {text} }}");
    complains(&condition("{}"), Use::Trust, &[]);
    complains(&condition("x"), Use::Trust, &["`Condition` is an object of operators"]);
    complains(
        &condition("{ StringEqual: { a:b: x } }"),
        Use::Trust,
        &["did you mean `StringEquals`?"],
    );
    complains(&condition("{ stringEquals: { a:b: x } }"), Use::Trust, &["? the operator"]);
    complains(&condition("{ StringEquals: x }"), Use::Trust, &["an object of condition keys"]);
    complains(&condition("{ StringEquals: { SourceAccount: x } }"), Use::Trust, &["does not say"]);
    complains(
        &condition("{ StringEquals: { a:b: { c: d } } }"),
        Use::Trust,
        &["`a:b` is a string"],
    );
    complains(
        &condition("{ StringEquals: { a:b: x, A:B: y } }"),
        Use::Trust,
        &["? `A:B` stands twice"],
    );
}

#[test]
fn variables_need_the_newer_version() {
    let policy =
        "Statement: { Effect: Allow, Action: 'a:B', Resource: 'arn:aws:s3:::${aws:username}' }";
    let (policy, said) = said(policy, Use::Identity);
    assert!(
        policy.is_some() && said.len() == 1 && said[0].contains("plain text to IAM"),
        "{said:?}"
    );
}

#[test]
fn pasted_quotation_marks_and_dashes_are_named() {
    complains(
        &format!("{{ {TRUST}, Condition: {{ StringEquals: {{ sts:ExternalId: 'a “b”' }} }} }}"),
        Use::Trust,
        &["! `Policy` holds `“` (U+201C) .. character 3 of this text .. straight"],
    );
    complains(
        &format!("{{ {IDENTITY}, Id–: x }}"),
        Use::Identity,
        &["(U+2013) .. plain `-`", "no `Id–`"],
    );
    let latin = "{ Effect: Allow, Action: 'a:B', Resource: 'arn:aws:s3:::bücher/ÿ' }";
    complains(latin, Use::Identity, &[]);
}

#[test]
fn a_string_holds_json() {
    let json =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:B","Resource":"*"}}"#;
    let (policy, quiet) = said(&format!("'{json}'"), Use::Identity);
    assert_eq!((&policy, quiet.len()), (&Some(serde_json::from_str(json).unwrap()), 0));
    let encoded =
        json.replace('{', "%7B").replace('"', "%22").replace(':', "%3A").replace('}', "%7D");
    assert_eq!(said(&format!("'{encoded}'"), Use::Identity), (policy, quiet));
    let (_, slip) = said(&format!("'{}'", json.replace("Effect", "Efect")), Use::Identity);
    assert_eq!(
        slip,
        [
            "! statement 1 of `Policy` has no `Efect` ['{\"Version\":\"2012-10] did you mean `Effect`?"
        ]
    );
    let (_, broken) = said("\"{\\n\\n  x\"", Use::Identity);
    assert!(broken[0].starts_with("! in the text of `Policy`, line 3: this is not"), "{broken:?}");
    let (_, none) = said("5", Use::Identity);
    assert!(none[0].starts_with("! `Policy` is a policy document, not a number"), "{none:?}");
}

#[test]
fn nothing_of_a_secret_is_shown() {
    let secret = "SECRET";
    let texts = [
        format!(r#"{{"{secret}": 1, "{secret}": "#),
        format!(
            r#"{{"{secret}": "Statement", "Version": "{secret}", "Statement": [{{"Sid": "{secret}-", "Effect": "{secret}", "Action": ["{secret}", "{secret}:a:{secret}"], "Principal": {{"{secret}": 1, "AWS": "{secret}", "Service": "{secret}"}}, "Condition": {{"{secret}": {{"{secret}": {{}}}}, "StringEquals": {{"a:{secret}": "a", "A:{secret}": "“{secret}"}}}}}}]}}"#
        ),
        format!("// {secret}\n{{}}"),
    ];
    for text in texts {
        let mut sources = Sources::default();
        let file = sources.add("stack.yaml", "${env.POLICY}");
        let node = Node { secret: true, ..Node::new(Span::new(file, 0, 13), Value::String(text)) };
        for of in [Use::Trust, Use::Identity] {
            let mut found = Diagnostics::default();
            assert_eq!(read(&node, of, "Policy", &mut found), None);
            let said = found.render(&sources, 80);
            assert!(!said.contains(secret) && found.has_errors(), "{said}");
        }
    }
}

#[test]
fn a_long_trust_policy_is_a_warning() {
    let accounts: Vec<_> = (0..200).map(|n| format!("'{:012}'", 100_000_000_000_u64 + n)).collect();
    let statement = format!(
        "{{ Effect: Allow, Action: 'sts:AssumeRole', Principal: {{ AWS: [{}] }} }}",
        accounts.join(", ")
    );
    complains(&statement, Use::Trust, &["? `Policy` has 31 .. a trust policy may have 2048"]);
}
