use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::document::{Entry, FileId, Map, Span, read_json};

fn node(value: Value) -> Node {
    Node::new(Span::new(nowhere(), 0, 0), value)
}

fn nowhere() -> FileId {
    Sources::default().add("", "")
}

fn text(text: &str) -> Node {
    node(Value::String(text.to_owned()))
}

fn map(entries: impl IntoIterator<Item = (String, Node)>) -> Node {
    let mut map = Map::default();
    for (key, value) in entries {
        if map.get(&key).is_none() {
            map.entries.push(Entry { key, key_span: value.span, value });
        }
    }
    node(Value::Map(map))
}

/// The tree without its places and spellings, the order kept.
fn bare(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Seq(items) => format!("[{}]", items.iter().map(bare).collect::<Vec<_>>().join(",")),
        Value::Map(map) => {
            let entries = map.entries.iter();
            let entries = entries.map(|one| format!("{:?}:{}", one.key, bare(&one.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}

fn read(text: &str) -> Node {
    let mut sources = Sources::default();
    let file = sources.add("out.yaml", text);
    let mut found = Diagnostics::default();
    read_yaml(&sources, file, &mut found)
        .unwrap_or_else(|| panic!("{}\n{text}", found.render(&sources, 80)))
}

fn from_json(text: &str) -> Node {
    let mut sources = Sources::default();
    let file = sources.add("in.json", text);
    read_json(&sources, file, &mut Diagnostics::default()).expect("JSON")
}

#[test]
fn a_task_definition_reads_as_if_somebody_wrote_it() {
    let node = from_json(
        r#"{
        "family": "backend-flask",
        "taskRoleArn": "arn:aws:iam::123456789012:role/CruddurTaskRole",
        "cpu": "256",
        "requiresCompatibilities": ["FARGATE"],
        "volumes": [],
        "containerDefinitions": [{
            "name": "xray",
            "image": "public.ecr.aws/xray/aws-xray-daemon",
            "essential": true,
            "portMappings": [{"name": "xray", "containerPort": 2000, "protocol": "udp"}],
            "healthCheck": {"command": ["CMD-SHELL", "curl -f http://x:80/?a=b || exit 1"], "retries": 3},
            "environment": [
                {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "https://api.honeycomb.io"},
                {"name": "VERSION", "value": "1.10"},
                {"name": "AOT_CONFIG_CONTENT", "value": "receivers:\n  otlp:\n\nexporters: {}\n"}
            ],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": "cruddur", "awslogs-region": "us-east-1", "mode": "non-blocking",
                "max-buffer-size": "25m"}}
        }]
    }"#,
    );
    insta::assert_snapshot!(block(&node, 2), @r#"
    family: backend-flask
    taskRoleArn: arn:aws:iam::123456789012:role/CruddurTaskRole
    cpu: "256"
    requiresCompatibilities: [FARGATE]
    volumes: []
    containerDefinitions:
      - name: xray
        image: public.ecr.aws/xray/aws-xray-daemon
        essential: true
        portMappings: [{ name: xray, containerPort: 2000, protocol: udp }]
        healthCheck:
          command: [CMD-SHELL, "curl -f http://x:80/?a=b || exit 1"]
          retries: 3
        environment:
          - { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: https://api.honeycomb.io }
          - { name: VERSION, value: "1.10" }
          - name: AOT_CONFIG_CONTENT
            value: |
              receivers:
                otlp:

              exporters: {}
        logConfiguration:
          logDriver: awslogs
          options:
            awslogs-group: cruddur
            awslogs-region: us-east-1
            mode: non-blocking
            max-buffer-size: 25m
    "#);
}

#[test]
fn a_policy_reads_as_if_somebody_wrote_it() {
    let node = from_json(
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
             "Action": "sts:AssumeRole",
             "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}},
            {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
             "Resource": "*"}]}"#,
    );
    insta::assert_snapshot!(block(&node, 0), @r#"
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Principal: { Service: ecs-tasks.amazonaws.com }
        Action: sts:AssumeRole
        Condition: { StringEquals: { aws:SourceAccount: "123456789012" } }
      - Effect: Allow
        Action: [xray:PutTraceSegments, xray:PutTelemetryRecords]
        Resource: "*"
    "#);
}

/// Texts in a block and in brackets.
fn both_ways(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{:<16} {}\n", line(text, false), line(text, true))).collect()
}

#[test]
fn words_that_a_reader_takes_for_something_else_are_quoted() {
    let texts = [
        "plain",
        "two words",
        "no",
        "on",
        "y",
        "True",
        "null",
        "~",
        "",
        "1.0",
        "0123",
        "0x1F",
        "1_000",
        "123456789012",
        "2012-10-17",
        "12:30:00",
        "1e5",
        ".inf",
        "=",
        "<<",
        "---",
        "...",
    ];
    insta::assert_snapshot!(both_ways(&texts), @r#"
    plain            plain
    two words        "two words"
    "no"             "no"
    "on"             "on"
    "y"              "y"
    "True"           "True"
    "null"           "null"
    "~"              "~"
    ""               ""
    "1.0"            "1.0"
    "0123"           "0123"
    "0x1F"           "0x1F"
    "1_000"          "1_000"
    "123456789012"   "123456789012"
    "2012-10-17"     "2012-10-17"
    "12:30:00"       "12:30:00"
    "1e5"            "1e5"
    ".inf"           ".inf"
    "="              "="
    "<<"             "<<"
    "---"            "---"
    "..."            "..."
    "#);
}

#[test]
fn signs_are_quoted_where_they_mean_something() {
    let texts = [
        "*",
        "&a",
        "!Ref x",
        "%",
        "@x",
        "`x`",
        "- x",
        "-",
        "-c",
        "a: b",
        "a:b",
        "a #b",
        "a#b",
        "# a",
        " a",
        "a ",
        "a\tb",
        "\u{1b}[31m",
        "${var.x}",
        "[a",
        "a, b",
        "it's",
        "\"a\"",
        "\\d",
        "naïve 🦀",
        "a\u{202e}b",
        "a\u{2028}b",
        "\u{feff}a",
        "a?b",
        ".",
        "\u{e0041}",
        "⚠\u{fe0f} keep",
        "a\u{3164}",
    ];
    insta::assert_snapshot!(both_ways(&texts), @r##"
    "*"              "*"
    "&a"             "&a"
    "!Ref x"         "!Ref x"
    "%"              "%"
    "@x"             "@x"
    "`x`"            "`x`"
    "- x"            "- x"
    "-"              "-"
    -c               -c
    "a: b"           "a: b"
    a:b              a:b
    "a #b"           "a #b"
    a#b              a#b
    "# a"            "# a"
    " a"             " a"
    "a "             "a "
    "a\tb"           "a\tb"
    "\e[31m"         "\e[31m"
    ${var.x}         "${var.x}"
    "[a"             "[a"
    a, b             "a, b"
    it's             it's
    "\"a\""          "\"a\""
    \d               \d
    naïve 🦀          "naïve 🦀"
    "a\u202Eb"       "a\u202Eb"
    "a\Lb"           "a\Lb"
    "\uFEFFa"        "\uFEFFa"
    a?b              "a?b"
    "."              "."
    "\U000E0041"     "\U000E0041"
    "⚠\uFE0F keep"   "⚠\uFE0F keep"
    "a\u3164"        "a\u3164"
    "##);
}

#[test]
fn texts_of_several_lines_are_blocks_where_nothing_is_lost() {
    let values = [
        "a\nb",
        "a\nb\n",
        "a\n\n  b\n",
        "  a\nb",
        "a\nb\n\n",
        "\n",
        "a\r\nb",
        "a\n\tb",
        "\n\ta\nb",
    ];
    let node = node(Value::Seq(values.map(text).to_vec()));
    insta::assert_snapshot!(block(&node, 0), @r#"
    - |-
      a
      b
    - |
      a
      b
    - |
      a

        b
    - |2-
        a
      b
    - "a\nb\n\n"
    - "\n"
    - "a\r\nb"
    - |-
      a
      	b
    - "\n\ta\nb"
    "#);
}

#[test]
fn numbers_are_spelled_as_they_were() {
    let numbers = "[1.10, 1, 1.0, 1e5, 1E400, -0, 0.1, 18446744073709551615, 123456789012345678901234567890, true]";
    let one_by_one = |text: &str| flow(&from_json(&format!("[{text}]")));
    let all: Vec<_> = numbers
        .trim_matches(['[', ']'])
        .split(", ")
        .filter(|number| serde_json::from_str::<serde_json::Value>(number).is_ok())
        .map(one_by_one)
        .collect();
    insta::assert_snapshot!(all.join(" "), @"[1.10] [1] [1.0] [1e5] [-0.0] [0.1] [18446744073709551615] [123456789012345678901234567890] [true]");
    assert_eq!(flow(&read("0x1F")), "0x1F");
    let lying = Node { spelling: Some("2".into()), ..node(Value::Number(1.into())) };
    assert_eq!(flow(&lying), "1");
}

#[test]
fn a_key_too_long_for_its_line_is_told_by_a_question_mark() {
    let long = "k".repeat(2000);
    let inner = map([(long.clone(), map([("a".to_owned(), text("b\nc"))]))]);
    let node = map([("x".to_owned(), node(Value::Seq(vec![inner])))]);
    let written = block(&node, 0);
    assert!(written.starts_with(&format!("x:\n  - ? {long}\n    :\n      a: |-\n")), "{written}");
    assert_eq!(bare(&read(&written)), bare(&node));
    assert_eq!(bare(&read(&flow(&node))), bare(&node));
}

fn hostile() -> impl Strategy<Value = String> {
    const PIECES: [&str; 48] = [
        "a", "b c", " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}",
        "\u{feff}", ":", ": ", " #", "#", "-", "- ", "?", "? ", ",", "[", "]", "{", "}", "&", "*",
        "!", "|", ">", "'", "\"", "%", "@", "`", "~", "\\", "null", "no", "0", "1.", "_", "---",
        "...", "<<", "🦀", "${",
    ];
    prop_oneof![
        4 => prop::collection::vec(select(&PIECES[..]), 0..8).prop_map(|pieces| pieces.concat()),
        2 => any::<String>(),
        2 => "[a-z]{1,8}",
        1 => prop::collection::vec(select(&["word ", "\n", "  x"][..]), 0..300)
            .prop_map(|pieces| pieces.concat()),
    ]
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        1 => Just(node(Value::Null)),
        1 => any::<bool>().prop_map(|value| node(Value::Bool(value))),
        1 => any::<i64>().prop_map(|value| node(Value::Number(value.into()))),
        1 => any::<u64>().prop_map(|value| node(Value::Number(value.into()))),
        1 => any::<f64>().prop_filter_map("finite", |value| {
            Some(node(Value::Number(serde_json::Number::from_f64(value)?)))
        }),
        5 => hostile().prop_map(|value| node(Value::String(value))),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| node(Value::Seq(items))),
            prop::collection::vec((hostile(), inner), 0..5).prop_map(map),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(tree in tree(), indent in 0_usize..7) {
        let tree = map([("x".to_owned(), tree)]);
        let written = block(&tree, indent);
        prop_assert!(written.ends_with('\n'));
        prop_assert_eq!(bare(&read(&written)), bare(&tree), "{}", written);
        // What comes after it, blank lines too, is nothing to it.
        let more = format!("{written}\n\n{:indent$}last: 1\n", "");
        let mut expected = bare(&tree);
        expected.pop();
        prop_assert_eq!(bare(&read(&more)), format!("{expected},\"last\":1}}"), "{}", more);
        prop_assert_eq!(block(&read(&written), indent), written);
    }

    #[test]
    fn what_is_written_on_one_line_is_read_again(tree in tree()) {
        let written = flow(&tree);
        prop_assert!(!written.contains(['\n', '\r']));
        prop_assert_eq!(bare(&read(&format!("[{written}, x]\n"))), format!("[{},\"x\"]", bare(&tree)));
    }
}
