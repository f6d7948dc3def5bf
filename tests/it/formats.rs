//! One report in every format: Markdown within its budget, GitHub's commands, graphs.

use std::fmt::Write as _;

use crate::harness::Scenario;

const BACKEND: &str = "roles:
  task: { AssumeRolePolicyDocument: { Version: \"2012-10-17\", Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole } }, ManagedPolicies: [AWSXRayDaemonWriteAccess] }
sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.05, ReservoirSize: 1, ServiceName: shop }
  health: { Priority: 5, FixedRate: 0, ReservoirSize: 0, URLPath: /health }
task_definitions:
  backend:
    taskRoleArn: ${role.task.arn}
    containerDefinitions:
      - { name: app, image: app:1, memory: 64, environment: [{ name: AWS_XRAY_TRACING_NAME, value: shop }] }
      - { name: xray, image: public.ecr.aws/xray/aws-xray-daemon:3.6.1, memory: 64 }
";

/// Everything that somebody might put into a name so as to get out of its place.
const HOSTILE: &str = "a`b::error::pwned -->|</details>${{ secrets.X }}@you#1";

#[test]
fn markdown_says_what_matters_and_then_the_rest() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "FixedRate: 0.05", "FixedRate: 0.1");
    scenario.edit(
        "stack.yaml",
        "  health: { Priority: 5, FixedRate: 0, ReservoirSize: 0, URLPath: /health }\n",
        "",
    );
    scenario.edit("stack.yaml", "[AWSXRayDaemonWriteAccess]", "[AdministratorAccess]");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --format markdown"), @r#"
    <!-- tracewright:report v1 verb=plan digest=c8cb16d850a3fc47996b618b48e7fb14 -->
    ## tracewright plan: 1 to delete, 2 to change

    <code>shop</code> in account <code>123456789012</code>, <code>eu&#45;west&#45;1</code>, from <code>stack&#46;yaml</code>

    ### Deleted or made anew

    - deletes <code>sampling&#95;rules&#46;health</code>: no longer in the file

    ### Permissions

    - ⚠️ wider: <code>roles&#46;task</code>: may now do everything with everything in the account
    - more: <code>roles&#46;task</code>: gets the policy AdministratorAccess
    - less: <code>roles&#46;task</code>: loses the policy AWSXRayDaemonWriteAccess

    ### In detail

    <details><summary><code>&#45;</code> <code>sampling&#95;rules&#46;health</code> no longer in the file</summary>

    ```text
    - sampling_rules.health  no longer in the file
        FixedRate      0
        Priority       5
        ReservoirSize  0
        URLPath        /health
    ```

    </details>
    <details><summary><code>&#126;</code> <code>roles&#46;task</code> the file changed</summary>

    ```text
    ~ roles.task  the file changed  stack.yaml:5
        ManagedPolicies.AWSXRayDaemonWriteAccess
          arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess -> (none)
        ManagedPolicies.AdministratorAccess
          (none) -> arn:aws:iam::aws:policy/AdministratorAccess
    ```

    </details>
    <details><summary><code>&#126;</code> <code>sampling&#95;rules&#46;checkout</code> the file changed</summary>

    ```text
    ~ sampling_rules.checkout  the file changed  stack.yaml:7
        FixedRate  0.05 -> 0.1
    ```

    </details>
    <details><summary>What <code>shop</code> wires together</summary>

    ```mermaid
    flowchart LR
      n0["task definition<br/>backend"]
      n1(["receives traces<br/>backend#47;xray<br/>the X-Ray daemon"])
      n2{{"role<br/>task"}}
      n3[/"policy<br/>AdministratorAccess"/]
      n4("sampling rule<br/>checkout<br/>priority 10, 10 #37; beside 1 a second")
      n0 -->|sends traces to| n1
      n2 -->|has| n3
      n0 -->|task role| n2
      n4 -->|decides for| n0
    ```

    </details>
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local --format markdown --budget 2000"), @r#"
    <!-- tracewright:report v1 verb=drift -->
    ## tracewright drift: no drift

    <code>shop</code> in account <code>123456789012</code>, <code>eu&#45;west&#45;1</code>, from <code>stack&#46;yaml</code>

    ### In detail

    <details><summary><code>roles&#46;task</code> the file changed</summary>

    ```text
    = roles.task  the file changed  stack.yaml:5
        ManagedPolicies.AWSXRayDaemonWriteAccess  (pending)
          file (none)
          AWS  arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.AdministratorAccess  (pending)
          file arn:aws:iam::aws:policy/AdministratorAccess
          AWS  (none)
    ```

    </details>
    <details><summary><code>sampling&#95;rules&#46;checkout</code> the file changed</summary>

    ```text
    = sampling_rules.checkout  the file changed  stack.yaml:7
        FixedRate  file 0.1, AWS 0.05  (pending)
    ```

    </details>
    <details><summary><code>sampling&#95;rules&#46;health</code> no longer in the file</summary>

    ```text
    = sampling_rules.health  no longer in the file
    ```

    </details>
    <details><summary>What <code>shop</code> wires together</summary>

    ```mermaid
    flowchart LR
      n0["task definition<br/>backend"]
      n1(["receives traces<br/>backend#47;xray<br/>the X-Ray daemon"])
      n2{{"role<br/>task"}}
      n3[/"policy<br/>AdministratorAccess"/]
      n4("sampling rule<br/>checkout<br/>priority 10, 10 #37; beside 1 a second")
      n0 -->|sends traces to| n1
      n2 -->|has| n3
      n0 -->|task role| n2
      n4 -->|decides for| n0
    ```

    </details>
    [exit 0]
    "#);
}

#[test]
fn github_gets_annotations_a_summary_and_outputs() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit(
        "stack.yaml",
        "  health: { Priority: 5, FixedRate: 0, ReservoirSize: 0, URLPath: /health }\n",
        "",
    );
    scenario.edit("stack.yaml", "image: app:1", "image: app:2");
    scenario.write("summary", "");
    scenario.write("output", "");
    let [summary, output] =
        ["summary", "output"].map(|file| scenario.path(file).display().to_string());
    let env = [("GITHUB_STEP_SUMMARY", summary.as_str()), ("GITHUB_OUTPUT", output.as_str())];
    let words = |line: &'static str| line.split(' ').collect::<Vec<_>>();
    let plan = scenario.run_in(&words("plan stack.yaml --local --format github"), &env).exits(0);
    assert_eq!(plan.stderr, "", "in one order");
    let token = plan.stdout.lines().next().unwrap().strip_prefix("::stop-commands::").unwrap();
    let (quiet, commands) = plan.stdout.split_once(&format!("::{token}::\n")).unwrap();
    assert!(quiet.contains("Plan: 1 to delete, 1 to change."), "{quiet}");
    insta::assert_snapshot!(commands, @"::warning file=stack.yaml,title=deletes::sampling_rules.health: no longer in the file");
    assert!(scenario.read("summary").starts_with("<!-- tracewright:report v1 verb=plan digest="));
    insta::assert_snapshot!(told(&scenario.read("output")), @"
    changes=true
    digest=[DIGEST]
    exit-code=0
    task-definitions={}
    to_add=0
    to_change=1
    to_destroy=1
    ");
    // From a folder below, files are named from the top of the repository.
    let top = scenario.path("").display().to_string();
    scenario.write("stacks/stack.yaml", scenario.read("stack.yaml"));
    let below = scenario
        .command(&words("plan stack.yaml --local=../.tracewright/local.json --format github"))
        .current_dir(scenario.path("stacks"))
        .env("GITHUB_WORKSPACE", top)
        .output()
        .unwrap();
    let below = String::from_utf8(below.stdout).unwrap();
    assert!(below.contains("::warning file=stacks/stack.yaml,title=deletes::"), "{below}");
    scenario.write("output", "");
    let apply = "apply stack.yaml --local --yes --format github";
    scenario.run_in(&words(apply), &env).exits(0);
    insta::assert_snapshot!(told(&scenario.read("output")), @r#"
    changes=true
    digest=[DIGEST]
    exit-code=0
    task-definition-arn=arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:2
    task-definitions={"backend":"arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:2"}
    to_add=0
    to_change=1
    to_destroy=1
    "#);
    // Of what is gone no ARN is handed on.
    scenario.write("output", "");
    let checkout =
        "  checkout: { Priority: 10, FixedRate: 0.05, ReservoirSize: 1, ServiceName: shop }\n";
    scenario.stack(&format!("sampling_rules:\n{checkout}task_definitions: {{}}\n"));
    scenario.run_in(&words(apply), &env).exits(0);
    let outputs = told(&scenario.read("output"));
    assert!(
        outputs.contains("to_destroy=1\n") && outputs.contains("task-definitions={}\n"),
        "{outputs}"
    );
    assert!(!outputs.contains("task-definition-arn"), "{outputs}");
    scenario.write("output", "");
    scenario.stack("sampling_rules: { a: { Priority: x } }\n");
    let broken = scenario.run_in(&words("plan stack.yaml --local --format github"), &env).exits(1);
    insta::assert_snapshot!(broken.stdout.lines().last().unwrap(), @"::error file=stack.yaml,line=4,col=22,title=tracewright::a sampling rule needs `ReservoirSize`; `ReservoirSize`: how many requests a second are traced before the rate counts, over all services");
}

/// The outputs, as the runner reads them.
fn told(file: &str) -> String {
    let mut told = String::new();
    let mut lines = file.lines();
    while let Some(line) = lines.next() {
        let (name, end) = line.split_once("<<").unwrap();
        let value: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
        let value = value.join("\n");
        let value = if name == "digest" { "[DIGEST]" } else { &value };
        writeln!(told, "{name}={value}").unwrap();
    }
    told
}

#[test]
fn names_stay_in_their_places() {
    let scenario = Scenario::new();
    let name = serde_json::to_string(&format!("{HOSTILE}\u{1b}[31m\u{202e}\nx")).unwrap();
    let refused = format!("sampling_rules: {{ {name}: {{ Priority: 1 }} }}\n");
    let planned = format!(
        "sampling_rules: {{ a: {{ Priority: 1, FixedRate: 0, ReservoirSize: 0, URLPath: /a }} }}\n\
         task_definitions:\n  app: {{ containerDefinitions: [{{ name: a, image: \"a:1\", memory: 64, command: [{name}], environment: [{{ name: X, value: {name} }}] }}] }}\n"
    );
    // AWS would not take that name, and the error is told in each format, too.
    for (sections, exit) in [(refused, 1), (planned, 0)] {
        scenario.stack(&sections);
        for format in ["text", "markdown", "github", "json"] {
            let plan = format!("plan stack.yaml --local --format {format}");
            let run = scenario.run(&plan).exits(exit);
            let out = run.to_string();
            assert!(!out.contains('\u{202e}') && !out.contains('\u{1b}'), "{format}: {out}");
            if format == "markdown" {
                assert_no_way_out(&run.stdout);
            }
            if format == "github" {
                let commands =
                    run.stdout.lines().filter(|line| line.trim_start().starts_with("::"));
                let own =
                    ["::stop-commands::", "::tracewright-", "::error ", "::warning ", "::notice "];
                for command in commands {
                    assert!(own.iter().any(|begins| command.starts_with(begins)), "{command}");
                }
            }
        }
    }
}

/// Outside of fenced blocks every text is escaped, and inside nothing ends the fence.
fn assert_no_way_out(markdown: &str) {
    let mut fence: Option<String> = None;
    for (at, line) in markdown.lines().enumerate() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                let bare = if at == 0 { "" } else { line };
                for out in ["-->", "${{", "@you", "::error", "[31m"] {
                    assert!(!bare.contains(out), "{out} in {line}\n{markdown}");
                }
                assert_eq!(line.contains("</details>"), line == "</details>", "{line}");
            }
        }
    }
    assert_eq!(fence, None, "{markdown}");
}

#[test]
fn four_hundred_changes_fit_into_any_budget() {
    let scenario = Scenario::new();
    let tasks = |image: &str| {
        let mut text =
            "limits: { max_deletion_percent: 100 }\nroles: {}\ntask_definitions:\n".to_owned();
        for at in 0..400 {
            writeln!(text, "  task-{at}: {{ containerDefinitions: [{{ name: app, image: \"{image}\", memory: 64 }}] }}").unwrap();
        }
        text
    };
    scenario.stack(&tasks("app:1"));
    for budget in [2_000, 10_000, 60_000] {
        let run = scenario
            .run(&format!("plan stack.yaml --local --format markdown --budget {budget}"))
            .exits(0);
        assert!(run.stdout.len() <= budget, "{} for {budget}", run.stdout.len());
        assert!(run.stdout.contains("400 to create"), "{run}");
        assert!(run.stdout.contains("more in detail, which the log of the job has"), "{run}");
        assert_no_way_out(&run.stdout);
    }
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack("limits: { max_deletion_percent: 100 }\nroles:\n  admin: { AssumeRolePolicyDocument: { Version: \"2012-10-17\", Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole } }, ManagedPolicies: [AdministratorAccess] }\ntask_definitions:\n  task-0: { containerDefinitions: [{ name: app, image: \"app:1\", memory: 64 }] }\n");
    let run = scenario.run("plan stack.yaml --local --format markdown --budget 10000").exits(0);
    assert!(run.stdout.len() <= 10_000 && run.stdout.contains("399 to delete"), "{run}");
    assert!(run.stdout.contains("- … and "), "{run}");
    let (_, permissions) =
        run.stdout.split_once("### Permissions").expect("they are never left out");
    assert!(permissions.contains("may now do everything"), "{run}");
    let github = scenario.run("plan stack.yaml --local --format github").exits(0);
    let warnings: Vec<_> =
        github.stdout.lines().filter(|line| line.starts_with("::warning")).collect();
    assert_eq!(warnings.len(), 10);
    assert!(warnings[9].contains("and 391 more"), "{}", warnings[9]);
}

#[test]
fn files_beside_the_output() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    let run = "apply stack.yaml --local --yes --json-into report.json --markdown-into report.md";
    scenario.run(run).exits(0).says("Applied: 4 created.");
    let report: serde_json::Value = serde_json::from_str(&scenario.read("report.json")).unwrap();
    assert_eq!(report["exit"], 0);
    let steps = report["stacks"][0]["run"]["steps"].as_array().unwrap();
    let arn = steps.iter().find(|step| step["address"] == "task_definitions.backend").unwrap();
    assert_eq!(arn["arn"], "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:1");
    assert!(scenario.read("report.md").contains("## tracewright apply: 4 done"));
    let json = scenario.run("apply stack.yaml --local --yes --format json").exits(0);
    assert_eq!(json.json()["verb"], "apply");
}

#[test]
fn a_graph_of_what_a_stack_wires_together() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    insta::assert_snapshot!(scenario.run("graph stack.yaml"), @r#"
    flowchart LR
      n0["task definition<br/>backend"]
      n1(["receives traces<br/>backend#47;xray<br/>the X-Ray daemon"])
      n2{{"role<br/>task"}}
      n3[/"policy<br/>AWSXRayDaemonWriteAccess"/]
      n4("sampling rule<br/>health<br/>priority 5, 0 #37; beside 0 a second")
      n5("sampling rule<br/>checkout<br/>priority 10, 5 #37; beside 1 a second")
      n0 -->|sends traces to| n1
      n2 -->|has| n3
      n0 -->|task role| n2
      n5 -->|decides for| n0
    [exit 0]
    "#);
}
