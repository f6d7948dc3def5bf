//! Each function, in the value of an environment variable.

use super::*;

const AROUND: &str = "
Parameters:
  Text: {Type: String, Default: some}
  None: {Type: String}
  List: {Type: CommaDelimitedList, Default: 'a, b'}
  Open: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Looked: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /path/to}
Mappings:
  Sizes:
    eu-west-1: {small: 1, list: [x, y]}
    us-east-1: {small: 2, list: [z]}
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Rule:
    Type: AWS::XRay::SamplingRule
    Properties: {SamplingRule: {RuleName: rule, Priority: 1, FixedRate: 0, ReservoirSize: 0}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: things}}
  One: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Two}}
  Two: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref One}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Environment:
            - Name: GIVEN
              Value: ";

/// The value that stands for an expression, and the last thing that is said but for names.
fn value(expression: &str) -> Result<Json, String> {
    let (haul, told) = import(&format!("{AROUND}{expression}\n"));
    let lost = told.iter().find_map(|told| told.split_once("`Task` is not taken over: "));
    if let Some((_, why)) = lost {
        return Err(why.to_owned());
    }
    let task = body(&haul, "task_definitions", "Task");
    let value = task["containerDefinitions"][0]["environment"][0]["value"].clone();
    // Whatever is referred to is declared, and nothing else.
    let text = haul.taken.iter().map(|taken| taken.body.to_json().to_string()).collect::<String>();
    for name in haul.variables.keys() {
        assert!(text.contains(&format!("${{var.{name}}}")), "{name} in {text}");
    }
    assert!(text.matches("${var.").count() >= haul.variables.len());
    Ok(value)
}

#[test]
fn what_can_be_computed_is() {
    for (expression, expected) in [
        ("!Ref Text", "${var.text}"),
        ("{Ref: AWS::AccountId}", "${account}"),
        ("!Ref AWS::Region", "${region}"),
        ("!Ref AWS::StackName", "${var.stack_name}"),
        ("!Ref Role", "Role"),
        ("!Ref Rule", "${sampling_rule.rule.arn}"),
        ("!GetAtt Rule.RuleARN", "${sampling_rule.rule.arn}"),
        ("!GetAtt [Role, Arn]", "${role.Role.arn}"),
        ("!GetAtt Role.RoleId", "${var.role_role_id}"),
        ("!Ref Bucket", "things"),
        ("!GetAtt Bucket.Arn", "${var.bucket_arn}"),
        ("!Ref Nothing", "${var.nothing}"),
        ("!Ref Looked", "${var.looked}"),
        (
            "!Sub 'a-${Text}-${!Text}-${Role.Arn}-${AWS::Region}'",
            "a-${var.text}-${Text}-${role.Role.arn}-${region}",
        ),
        ("!Sub ['${a}${b}', {a: !Ref Text, b: 2}]", "${var.text}2"),
        ("!Sub '${!account}'", "${account}"),
        ("!Sub '${!account}${Text}'", "$${account}${var.text}"),
        ("!Sub '$${Text}'", "${var.dollar}${var.text}"),
        ("!Join ['-', [a, 1, true, !Ref AWS::NoValue, !Ref Text]]", "a-1-true-${var.text}"),
        ("!Join [',', !Ref List]", "a,b"),
        ("!Join [',', !Ref Open]", "${var.open}"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref List]", "a"),
        ("!Select [1, !Split ['/', 'x/y/z']]", "y"),
        ("!Select [1, !Split ['/', !Ref Text]]", "${var.text_part}"),
        ("!Select [!Ref None, [a, b]]", "${var.given}"),
        ("!Select [0, !GetAZs '']", "${var.availability_zone}"),
        ("!FindInMap [Sizes, us-east-1, small]", "2"),
        ("!FindInMap [Sizes, !Ref AWS::Region, small]", "${var.sizes_small}"),
        ("!FindInMap [Sizes, us-west-2, small, {DefaultValue: 3}]", "3"),
        ("!Select [1, !FindInMap [Sizes, eu-west-1, list]]", "y"),
        ("!If [IsProd, a, b]", "${var.given}"),
        ("!If [IsProd, a, a]", "a"),
        ("!If [IsProd, !Ref Text, b]", "${var.given}"),
        ("!If [IsProd, !Ref Text, !Ref Text]", "${var.text}"),
        ("!Join ['', [!If [IsProd, !Ref AWS::NoValue, a], b]]", "${var.given}b"),
        ("!ImportValue network-VpcId", "${var.network_vpc_id}"),
        ("!ImportValue {'Fn::Sub': '${None}-Vpc'}", "${var.vpc}"),
        ("!Base64 'light work.'", "bGlnaHQgd29yay4="),
        ("!Base64 'light work'", "bGlnaHQgd29yaw=="),
        ("!Base64 'light wor'", "bGlnaHQgd29y"),
        ("{'Fn::ToJsonString': {a: [1]}}", r#"{"a":[1]}"#),
        ("{'Fn::Length': !Ref List}", "2"),
        ("'{{resolve:ssm:/shop/key:1}}'", "${var.ssm_shop_key_1}"),
        (
            "!Sub 'x{{resolve:secretsmanager:${Text}:SecretString:pw}}y'",
            "x${var.secretsmanager_text_pw}y",
        ),
        ("!Ref One", "${var.one}"),
    ] {
        let value = value(expression);
        let text =
            value.as_ref().map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
        assert_eq!(text.as_deref(), Ok(expected), "{expression}");
    }
    assert_eq!(value("!Ref AWS::NoValue"), Ok(Json::Null));
    assert_eq!(value("!If [X, !Ref AWS::NoValue, !Ref AWS::NoValue]"), Ok(Json::Null));
}

#[test]
fn what_cannot_is_named() {
    for (expression, why) in [
        ("!If [IsProd, [a], b]", "which value stands here is decided by the condition `IsProd`"),
        ("!Ref Open", "the parameter `Open` is a list, which no variable can be"),
        ("!Ref List", "`value` is a scalar, not a list"),
        ("!Cidr [a, 1, 2]", "what `Fn::Cidr` gives is known to CloudFormation only"),
        (
            "{'Fn::Transform': {Name: X}}",
            "what the macro of `Fn::Transform` makes is known to CloudFormation only",
        ),
        ("!Magic x", "there is no function `Fn::Magic`"),
        ("{'Fn::Sub': x, y: z}", "`Fn::Sub` stands among other keys, which only a macro can mean"),
        ("!Join [a]", "`Fn::Join` does not have the arguments that it takes"),
        ("!Join ['', [[a]]]", "`Fn::Join` makes a text, and this is a list"),
        ("!Select [2, [a, b]]", "`Fn::Select` takes an element that is not there"),
        (
            "!FindInMap [Sizes, us-west-2, small]",
            "the mapping `Sizes` has no `us-west-2` with `small`",
        ),
        (
            "!FindInMap [Sizes, !Ref AWS::Region, list]",
            "what `Fn::FindInMap` finds is decided when the template is deployed",
        ),
        ("!Sub []", "`Fn::Sub` does not have the arguments that it takes"),
        ("!Ref [a]", "`Ref` does not have the arguments that it takes"),
        ("!GetAtt x", "`Fn::GetAtt` does not have the arguments that it takes"),
    ] {
        assert_eq!(value(expression), Err(why.to_owned()), "{expression}");
    }
}
