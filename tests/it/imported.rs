//! The law of import, over files of strangers and answers of AWS: what AWS's model accepts is
//! imported, applied, and then there is nothing to do; what is live is that stack again. All else is
//! refused in words that say what to do.

use crate::harness::{beside, files};
use crate::round_trip::tally;

/// What is no resource of AWS, or not all of one, by what is said and the way out.
const REFUSED: [&[&str]; 13] = [
    &["this is a collector's configuration", "a task definition brings it along"],
    &["this is a Compose file", "aws ecs describe-task-definition"],
    &["this is a workflow", "import reads the AWS CLI's documents"],
    &["sampling rules that an X-Ray SDK keeps", "fixed_target is its ReservoirSize"],
    &["sampling rules that an X-Ray SDK keeps", "its default is `default_sampling: {"],
    &["manifest.tsv", "this is not JSON: it does not begin with", "keep just the JSON"],
    &["holds more than one YAML document", "keep one document in a file"],
    // Of the sort of Compose files, and broken.
    &["this is not valid YAML: invalid trailing content after double-quoted scalar"],
    &["this is not valid YAML: mapping values are not allowed in this context"],
    &["get-sampling-targets shows what a client may sample", "get-sampling-rules"],
    // A template whose containers are other templates.
    &["stands for a whole document, which a variable cannot hold", "write the JSON that belongs"],
    // Only the Default rule's rate and reservoir can be set.
    &["the Default rule has no `Priority`", "known here: FixedRate, ReservoirSize"],
    &["is not taken over: how many there are of it is not known", "terraform show -json"],
];

/// What is imported, since all of it could be read, and is none of AWS's all the same, or is not known
/// to be: by what `apply` says of it.
const FAILED: [&[&str]; 6] = [
    // A rule that comes last in Terraform, and has the Default rule's priority.
    &["`Priority` is 10000", "10000 is the priority of X-Ray's own Default rule"],
    // The collector's own examples, which AWS refuses.
    &["Links are not supported when networkMode=awsvpc"],
    &["`networkMode` is \"default\"", "known here: awsvpc, bridge, host, none"],
    // The task around these containers stands in Terraform: its memory, its volumes and its role.
    &["neither the container nor the task says how much memory it has"],
    &["`containerDefinitions[0]` has no `networkMode`"],
    &["ECS reads secrets with `executionRoleArn`"],
];

#[test]
fn the_files_of_strangers_settle_or_are_told_why_not() {
    let Some(folder) = beside("corpus", "import of the files of strangers") else { return };
    let files = files(&folder);
    let tally = tally(&folder, &files);
    tally.is_but_for(&REFUSED, &FAILED);
    assert!(tally.held >= 295, "{} of {} files", tally.held, files.len());
}

/// Answers that say too little, are of something else, or that only AWS may change.
const ANSWERS_REFUSED: [&[&str]; 17] = [
    &["get-policy does not show what a policy allows", "get-policy-version"],
    &["list-attached-role-policies does not say of which role", "--live --match"],
    &["list-role-policies does not say of which role", "--live --match"],
    &["list-task-definitions shows names only", "describe-task-definition"],
    &["get-sampling-targets shows what a client may sample", "get-sampling-rules"],
    &["list-policy-versions does not show what a policy allows", "get-policy-version"],
    &["list-policies does not show what policies allow", "get-policy-version"],
    &["policy, and", "are not kept here"],
    &["what AWS keeps itself is not taken over"],
    &["which is not among the files", "aws iam get-role --role-name"],
    // Services, traces, groups of users, and examples with their input.
    &["nothing is known here that has", "import reads the AWS CLI's documents"],
    &["a list of something that is not known here is nothing to import"],
    // As Cloud Control has them, whose properties are CloudFormation's.
    &["a role has no `", "known here"],
    &["a policy has no `", "known here"],
    &["a role's permissions have no `Principal`", "stands in `AssumeRolePolicyDocument`"],
    // Made up for tests of others.
    &["`AssumeRolePolicyDocument` needs `Statement`"],
    &["a role needs `AssumeRolePolicyDocument`"],
];

/// What stands on something that is not in an empty account, by what is said of it.
const ANSWERS_FAILED: [&[&str]; 6] = [
    &["TaskDefinition not found."],
    &["ECS has no cluster"],
    // What is as X-Ray ships it is not written down when all that is live is.
    &["\"encryption.Default\": Object {\n        \"Type\": String(\"NONE\"),", "is live as\n{}"],
    &["Invalid principal in policy: \"AWS\":\"arn:aws:iam::"],
    &["policy/BlackListIamList does not exist or is not attachable"],
    // The place in the path, as the one who recorded it wrote it.
    &["<path:1>", "a path begins and ends with `/`"],
];

#[test]
fn what_aws_answered_settles_or_is_told_why_not() {
    let Some(folder) = beside("recordings", "import of the answers of AWS") else { return };
    let mut files = files(&folder);
    // The recorders' notes.
    files.retain(|file| !file.ends_with("meta.json") && file.extension() == Some("json".as_ref()));
    let tally = tally(&folder, &files);
    tally.is_but_for(&ANSWERS_REFUSED, &ANSWERS_FAILED);
    assert!(tally.held >= 130, "{} of {} files", tally.held, files.len());
}
