//! Templates that are none.

use proptest::prelude::*;

use super::*;

#[test]
fn each_problem_is_named_and_none_is_fatal() {
    for (text, problem) in [
        ("AWSTemplateFormatVersion: x", "1: the template has no `Resources`"),
        ("Resources: [a]", "1: `Resources` is a mapping of IDs to resources, not a list"),
        ("Resources: {A: b}", "1: `A` is no resource: it has no `Type`"),
        ("Resources: {'Fn::ForEach::X': [a]}", "1: what `Fn::ForEach::X` makes is not taken over"),
        (
            "Resources: {A: {Type: AWS::ECS::TaskDefinition}}",
            "1: `A` is not taken over: it has no `Properties`",
        ),
        (
            "Resources: {A: {Type: AWS::ECS::TaskDefinition, Properties: null}}",
            "1: `A` is not taken over: it has no `Properties`",
        ),
        (
            "Resources: {A: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: {a: b}}}}",
            "1: `A` is not taken over: `containerDefinitions` is a list, not a mapping",
        ),
        (
            "Resources: {A: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, Policies: x}}}",
            "1: `A` is not taken over: `Policies` is a list",
        ),
        (
            "Resources: {A: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, Policies: [x]}}}",
            "1: `A` is not taken over: a policy of a role has a `PolicyName` and a `PolicyDocument`",
        ),
        (
            "Resources: {A: {Type: AWS::XRay::SamplingRule, Properties: {SamplingRule: [x]}}}",
            "1: `A` is not taken over: `SamplingRule` is a mapping",
        ),
        (
            "Resources: {A: {Type: AWS::XRay::SamplingRule, Properties: {SamplingRule: {Priority: 1}}}}",
            "1: `A` is not taken over: its rule has no `FixedRate`",
        ),
        (
            "Resources: {A: {Type: AWS::IAM::Policy, Properties: {PolicyName: x, PolicyDocument: {}, Roles: [{a: b}]}}}",
            "1: `A` is not taken over: `Roles` names roles, and this is a mapping",
        ),
        (
            "Resources: {A: {Type: AWS::IAM::Policy, Properties: {PolicyName: x, PolicyDocument: {}, Groups: [g]}}}",
            "1: what `A` is to its `Groups` is not taken over",
        ),
        (
            "Transform: [AWS::Serverless-2016-10-31, Mine]\nResources: {}",
            "1: the macro `Mine` rewrites this template when it is deployed; it is taken as it stands",
        ),
    ] {
        let (haul, told) = import(text);
        assert!(told.iter().any(|told| told == problem), "{text}: {told:?}");
        assert!(haul.taken.is_empty(), "{text}");
    }
}

#[test]
fn two_of_one_name_are_one() {
    let role = "Type: AWS::IAM::Role, Properties: {RoleName: r, AssumeRolePolicyDocument: {}}";
    let (haul, told) = import(&format!("Resources:\n  A: {{{role}}}\n  B: {{{role}}}\n"));
    assert_eq!(haul.taken.len(), 1);
    assert_eq!(
        told[1],
        "3: `B` is not taken over: another one of the template is called \"r\" too"
    );
}

#[test]
fn a_template_is_told_by_its_resources() {
    let is = |text: &str| {
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let file = sources.add("t", text);
        as_template(&read_yaml_with_tags(&sources, file, &mut found).unwrap()).is_some()
    };
    assert!(is("Resources: {A: {Type: AWS::IAM::Role}}"));
    assert!(is("Resources: {B: x, A: {Type: Custom::Thing}}"));
    assert!(is("AWSTemplateFormatVersion: '2010-09-09'"));
    assert!(is("  A: {Type: AWS::IAM::Role}\n  B: {Type: Custom::Thing}"));
    assert!(!is("Resources: {A: {Type: table}}"));
    assert!(!is("A: {Type: AWS::IAM::Role}\nB: x"));
    assert!(!is("{}"));
    assert!(!is("Resources: [a]"));
    assert!(!is("family: x"));
    assert!(!is("[1]"));
}

#[test]
fn resources_without_a_template_around_them_are_one() {
    let rule = r#"{"Rule": {"Type": "AWS::XRay::SamplingRule", "Properties": {"RuleName": {"Fn::Sub": "shop-${Stage}"},
        "Priority": 1000, "FixedRate": 0.1, "ReservoirSize": 1, "Version": 1}}}"#;
    let (haul, told) = import(rule);
    assert_eq!(body(&haul, "sampling_rules", "Rule")["RuleName"], "shop-${var.stage}");
    assert!(told[0].contains("`Stage`, which is not in the template,"), "{told:?}");
}

#[test]
fn a_document_that_is_not_known_is_a_variable_in_a_roles_own_policies_too() {
    let role = r#"{"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {},
        "Policies": [{"PolicyName": "logs", "PolicyDocument": {"Fn::ImportValue": "LogsPolicy"}}]}}}"#;
    let (haul, _) = import(role);
    assert_eq!(body(&haul, "roles", "Role")["InlinePolicies"]["logs"], "${var.logs_policy}");
    assert_eq!(variables(&haul), json!({ "logs_policy": null }));
}

#[test]
fn large_templates_and_ones_that_grow_take_no_time() {
    // JSON, which is read to any length.
    let many = (0..10_000).map(|at| {
        let trust = json!({"a": {"Fn::If": ["C", at, "b"]}});
        let name = json!({"Fn::Sub": format!("${{P}}-{at}")});
        let properties = json!({"RoleName": name, "AssumeRolePolicyDocument": trust});
        let role = json!({"Type": "AWS::IAM::Role", "Properties": properties});
        (format!("R{at}"), role)
    });
    let many = json!({"Resources": many.collect::<serde_json::Map<_, _>>()});
    assert_eq!(import(&many.to_string()).0.taken.len(), 10_000);

    // Each name is twice the one before.
    let doubling = (0..60).map(|at| {
        format!("  R{at}: {{Type: AWS::IAM::Role, Properties: {{RoleName: !Sub '${{R{n}}}${{R{n}}}', AssumeRolePolicyDocument: {{}}}}}}\n", n = at + 1)
    });
    let doubling: String = doubling.collect();
    import(&format!(
        "Resources:\n{doubling}  R60: {{Type: AWS::IAM::Role, Properties: {{RoleName: xx, AssumeRolePolicyDocument: {{}}}}}}\n"
    ));

    let big = "x".repeat(500_000);
    let uses = "!FindInMap [M, a, b],".repeat(2_000);
    let (_, told) = import(&format!(
        "Mappings: {{M: {{a: {{b: {big}}}}}}}\nResources: {{R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: [{uses}]}}}}}}"
    ));
    assert!(told[0].contains("make too much of it"), "{told:?}");
}

/// Changes the node at this step of a walk.
fn change(node: &mut Node, step: &mut usize, to: &Value) {
    if *step == 0 {
        node.value = to.clone();
    }
    *step = step.wrapping_sub(1);
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| change(item, step, to)),
        Value::Map(map) => {
            map.entries.iter_mut().for_each(|entry| change(&mut entry.value, step, to));
        }
        _ => {}
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let span = {
        let mut sources = Sources::default();
        crate::document::Span::new(sources.add("t", ""), 0, 0)
    };
    let text = |text: &str| Value::String(text.to_owned());
    let node = move |value: Value| Node::new(span, value);
    let call = move |name: &str, argument: Value| {
        let entry = Entry { key: name.to_owned(), key_span: span, value: node(argument) };
        Value::Map(Map { entries: vec![entry] })
    };
    let mut values = vec![
        Value::Null,
        Value::Bool(true),
        Value::Number(7.into()),
        Value::Seq(Vec::new()),
        Value::Seq(vec![node(Value::Null); 3]),
        Value::Map(Map::default()),
        text("${Task}${"),
        text("${var.x}"),
        text("{{resolve:x"),
    ];
    for name in [
        "Ref",
        "Fn::GetAtt",
        "Fn::Sub",
        "Fn::Join",
        "Fn::If",
        "Fn::Select",
        "Fn::Split",
        "Fn::FindInMap",
        "Fn::ImportValue",
        "Fn::Base64",
        "Fn::Length",
        "Fn::X",
    ] {
        for argument in [
            text("TaskRole"),
            text("Task.Arn"),
            text("AWS::NoValue"),
            Value::Null,
            Value::Seq(vec![node(text("a")); 3]),
        ] {
            values.push(call(name, argument));
        }
    }
    prop::sample::select(values)
}

proptest! {
    #[test]
    fn no_change_of_a_template_makes_it_panic(
        changes in prop::collection::vec((0..420_usize, any_value()), 1..4),
    ) {
        let (mut sources, mut haul) = (Sources::default(), Haul::default());
        let file = sources.add("template.yaml", SHOP);
        let mut node = read_yaml_with_tags(&sources, file, &mut haul.found).unwrap();
        for (step, value) in changes {
            change(&mut node, &mut step.clone(), &value);
        }
        take(&node, &mut haul);
        // What is referred to is there.
        for taken in &haul.taken {
            let text = taken.body.to_json().to_string();
            for rest in text.split("${var.").skip(1).filter(|rest| !rest.starts_with("x}")) {
                let (name, _) = rest.split_once('}').unwrap();
                prop_assert!(haul.variables.contains_key(name), "{name} in {text}");
            }
        }
    }
}
