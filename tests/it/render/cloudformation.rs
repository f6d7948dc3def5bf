//! A stack as a CloudFormation template, and back.

use serde_json::Value;

use super::yaml;
use crate::harness::Scenario;

/// Everything that CloudFormation can say, and import reads.
const STACK: &str = r#"
sampling_rules:
  checkout:
    { Priority: 10, FixedRate: 0.25, ReservoirSize: 2, URLPath: "/checkout/*", Attributes: { tier: gold },
      SamplingRateBoost: { MaxRate: 0.5, CooldownWindowMinutes: 10 }, ResourceARN: "arn:aws:ecs:${region}:${account}:cluster/shop" }
roles:
  app:
    Path: /shop/
    Description: what the application may do
    MaxSessionDuration: 7200
    PermissionsBoundary: ${policy.boundary.arn}
    AssumeRolePolicyDocument:
      Version: "2012-10-17"
      Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { Service: ecs-tasks.amazonaws.com },
                    Condition: { StringEquals: { "aws:SourceAccount": "${account}" } } }]
    ManagedPolicies: [AWSXRayDaemonWriteAccess, "${policy.read.arn}"]
    InlinePolicies:
      own: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:Get*", Resource: "arn:aws:s3:::shop/${aws:username}" }] }
    Tags: { team: shop }
policies:
  read:
    Path: /shop/
    Description: reads
    PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: ssm:GetParameter, Resource: "arn:aws:ssm:${region}:${account}:parameter/shop/*" }] }
  boundary:
    PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] }
task_definitions:
  app:
    networkMode: awsvpc
    requiresCompatibilities: [FARGATE]
    cpu: 512
    memory: 1024
    taskRoleArn: ${role.app.arn}
    executionRoleArn: ${role.app.arn}
    runtimePlatform: { cpuArchitecture: ARM64, operatingSystemFamily: LINUX }
    volumes: [{ name: files, efsVolumeConfiguration: { fileSystemId: fs-12345678, transitEncryption: ENABLED } }]
    containerDefinitions:
      - name: app
        image: ${account}.dkr.ecr.${region}.amazonaws.com/app:1
        dockerLabels: { com.example.name: shop }
        mountPoints: [{ containerPath: /files, sourceVolume: files }]
        logConfiguration: { logDriver: awslogs, options: { awslogs-group: shop, awslogs-region: "${region}", awslogs-stream-prefix: app } }
        secrets: [{ name: KEY, valueFrom: "arn:aws:ssm:${region}:${account}:parameter/shop/key" }]
    daemon: adot
"#;

/// The template, imported, is the stack: what was applied from the one, the other plans nothing for but
/// the digests.
#[test]
fn a_template_that_is_imported_is_the_stack_again() {
    for layout in ["", " --json"] {
        let scenario = Scenario::new();
        scenario.stack(STACK);
        scenario.run("apply stack.yaml --local --yes").exits(0);
        scenario
            .run(&format!("render cloudformation stack.yaml --out template.yaml{layout}"))
            .exits(0);
        scenario
            .run("import template.yaml --out imported.yaml --name shop --account 123456789012 --region eu-west-1")
            .exits(0);
        let plan = scenario.run("plan imported.yaml --local --detailed-exitcode").exits(0);
        assert!(
            plan.stdout.contains("Nothing to do"),
            "{plan}\n{}",
            scenario.read("imported.yaml")
        );
    }
}

#[test]
fn no_account_and_no_region_is_in_it() {
    let scenario = Scenario::new();
    scenario.stack(STACK);
    let run = scenario.run("render cloudformation stack.yaml").exits(0);
    for baked in ["123456789012", "eu-west-1", "000000000000", "zz-zz-0", "tracewright:"] {
        assert!(!run.stdout.contains(baked), "{baked}: {}", run.stdout);
    }
    assert!(run.stderr.contains("CAPABILITY_NAMED_IAM"), "{}", run.stderr);
    let resources = yaml(&run.stdout)["Resources"].clone();
    assert_eq!(resources.as_object().unwrap().len(), 5);
    // Another account's stack is the same template.
    let here = run.stdout.clone();
    scenario.edit("stack.yaml", "123456789012", "210987654321").edit(
        "stack.yaml",
        "eu-west-1",
        "us-east-2",
    );
    assert_eq!(scenario.run("render cloudformation stack.yaml").exits(0).stdout, here);
}

#[test]
fn what_stays_of_an_account_is_said() {
    let scenario = Scenario::new();
    scenario.stack(
        "task_definitions:\n  app:\n    taskRoleArn: arn:aws:iam::210987654321:role/theirs\n    containerDefinitions:\n      \
         - { name: app, image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1, memory: 128 }\n",
    );
    let run = scenario.run("render cloudformation stack.yaml").exits(0);
    assert!(run.stdout.contains("arn:aws:iam::210987654321:role/theirs"), "{}", run.stdout);
    assert!(run.stdout.contains("123456789012.dkr.ecr"), "{}", run.stdout);
    let said = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("123456789012 or eu-west-1 is written out in task_definitions.app"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_said_is_named_and_strict_minds() {
    let scenario = Scenario::new();
    scenario.stack(
        "default_sampling: { FixedRate: 0.1, ReservoirSize: 1 }\nsampling_rules: { one: { Priority: 1, FixedRate: 0, ReservoirSize: 0, protect: true } }\n",
    );
    let run = scenario.run("render cloudformation stack.yaml").exits(0);
    let template = yaml(&run.stdout);
    let why = "default_sampling.Default: CloudFormation has nothing for it";
    assert_eq!(template["Metadata"]["NotInThisTemplate"][0], why);
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert_eq!(template["Resources"]["OneRule"]["DeletionPolicy"], "Retain");
    let strict = scenario.run("render cloudformation stack.yaml --strict").exits(1);
    assert_eq!(strict.stdout, run.stdout);
    scenario.edit("stack.yaml", "default_sampling: { FixedRate: 0.1, ReservoirSize: 1 }\n", "");
    scenario.run("render cloudformation stack.yaml --strict").exits(0);
    scenario.stack("default_sampling: { FixedRate: 0.1, ReservoirSize: 1 }\n");
    let said = scenario.run("render cloudformation stack.yaml").exits(1).stderr;
    assert!(said.contains("nothing of the stack can be said"), "{said}");
}

#[test]
fn a_secret_is_a_parameter_and_in_no_output() {
    let scenario = Scenario::new().env("KEY", "hunter22-and-more");
    scenario.stack(
        "task_definitions:\n  app:\n    containerDefinitions:\n      - { name: app, image: a:1, memory: 128, environment: [{ name: KEY, value: \"${env.KEY}\" }] }\n",
    );
    let run = scenario.run("render cloudformation stack.yaml --json --allow-env KEY").exits(0);
    let template: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(template["Parameters"]["AppKEYSecret"]["NoEcho"], true);
    assert!(run.stderr.contains("AppKEYSecret"), "{}", run.stderr);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("hunter22"));
}

/// Roles and policies are in every region of an account, and a template of another region has them
/// elsewhere.
#[test]
fn away_from_home_a_template_has_no_roles() {
    let scenario = Scenario::new();
    scenario.stack(STACK).edit(
        "stack.yaml",
        "region: eu-west-1",
        "regions: [eu-west-1, us-east-1]",
    );
    let types = |line: &str| {
        let template = yaml(&scenario.run(line).exits(0).stdout);
        let resources = template["Resources"].as_object().unwrap().clone();
        let types: Vec<_> =
            resources.values().map(|one| one["Type"].as_str().unwrap().to_owned()).collect();
        (types, resources["AppTaskDefinition"]["Properties"]["TaskRoleArn"].to_string())
    };
    let (home, role) = types("render cloudformation stack.yaml");
    assert!(home.contains(&"AWS::IAM::Role".to_owned()) && role.contains("Fn::GetAtt"));
    let (away, role) = types("render cloudformation stack.yaml --region us-east-1");
    assert_eq!(away, ["AWS::ECS::TaskDefinition", "AWS::XRay::SamplingRule"]);
    assert_eq!(role, r#"{"Fn::Sub":"arn:aws:iam::${AWS::AccountId}:role/shop/app"}"#);
}

/// What a rendering says that it cannot say, and its template.
fn rendered(stack: &str) -> (serde_json::Value, Vec<String>) {
    let scenario = Scenario::new();
    scenario.stack(stack);
    let run = scenario.run("render cloudformation stack.yaml --json").exits(0);
    let template: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let unsaid = template["Metadata"]["NotInThisTemplate"].as_array().into_iter().flatten();
    let unsaid = unsaid.map(|one| one.as_str().unwrap().to_owned()).collect();
    (template, unsaid)
}

#[test]
fn what_a_template_would_say_otherwise_is_named() {
    let (template, unsaid) = rendered(
        "groups: { kept: { FilterExpression: fault }, slow: { FilterExpression: 'a {{resolve:ssm:/x}}' } }
resource_policies: { gone: { absent: true } }
parameters:
  /tok: { Type: String, Value: 'https://u:hunter2hunter2@host/' }
task_definitions:
  web: { keep_revisions: 3, containerDefinitions: [{ name: a, image: 'a:1', memory: 64 }] }
daemon_task_definitions:
  otel:
    containerDefinitions: [{ name: a, image: 'a:1', memory: 64 }]
    volumes: [{ name: v, logDriverVolumeConfiguration: { driver: json-file } }]
",
    );
    let told = unsaid.join("\n");
    for what in [
        "groups.slow: `{{resolve:…}}`",
        "resource_policies.gone: a template has no word",
        "task_definitions.web: `keep_revisions`",
        "daemon_task_definitions.otel: CloudFormation has no `logDriverVolumeConfiguration`",
    ] {
        assert!(told.contains(what), "{what}\n{told}");
    }
    assert!(!template.to_string().contains("hunter2"), "{template:#}");
    // Whatever is asked for is used.
    for name in template["Parameters"].as_object().unwrap().keys() {
        let used = format!("{{\"Ref\":\"{name}\"}}");
        assert!(template["Resources"].to_string().contains(&used), "{template:#}");
    }
}

#[test]
fn what_is_protected_keeps_what_it_stands_on() {
    let (template, _) =
        rendered("trace_destination: { Destination: CloudWatchLogs, protect: true }\n");
    for (name, resource) in template["Resources"].as_object().unwrap() {
        assert_eq!(resource["DeletionPolicy"], "Retain", "{name}");
    }
    assert!(template["Resources"].as_object().unwrap().len() > 1, "{template:#}");
}

#[test]
fn a_brace_that_stays_open_takes_no_reference_with_it() {
    let (template, _) =
        rendered("groups: { slow: { FilterExpression: \"a ${x ${region} } b\" } }\n");
    let group = &template["Resources"]["SlowGroup"]["Properties"]["FilterExpression"];
    let join = serde_json::json!({"Fn::Join": ["", ["a ${x ", {"Ref": "AWS::Region"}, " } b"]]});
    assert_eq!(*group, join);
}
