use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Layout, Twin, cloudformation, stand_in};
use crate::plan::Address;
use crate::stack::{Files, Inputs, Loaded, Place, Stack, Unreadable, Wanted, read};

/// No file beside the stack.
struct Nothing;

impl Files for Nothing {
    fn read(&mut self, _: &str, path: &str) -> Result<Loaded, Unreadable> {
        Err(Unreadable { message: format!("{path} is not there"), hint: String::new() })
    }
}

fn stack(text: &str, stand_in: Option<Place>) -> Stack {
    let text = format!("stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\n{text}");
    let env = BTreeMap::from([("KEY".to_owned(), Some("hunter22".to_owned()))]);
    let inputs = Inputs { env, stand_in, ..Inputs::default() };
    let file = Loaded { shown: "stack.yaml".to_owned(), text };
    let reading = read(file, &mut Nothing, &inputs);
    reading.stack.unwrap_or_else(|| panic!("{}", reading.found.render(&reading.sources, 100)))
}

const ONE: &str = "sampling_rules: { one: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } }\n";

/// A stack of resources whose kinds a template knows by their documents alone, beside one rule; with
/// what a template of it cannot say.
fn of_documents(resources: &[(&str, Value)]) -> (Value, Vec<String>) {
    let at = |place: Option<Place>| {
        let mut stack = stack(ONE, place);
        let one = stack.wanted[0].clone();
        for (section, document) in resources {
            let (account, region) = (&stack.place.account, &stack.place.region);
            let text =
                document.to_string().replace("{account}", account).replace("{region}", region);
            stack.wanted.push(Wanted {
                address: Address::new(*section, "it"),
                name: "it".to_owned(),
                document: serde_json::from_str(&text).unwrap(),
                ..one.clone()
            });
        }
        stack
    };
    let own = at(None);
    let rendered =
        cloudformation(&own, Twin(&at(Some(stand_in(&own.place)))), Layout::Json).unwrap();
    let mut template: Value = serde_json::from_str(&rendered.text).unwrap();
    let resources = template["Resources"].as_object_mut().unwrap();
    resources.remove("OneRule").unwrap();
    (template["Resources"].take(), rendered.unsaid)
}

#[test]
fn sections_by_their_documents_alone() {
    let tags = json!({"team": "shop"});
    let listed = json!([{"Key": "team", "Value": "shop"}]);
    for (section, document, of, properties) in [
        (
            "groups",
            json!({"GroupName": "it", "FilterExpression": "fault", "Tags": tags,
                   "InsightsConfiguration": {"InsightsEnabled": true, "NotificationsEnabled": false}}),
            "AWS::XRay::Group",
            json!({"GroupName": "it", "FilterExpression": "fault", "Tags": listed,
                   "InsightsConfiguration": {"InsightsEnabled": true, "NotificationsEnabled": false}}),
        ),
        (
            "log_groups",
            json!({"logGroupName": "it", "retentionInDays": 14, "logGroupClass": "STANDARD",
                   "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k", "tags": tags}),
            "AWS::Logs::LogGroup",
            json!({"LogGroupName": "it", "RetentionInDays": 14, "LogGroupClass": "STANDARD", "Tags": listed,
                   "KmsKeyId": {"Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/k"}}),
        ),
        (
            "parameters",
            json!({"Name": "it", "Type": "String", "Value": "a ${env:X} in {region}", "Tags": tags}),
            "AWS::SSM::Parameter",
            json!({"Name": "it", "Type": "String", "Tags": tags,
                   "Value": {"Fn::Sub": "a ${!env:X} in ${AWS::Region}"}}),
        ),
        (
            "resource_policies",
            json!({"PolicyName": "it", "BypassPolicyLockoutCheck": true,
                   "PolicyDocument": {"Statement": [{"Resource": "arn:aws:xray:{region}:{account}:*"}]}}),
            "AWS::XRay::ResourcePolicy",
            json!({"PolicyName": "it", "BypassPolicyLockoutCheck": true, "PolicyDocument": {"Fn::Sub":
                   r#"{"Statement":[{"Resource":"arn:aws:xray:${AWS::Region}:${AWS::AccountId}:*"}]}"#}}),
        ),
        (
            "services",
            json!({"serviceName": "it", "cluster": "shop", "enableECSManagedTags": true, "tags": tags,
                   "placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"}],
                   "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}),
            "AWS::ECS::Service",
            json!({"ServiceName": "it", "Cluster": "shop", "EnableECSManagedTags": true, "Tags": listed,
                   "PlacementStrategies": [{"Type": "spread", "Field": "attribute:ecs.availability-zone"}],
                   "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}}}),
        ),
        (
            "daemons",
            json!({"daemonName": "it", "deploymentConfiguration": {"drainPercent": 20.0}}),
            "AWS::ECS::Daemon",
            json!({"DaemonName": "it", "DeploymentConfiguration": {"DrainPercent": 20.0}}),
        ),
    ] {
        let (resources, unsaid) = of_documents(&[(section, document)]);
        let (_, resource) = resources.as_object().unwrap().iter().next().unwrap();
        assert_eq!(resource["Type"], of);
        assert_eq!(resource["Properties"], properties, "{section}");
        assert!(unsaid.is_empty(), "{unsaid:?}");
    }
}

#[test]
fn spans_go_to_logs_that_x_ray_may_write_to_and_so_many_of_them_are_indexed() {
    let logs = ("trace_destination", json!({"Destination": "CloudWatchLogs"}));
    let indexing = ("indexing", json!({"DesiredSamplingPercentage": 5}));
    let (resources, unsaid) = of_documents(&[logs, indexing.clone()]);
    assert_eq!(unsaid, Vec::<String>::new());
    assert_eq!(
        resources["ItTransactionSearch"],
        json!({"Type": "AWS::XRay::TransactionSearchConfig", "DependsOn": ["TransactionSearchAccess"],
               "Properties": {"IndexingPercentage": 5}})
    );
    let policy =
        resources["TransactionSearchAccess"]["Properties"]["PolicyDocument"]["Fn::Sub"].as_str();
    let policy: Value = serde_json::from_str(policy.unwrap()).unwrap();
    assert_eq!(
        policy["Statement"][0]["Resource"][0],
        "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:aws/spans:*"
    );
    let (resources, unsaid) =
        of_documents(&[("trace_destination", json!({"Destination": "XRay"})), indexing]);
    assert_eq!((resources, unsaid.len()), (json!({}), 2));
}

#[test]
fn what_cannot_be_said_is_named() {
    let (resources, unsaid) = of_documents(&[
        ("encryption", json!({"Type": "NONE"})),
        ("parameters", json!({"Name": "it", "Type": "SecureString", "Value": "x"})),
        ("log_groups", json!({"logGroupName": "it", "dataProtection": "x"})),
        ("resource_policies", json!({"absent": true})),
    ]);
    assert_eq!(
        unsaid,
        [
            "encryption.it: CloudFormation has nothing for it",
            "parameters.it: CloudFormation makes no parameter of the type SecureString",
            "log_groups.it: CloudFormation has no `dataProtection`",
        ]
    );
    assert_eq!(resources.as_object().unwrap().len(), 1);
}

fn template(text: &str) -> (Value, Vec<String>, Vec<String>) {
    let own = stack(text, None);
    let twin = stack(text, Some(stand_in(&own.place)));
    let rendered = cloudformation(&own, Twin(&twin), Layout::Json).unwrap();
    let template = serde_json::from_str(&rendered.text).unwrap();
    assert!(!rendered.text.contains("hunter22"), "{}", rendered.text);
    (template, rendered.notes, rendered.unsaid)
}

const TRUST: &str =
    r#"{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: "#;

#[test]
fn references_are_functions_and_order_is_kept() {
    let (template, ..) = template(&format!(
        "roles:\n  app:\n    RoleName: app-${{region}}\n    AssumeRolePolicyDocument: {TRUST} {{ Service: ecs-tasks.amazonaws.com }} }}] }}\n    \
         ManagedPolicies: [\"${{policy.read.arn}}\", AWSXRayDaemonWriteAccess]\n\
         policies:\n  read:\n    PolicyDocument: {{ Version: \"2012-10-17\", Statement: [{{ Effect: Allow, Action: \"s3:*\", Resource: \"arn:aws:s3:::b-${{account}}/${{aws:username}}\" }}] }}\n\
         task_definitions:\n  app:\n    taskRoleArn: ${{role.app.arn}}\n    protect: true\n    volumes: [{{ name: v, efsVolumeConfiguration: {{ fileSystemId: fs-1, authorizationConfig: {{ iam: ENABLED }}, transitEncryption: ENABLED }} }}]\n    \
         containerDefinitions: [{{ name: app, image: \"${{account}}.dkr.ecr.${{region}}.amazonaws.com/a:1\", memory: 128, dockerLabels: {{ lower.case: x }} }}]\n",
    ));
    let of = |id: &str| &template["Resources"][id];
    assert_eq!(of("AppRole")["Properties"]["RoleName"], json!({"Fn::Sub": "app-${AWS::Region}"}));
    assert_eq!(
        of("AppRole")["Properties"]["ManagedPolicyArns"],
        json!(["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess", {"Ref": "ReadPolicy"}])
    );
    assert_eq!(
        of("ReadPolicy")["Properties"]["PolicyDocument"]["Statement"][0]["Resource"],
        json!({"Fn::Sub": "arn:aws:s3:::b-${AWS::AccountId}/${!aws:username}"})
    );
    let task = of("AppTaskDefinition");
    assert_eq!(task["Properties"]["TaskRoleArn"], json!({"Fn::GetAtt": ["AppRole", "Arn"]}));
    assert_eq!((&task["DeletionPolicy"], &task["DependsOn"]), (&json!("Retain"), &Value::Null));
    let container = &task["Properties"]["ContainerDefinitions"][0];
    assert_eq!(
        container["Image"],
        json!({"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/a:1"})
    );
    assert_eq!(container["DockerLabels"], json!({"lower.case": "x"}));
    let volume = &task["Properties"]["Volumes"][0]["EFSVolumeConfiguration"];
    assert_eq!(
        (&volume["FilesystemId"], &volume["AuthorizationConfig"]["IAM"]),
        (&json!("fs-1"), &json!("ENABLED"))
    );
}

/// The stack writes one of them first; a template would be a circle.
#[test]
fn two_roles_that_trust_each_other_are_no_circle() {
    let role = |name: &str, other: &str| {
        format!(
            "  {name}:\n    AssumeRolePolicyDocument: {TRUST} {{ AWS: \"arn:aws:iam::${{account}}:role/{other}\" }} }}] }}\n"
        )
    };
    let (template, ..) = template(&format!("roles:\n{}{}", role("one", "two"), role("two", "one")));
    let trusted = |id: &str| {
        let trust = &template["Resources"][id]["Properties"]["AssumeRolePolicyDocument"];
        trust["Statement"][0]["Principal"]["AWS"].clone()
    };
    let functions = [trusted("OneRole"), trusted("TwoRole")];
    let attributes = functions.iter().filter(|one| one.get("Fn::GetAtt").is_some()).count();
    let written = functions.iter().filter(|one| one.get("Fn::Sub").is_some()).count();
    assert_eq!((attributes, written), (1, 1), "{functions:?}");
}

#[test]
fn secrets_are_parameters() {
    let (template, notes, unsaid) = template(&format!(
        "task_definitions:\n  app:\n    tags: {{ password: \"x${{env.KEY}}\" }}\n    containerDefinitions:\n      - name: app\n        image: a:1\n        \
         memory: 128\n        command: [\"--token\", \"${{env.KEY}}\"]\n        environment: [{{ name: DB_PASSWORD, value: \"${{env.KEY}}\" }}, {{ name: A, value: b }}]\n\
         roles:\n  app:\n    AssumeRolePolicyDocument: {TRUST} {{ Service: ecs-tasks.amazonaws.com }}, Condition: {{ StringEquals: {{ \"sts:ExternalId\": \"${{env.KEY}}\" }} }} }}] }}\n",
    ));
    assert!(unsaid.is_empty(), "{unsaid:?}");
    let parameters = template["Parameters"].as_object().unwrap();
    assert!(parameters.values().all(|parameter| parameter["NoEcho"] == true));
    let container =
        &template["Resources"]["AppTaskDefinition"]["Properties"]["ContainerDefinitions"][0];
    assert_eq!(
        container["Environment"],
        json!([{"Name": "DB_PASSWORD", "Value": {"Ref": "AppDBPASSWORDSecret"}}, {"Name": "A", "Value": "b"}])
    );
    // The command is one thing to the plan, and hidden as a whole.
    assert!(container["Command"].as_array().unwrap().iter().all(|word| word.get("Ref").is_some()));
    assert_eq!(parameters.len(), 5, "{parameters:?}");
    assert!(notes.iter().any(|note| note.contains("AppDBPASSWORDSecret")), "{notes:?}");
}
