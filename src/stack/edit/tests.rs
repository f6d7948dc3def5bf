use super::*;
use crate::document::read_json;
use crate::stack::{Files, Inputs, Loaded, Unreadable};

fn node(json: &str) -> Node {
    let mut sources = Sources::default();
    let file = sources.add("in.json", json);
    read_json(&sources, file, &mut Diagnostics::default()).unwrap()
}

pub(super) fn resource(section: &'static str, key: &str, json: &str) -> Resource {
    Resource { section, key: key.to_owned(), body: node(json) }
}

fn rule(key: &str) -> Resource {
    resource("sampling_rules", key, r#"{"Priority": 1, "FixedRate": 0.5, "ReservoirSize": 0}"#)
}

fn rules(keys: &[&str]) -> Additions {
    Additions { resources: keys.iter().map(|key| rule(key)).collect(), ..Additions::default() }
}

/// The file with more in it, or why not.
fn added(text: &str, more: &Additions) -> String {
    let mut sources = Sources::default();
    let file = sources.add("stack.yaml", text);
    let mut found = Diagnostics::default();
    let longer = add(&sources, file, more, &mut found);
    let said = anstream::adapter::strip_str(&found.render(&sources, 80)).to_string();
    format!("{}{said}", longer.unwrap_or_default())
}

fn head() -> Head {
    Head {
        comment: "What runs in production.\nImported from three files.".to_owned(),
        stack: "cruddur".to_owned(),
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
    }
}

fn everything() -> Additions {
    let mut task = resource(
        "task_definitions",
        "backend",
        r#"{"containerDefinitions": [{"name": "app", "image": "?", "memory": 64,
            "environment": [{"name": "SHOWN_AS", "value": "${account}, ${env:X}"}]}]}"#,
    );
    let Value::Map(body) = &mut task.body.value else { panic!("a mapping") };
    let Value::Seq(containers) = &mut body.entries[0].value.value else { panic!("a list") };
    let Value::Map(container) = &mut containers[0].value else { panic!("a mapping") };
    container.entries[1].value = Node {
        interpolated: true,
        ..Node::new(task.body.span, Value::String("${var.image}:1".to_owned()))
    };
    Additions {
        vars: BTreeMap::from([
            ("image".to_owned(), Some(Value::String("nginx".to_owned()))),
            ("account".to_owned(), None),
        ]),
        adopt: vec![Address::new("roles", "Task"), Address::new("sampling_rules", "POST minimum")],
        resources: vec![
            task,
            resource("roles", "Task", r#"{"AssumeRolePolicyDocument": {"file": "trust.json"}}"#),
            resource("default_sampling", "Default", r#"{"FixedRate": 0.05, "ReservoirSize": 1}"#),
            rule("POST minimum"),
        ],
    }
}

#[test]
fn a_new_file_has_everything_in_its_order() {
    let mut found = Diagnostics::default();
    let head = Head { account: "${var.account}".to_owned(), ..head() };
    let text = new_file(&head, &everything(), &mut found).unwrap();
    insta::assert_snapshot!(text, @r#"
    # What runs in production.
    # Imported from three files.
    stack: cruddur
    account: ${var.account}
    region: us-east-1
    vars:
      account: {}
      image: { default: nginx }
    adopt: [roles.Task, "sampling_rules.\"POST minimum\""]

    sampling_rules:
      "POST minimum": { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }

    roles:
      Task: { AssumeRolePolicyDocument: { file: trust.json } }

    task_definitions:
      backend:
        containerDefinitions:
          - name: app
            image: ${var.image}:1
            memory: 64
            environment: [{ name: SHOWN_AS, value: "$${account}, ${env:X}" }]
    "#);
    assert_eq!(found, Diagnostics::default());
}

#[test]
fn a_new_file_is_a_sound_stack() {
    struct Trust;
    impl Files for Trust {
        fn read(&mut self, _: &str, named: &str) -> Result<Loaded, Unreadable> {
            let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]}"#;
            Ok(Loaded { shown: named.to_owned(), text: text.to_owned() })
        }
    }
    let text = new_file(&head(), &everything(), &mut Diagnostics::default()).unwrap();
    let inputs = Inputs {
        vars: BTreeMap::from([("account".to_owned(), "123456789012".to_owned())]),
        ..Inputs::default()
    };
    let file = Loaded { shown: "stack.yaml".to_owned(), text };
    let reading = crate::stack::read(file, &mut Trust, &inputs);
    let said = reading.found.render(&reading.sources, 80);
    let stack = reading.stack.unwrap_or_else(|| panic!("{said}"));
    assert_eq!(stack.wanted.len(), 4);
    assert_eq!(stack.adopt.len(), 2);
    let task = stack.wanted.iter().find(|one| one.name == "backend").unwrap();
    let task = task.document.to_string();
    assert!(task.contains("nginx:1") && task.contains("${account}, ${env:X}"), "{task}");
}

#[test]
fn a_file_keeps_its_comments_its_order_and_its_layout() {
    let text = "\
# Our tracing.
stack: ours # the mark
account: '123456789012'
region: us-east-1

default_sampling: {FixedRate: 0.05,   ReservoirSize: 1}

sampling_rules:
    # Nobody wants these.
    health: {Priority: 1}   # probes
    # Not yet:
    # later: {Priority: 2}

# Who may do what.
roles: {}   # none so far
";
    insta::assert_snapshot!(added(text, &Additions {
        adopt: vec![Address::new("roles", "Task")],
        vars: BTreeMap::from([("x".to_owned(), None)]),
        resources: vec![rule("a"), rule("b"), everything().resources[1].clone(), resource("policies", "p", "{}")],
    }), @"
    # Our tracing.
    stack: ours # the mark
    account: '123456789012'
    region: us-east-1
    vars:
      x: {}
    adopt: [roles.Task]

    default_sampling: {FixedRate: 0.05,   ReservoirSize: 1}

    sampling_rules:
        # Nobody wants these.
        health: {Priority: 1}   # probes
        # Not yet:
        # later: {Priority: 2}
        a: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
        b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }

    # Who may do what.
    roles:   # none so far
      Task: { AssumeRolePolicyDocument: { file: trust.json } }

    policies:
      p: {}
    ");
}

#[test]
fn lists_and_variables_are_added_to_in_their_manner() {
    let more = everything();
    let more = Additions { resources: Vec::new(), ..more };
    let head = "stack: a\nadopt: [roles.A,] # ours\nvars: {image: {}}\nregion: b\n";
    insta::assert_snapshot!(added(head, &more), @r#"
    stack: a
    adopt: [roles.A, roles.Task, "sampling_rules.\"POST minimum\"",] # ours
    vars: {image: {}, account: {}}
    region: b
    "#);
    let head = "stack: a\nadopt:\n- roles.A\n# more?\nvars:\n\n  a: {}\n\n  # two\n  b: {}\n";
    insta::assert_snapshot!(added(head, &more), @r#"
    stack: a
    adopt:
    - roles.A
    - roles.Task
    - sampling_rules."POST minimum"
    # more?
    vars:

      a: {}

      # two
      b: {}

      account: {}

      image: { default: nginx }
    "#);
    let head = "stack: a\nadopt: []\nvars:\n  # none yet\n\nsampling_rules: {}\n";
    insta::assert_snapshot!(added(head, &more), @r#"
    stack: a
    adopt:
      - roles.Task
      - sampling_rules."POST minimum"
    vars:
      # none yet
      account: {}
      image: { default: nginx }

    sampling_rules: {}
    "#);
}

#[test]
fn brackets_over_several_lines_stay() {
    let with_comma = "sampling_rules: {\n  a: {}, # one\n  # two\n}\nstack: x\n";
    insta::assert_snapshot!(added(with_comma, &rules(&["b", "c"])), @"
    sampling_rules: {
      a: {}, # one
      # two
      b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 },
      c: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 },
    }
    stack: x
    ");
    let without = "sampling_rules: { a: {},\n    z: {} # one\n  }\n";
    insta::assert_snapshot!(added(without, &rules(&["b", "c"])), @"
    sampling_rules: { a: {},
        z: {}, # one
        b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 },
        c: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
      }
    ");
    let closed_at_once = "sampling_rules: { a: {}, # one\n    z: {} }\n";
    insta::assert_snapshot!(added(closed_at_once, &rules(&["b"])), @"
    sampling_rules: { a: {}, # one
        z: {}, b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 } }
    ");
}

#[test]
fn the_ends_of_a_file_stay_what_they_are() {
    let more = rules(&["b"]);
    assert_eq!(
        added("\u{feff}stack: x\r\nsampling_rules:\r\n  a: {}", &more),
        "\u{feff}stack: x\r\nsampling_rules:\r\n  a: {}\r\n  b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }\r\n"
    );
    insta::assert_snapshot!(added("%YAML 1.2\n---\nstack: x\n...\n# after\n", &more), @"
    %YAML 1.2
    ---
    stack: x

    sampling_rules:
      b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
    ...
    # after
    ");
    insta::assert_snapshot!(added("stack: x\n\n# vim: ft=yaml\n", &more), @"
    stack: x

    # vim: ft=yaml

    sampling_rules:
      b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
    ");
    insta::assert_snapshot!(added("stack: x\nsampling_rules: ~ # none", &more), @"
    stack: x
    sampling_rules: # none
      b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
    ");
    insta::assert_snapshot!(added("stack: x\nsampling_rules: # none\nroles:\n", &more), @"
    stack: x
    sampling_rules: # none
      b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
    roles:
    ");
}

#[test]
fn the_default_rule_is_its_section() {
    let more =
        Additions { resources: vec![everything().resources[2].clone()], ..Additions::default() };
    insta::assert_snapshot!(added("stack: x\n", &more), @"
    stack: x

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }
    ");
    insta::assert_snapshot!(added("stack: x\ndefault_sampling:\n", &more), @"
    stack: x
    default_sampling:
      FixedRate: 0.05
      ReservoirSize: 1
    ");
    insta::assert_snapshot!(added("default_sampling: { FixedRate: 1 }\n", &more), @"
    error: the file has `default_sampling.Default` already
     --> stack.yaml:1:19
      |
    1 | default_sampling: { FixedRate: 1 }
      |                   ^
      |
      = help: take it out there, or leave it out of what is added
    ");
}

#[test]
fn what_is_there_already_is_told() {
    let text = "sampling_rules:\n  a: {}\n";
    insta::assert_snapshot!(added(text, &rules(&["a", "b"])), @"
    error: the file has `sampling_rules.a` already
     --> stack.yaml:2:6
      |
    2 |   a: {}
      |      ^
      |
      = help: take it out there, or leave it out of what is added
    ");
    let top = node(
        r#"{"sampling_rules": {"a": 1, "b": 2}, "default_sampling": {}, "roles": null, "stack": "x"}"#,
    );
    let known: Vec<_> = resources(&top).into_iter().map(|(s, k, _)| format!("{s}.{k}")).collect();
    assert_eq!(known, ["sampling_rules.a", "sampling_rules.b", "default_sampling.Default"]);
}

#[test]
fn what_would_change_something_else_is_left_to_a_person() {
    let hostile = [
        "base: &b\n  a: {}\nsampling_rules: *b\n",
        "sampling_rules: &b\n  a: {}\ntags: *b\n",
        "sampling_rules: {\n  # nothing yet\n}\n",
        "{ \"sampling_rules\": { \"a\": {} } }\n",
        "sampling_rules:\n  a: |+\n    x\n\nstack: x\n",
        "sampling_rules:\n  ? a\n  : {}\n",
        "sampling_rules: []\n",
        "sampling_rules: text\n",
        "- a\n",
    ];
    for text in hostile {
        let said = added(text, &rules(&["b"]));
        assert!(said.starts_with("error: "), "{said}");
    }
    insta::assert_snapshot!(added(hostile[1], &rules(&["b"])), @"
    error: `sampling_rules` cannot be added to without changing what stands there
     --> stack.yaml:1:1
      |
    1 | sampling_rules: &b
      | ^^^^^^^^^^^^^^
      |
      = help: add by hand under `sampling_rules`: `b`
      = help: `tracewright import` without `--out` shows it as it would stand in a new file
    ");
}

#[test]
fn an_anchor_that_nothing_depends_on_is_no_hindrance() {
    let text = "x: &b { Priority: 1 }\nsampling_rules:\n  a:\n    <<: *b\n  <<: { c: {} }\n";
    insta::assert_snapshot!(added(text, &rules(&["b"])), @"
    x: &b { Priority: 1 }
    sampling_rules:
      a:
        <<: *b
      <<: { c: {} }
      b: { Priority: 1, FixedRate: 0.5, ReservoirSize: 0 }
    ");
}

#[test]
fn what_would_be_taken_for_a_reference_is_left_out_with_a_warning() {
    let more = Additions {
        vars: BTreeMap::from([("a".to_owned(), Some(Value::String("${region}".to_owned())))]),
        adopt: vec![Address::new("sampling_rules", "${region}")],
        ..Additions::default()
    };
    insta::assert_snapshot!(added("stack: x\n", &more), @r#"
    stack: x
    vars:
      a: {}
    warning: the default of `a` would be read as a reference
      = help: give it with `--var a=VALUE`

    warning: `adopt` cannot list `sampling_rules."${region}"`, which reads as a reference
      = help: give it with `--adopt`
    "#);
}

#[test]
fn what_nobody_could_read_is_not_written() {
    let many = format!("[{}]", vec!["0"; 100_001].join(","));
    let more =
        Additions { resources: vec![resource("policies", "p", &many)], ..Additions::default() };
    let said = added("stack: a\n", &more);
    assert!(said.starts_with("error: with `policies` in it, "), "{said}");
}
