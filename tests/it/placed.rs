//! A value for a variable, by the field it stands in and by what it is called.

const TRUST: &str = r#"{"Statement": {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;

/// What AWS takes in a field as a whole.
const FIELDS: [(&[&str], &str); 14] = [
    (&["account"], "123456789012"),
    (&["region", "awslogs-region"], "us-east-1"),
    (&["Resource", "NotResource"], "arn:aws:s3:::shop/*"),
    (&["ManagedPolicies", "PermissionsBoundary"], "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    (&["taskRoleArn", "executionRoleArn"], "arn:aws:iam::123456789012:role/shop"),
    (&["AWS"], "arn:aws:iam::123456789012:root"),
    (&["Federated"], "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"),
    (&["AssumeRolePolicyDocument"], TRUST),
    (&["Path"], "/shop/"),
    (&["cpu", "memory", "memoryReservation", "ReservoirSize", "MaxSessionDuration"], "4096"),
    (&["containerPort", "hostPort"], "8080"),
    (&["FixedRate"], "0.1"),
    (&["networkMode"], "awsvpc"),
    (&["requiresCompatibilities"], "EC2"),
];

/// Words of a variable's name, and what stands for it where that is not the field's alone to say.
const WORDS: [(&str, &str); 10] = [
    ("role_arn", "arn:aws:iam::123456789012:role/shop"),
    ("arn", "arn:aws:sns:us-east-1:123456789012:shop"),
    ("account", "123456789012"),
    ("region", "us-east-1"),
    ("cpu", "1024"),
    ("mem", "2048"),
    ("port", "8080"),
    ("priority", "5"),
    ("count", "5"),
    ("enabled", "true"),
];

/// A value for the variable of this name in this field, where it may be `whole`.
pub(crate) fn value(field: &str, name: &str, whole: bool) -> String {
    let by_field = FIELDS.iter().find(|(fields, _)| whole && fields.contains(&field));
    let by_name = || WORDS.iter().find(|(word, _)| name.contains(word)).map(|(_, value)| *value);
    let known = by_field.map(|(_, value)| *value).or_else(by_name);
    // AWS's names are short, and a stack's are not the same.
    let short = || name.split('_').map(|word| &word[..word.len().min(3)]).collect::<Vec<_>>();
    known.map_or_else(|| short().join("-"), str::to_owned)
}
