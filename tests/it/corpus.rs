//! Documents of strangers, and recorded answers of AWS, as what `file:` names: each works unchanged,
//! or is refused at its line with a way out. They are no part of the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::harness::{Scenario, beside, files};

/// A resource for a file: its section, and its body.
pub(crate) type Resource = (&'static str, Value);

/// What became of a folder of files.
pub(crate) struct Tried {
    pub(crate) scenario: Scenario,
    pub(crate) files: Vec<String>,
    /// What `check` says of a file, by its name.
    pub(crate) refused: BTreeMap<String, Vec<String>>,
}

/// Puts each file below a folder into one stack, as the resource that `of` makes of its path and its
/// text, and checks that.
pub(crate) fn tried(folder: &Path, of: impl Fn(&str, &str) -> Vec<Resource>) -> Tried {
    let scenario = Scenario::new();
    let mut names = Vec::new();
    let mut sections: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let file = format!("docs/{name}");
        scenario.write(&file, &text);
        for (section, body) in of(&file, &text) {
            let key = format!("f{}", names.len());
            sections.entry(section).or_default().insert(key, body);
        }
        names.push(file);
    }
    scenario.stack(&yaml(&sections));
    let mut tried = Tried { scenario, files: names, refused: BTreeMap::new() };
    // A run says no more than so many errors.
    while tried.check() {
        for resources in sections.values_mut() {
            resources.retain(|key, _| {
                let file = &tried.files[key[1..].parse::<usize>().unwrap()];
                !tried.refused.contains_key(file)
            });
        }
        tried.scenario.stack(&yaml(&sections));
    }
    tried
}

/// JSON is YAML.
fn yaml(sections: &BTreeMap<&str, Map<String, Value>>) -> String {
    sections.iter().map(|(name, body)| format!("{name}: {}\n", json!(body))).collect()
}

impl Tried {
    /// Takes down what is refused, with the line in the file; whether anything is.
    fn check(&mut self) -> bool {
        let check = self.scenario.run("check stack.yaml");
        for problem in check.stderr.split("\n\n").filter(|problem| problem.starts_with("error: ")) {
            let place = problem.split_once("--> ").expect("a place").1;
            let (file, line) = place.split_once(':').expect("a line");
            let line: usize = line.split(':').next().unwrap().parse().unwrap();
            let text = self.scenario.read(file);
            let line = text.lines().nth(line - 1).unwrap().trim();
            let problems = self.refused.entry(file.to_owned()).or_default();
            problems.push(format!("{problem}\n{line}"));
        }
        check.code != 0
    }

    /// Each refusal is one of these, by a word of the line in the file, what is said of it, and the
    /// way out; and each of these is met.
    #[track_caller]
    fn refused_for(&self, reasons: &[(&str, &str, &str)]) {
        let mut met = vec![false; reasons.len()];
        for (file, problems) in &self.refused {
            for problem in problems {
                let (said, line) = problem.rsplit_once('\n').unwrap();
                let is_it = |(word, what, help): &(&str, &str, &str)| {
                    line.contains(word) && said.contains(what) && said.contains(help)
                };
                let at = reasons.iter().position(is_it);
                met[at.unwrap_or_else(|| panic!("{file}: {problem}"))] = true;
            }
        }
        for (reason, met) in reasons.iter().zip(met) {
            assert!(met, "nothing is refused for {reason:?}");
        }
    }

    /// What was not refused is applied, but for what the local AWS refuses for one of these; the next
    /// plan is about just that. Returns how many files were applied.
    #[track_caller]
    fn applied_but_for(&self, reasons: &[&str]) -> usize {
        let apply = self.scenario.run("apply stack.yaml --local --yes");
        let failed: Vec<_> =
            apply.stderr.lines().filter(|line| line.starts_with("failed  ")).collect();
        assert_eq!(apply.code, if failed.is_empty() { 0 } else { 6 }, "{apply}");
        for line in &failed {
            assert!(reasons.iter().any(|reason| line.contains(reason)), "{line}");
        }
        let plan = self.scenario.run("plan stack.yaml --local --format json").json();
        let left: Vec<_> =
            plan["steps"].as_array().unwrap().iter().map(|step| &step["address"]).collect();
        assert_eq!(left.len(), failed.len(), "{left:?} {failed:#?}");
        self.files.len() - self.refused.len() - failed.len()
    }
}

pub(crate) fn task_definition(file: &str, _: &str) -> Vec<Resource> {
    // Strangers call theirs alike.
    let family: String =
        file.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let family = &family[family.len().saturating_sub(255)..];
    vec![("task_definitions", json!({"file": file, "family": family}))]
}

#[test]
fn task_definitions_of_strangers_work_unchanged_or_are_told_the_way_out() {
    let test = "task definitions of strangers as files";
    let Some(folder) = beside("corpus/task-definitions", test) else { return };
    let tried = tried(&folder, task_definition);
    tried.refused_for(&[
        ("{{", "not valid JSON", "write `\"${var.NAME}\"`"),
        ("$", "not valid JSON", "write `\"${var.NAME}\"`"),
        ("[", "the document is a list", "goes into one: `{ \"containerDefinitions\": [ … ] }`"),
        ("RoleArn\": \"{{", "is no role's name or ARN", "${role.KEY.arn}"),
        ("RoleArn\": \"<", "is no role's name or ARN", "${role.KEY.arn}"),
        ("RoleArn\": \"arn:", "is no role's name or ARN", "${account}:role/NAME"),
        ("RoleArn\": \"tis-", "is no role's name or ARN", "${role.KEY.arn}"),
        ("\"<your-ecr-image-name>\"", "a container's name is", "`${var.NAME}`"),
        (
            "\"networkMode\": ",
            "none of the values it has",
            "known here: awsvpc, bridge, host, none",
        ),
    ]);
    let applied = tried.applied_but_for(&[]);
    assert_eq!((applied, tried.files.len()), (100, 150));
}

#[test]
fn policies_of_strangers_work_unchanged_or_are_told_the_way_out() {
    let test = "policies of strangers as files";
    let Some(folder) = beside("corpus/iam-policies", test) else { return };
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    let tried = tried(&folder, |file, text| {
        let document = json!({"file": file});
        if text.contains("\"Principal\"") {
            return vec![("roles", json!({"AssumeRolePolicyDocument": document}))];
        }
        let inline = json!({"AssumeRolePolicyDocument": trust, "InlinePolicies": {"p": document}});
        vec![("roles", inline), ("policies", json!({"PolicyDocument": document}))]
    });
    // What a role may do, in the same document as who may assume it: AWS takes neither so.
    tried.refused_for(&[
        (":", "a trust policy has actions of STS only", "stands in its own policies"),
        ("\"Resource\"", "a trust policy has no `Resource`", "stands in its own policies"),
        ("{", "needs `Principal`", "who may"),
    ]);
    assert_eq!(tried.refused.len(), 7, "{:#?}", tried.refused);
    // Terraform's variable, which is IAM's too, as far as anybody can tell: it is warned of.
    let applied = tried.applied_but_for(&["Resource ${xray_trace} must be in ARN format"]);
    assert!(applied >= 61, "{applied}");
}

#[test]
fn what_aws_answered_is_a_file_as_it_is() {
    let test = "recorded task definitions as files";
    let Some(folder) = beside("recordings/ecs/DescribeTaskDefinition", test) else { return };
    let tried = tried(&folder, task_definition);
    tried.refused_for(&[]);
    assert_eq!(tried.applied_but_for(&[]), tried.files.len());
    let left_out = "note: AWS sets taskDefinitionArn, revision, status, requiresAttributes";
    drop(tried.scenario.run("check stack.yaml").exits(0).says(left_out));
}

#[test]
fn recorded_roles_are_files_as_they_are() {
    let test = "recorded roles as files";
    let Some(folder) = beside("recordings/iam/GetRole", test) else { return };
    let tried = tried(&folder, |file, _| {
        let name = format!(
            "r{}",
            file.bytes().fold(7_u64, |hash, b| hash.wrapping_mul(31) ^ u64::from(b))
        );
        vec![("roles", json!({"file": file, "RoleName": name}))]
    });
    tried.refused_for(&[
        // Made up for a test of others.
        ("%7B%22Version%22%3A%222012-10-17%22%7D", "needs `Statement`", ""),
        // So is the place in the path of the one who recorded it.
        ("<path:1>", "a path begins and ends with `/`", "write it like `/team/`"),
    ]);
    // Who may assume it, or what bounds it, is in the account of the one who recorded it.
    let applied = tried.applied_but_for(&[
        "Invalid principal in policy: \"AWS\":\"arn:aws:iam::",
        "policy/BlackListIamList does not exist or is not attachable",
    ]);
    assert!(applied > 60, "{applied}");
    let left_out = "note: AWS sets RoleId, Arn, CreateDate";
    drop(tried.scenario.run("check stack.yaml").exits(0).says(left_out));
}

#[test]
fn recorded_policies_are_files_as_they_are() {
    let test = "recorded policies as files";
    let Some(folder) = beside("recordings/iam", test) else { return };
    let version = tried(&folder.join("GetPolicyVersion"), |file, _| {
        vec![("policies", json!({"file": file}))]
    });
    version.refused_for(&[]);
    assert_eq!(version.applied_but_for(&[]), version.files.len());
    // An answer of `get-policy` has all but the document.
    let grant = json!({"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}});
    let policy = tried(&folder.join("GetPolicy"), |file, _| {
        vec![("policies", json!({"file": file, "PolicyDocument": grant}))]
    });
    policy.refused_for(&[]);
    assert_eq!(policy.applied_but_for(&[]), policy.files.len());
    for answers in ["GetRolePolicy", "GetUserOrGroupPolicy"] {
        let trust = json!({"Statement": {"Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}});
        let inline = tried(&folder.join(answers), |file, _| {
            let policies = json!({"p": {"file": file}});
            vec![("roles", json!({"AssumeRolePolicyDocument": trust, "InlinePolicies": policies}))]
        });
        inline.refused_for(&[]);
        assert_eq!(inline.applied_but_for(&[]), inline.files.len(), "{answers}");
    }
}
