use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What a text is mended to, and what is said: `3: sentence`, with the line.
#[track_caller]
fn mended(text: &str) -> (Value, String) {
    let Some(mended) = mend(text) else { panic!("not mended: {text}") };
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let said: Vec<_> =
        mended.said.iter().map(|(at, what)| format!("{}: {what}", line(*at))).collect();
    (serde_json::from_str(&mended.text).unwrap(), said.join("\n"))
}

#[track_caller]
fn becomes(text: &str, value: &Value) {
    assert_eq!(mended(text).0, *value, "{text}");
    assert_ne!(mended(text).1, "", "nothing is said of {text}");
}

#[track_caller]
fn is_unclear(text: &str) {
    assert_eq!(mend(text), None, "{text}");
}

#[test]
fn a_command_behind_the_document_is_left_out() {
    let text = "{\n  \"FixedRate\": 0.1\n}\n  ADDRESS=\"https://4567-${ID}\"\n  aws xray create-group \\\n    --filter-expression \"service(\\\"$ADDRESS\\\") {fault OR error}\"\n";
    let (value, said) = mended(text);
    assert_eq!(value, json!({"FixedRate": 0.1}));
    assert_eq!(said, "4: a shell command stands after the document, and is left out");
}

#[test]
fn a_script_around_documents_is_left_out() {
    let script = "#!/bin/sh\ncat <<EOF > rule.json\n{\n  \"Priority\": $PRIORITY\n}\nEOF\naws xray create-sampling-rule --cli-input-json '{\n  \"Host\": \"'\"$HOST\"'\", \"Path\": \"it'\\''s\", \"Rate\": '$RATE'\n}' | jq '{a: .b}'\naws iam create-role --assume-role-policy-document \"{\n  \\\"Version\\\": \\\"2012-10-17\\\", \\\"Arn\\\": \\\"arn:\"$ID\":x\\\"\n}\"\n";
    let (value, said) = mended(script);
    assert_eq!(
        value,
        json!([
            {"Priority": "${var.priority}"},
            {"Host": "${HOST}", "Path": "it's", "Rate": "${var.rate}"},
            {"Version": "2012-10-17", "Arn": "arn:${ID}:x"},
        ])
    );
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "2: a shell command stands before the document, and is left out",
            "3: 3 documents stand in one file; each is read",
            "4: `$PRIORITY` stands without quotes; it is taken for the variable `priority`",
            "6: a shell command stands between two documents, and is left out",
            "8: `'$RATE'` stands without quotes; it is taken for the variable `rate`",
            "9: text that is no JSON stands between two documents, and is left out",
            "10: a document is quoted as one string; its quotes are taken off",
        ]
    );
    assert!(mend(script).unwrap().several);
}

#[test]
fn what_is_left_out_leaves_lines_where_they_are() {
    let text =
        "# A rule\n\n```json\n{\n  // why\n  'a': 1, /* and\n  how */ \"b\": x-$B,\n}\n```\n";
    let mended = mend(text).unwrap();
    let line = |text: &str, of: &str| text.lines().position(|line| line.contains(of));
    assert_eq!(line(&mended.text, "a\""), Some(5));
    assert_eq!(line(&mended.text, "b\""), Some(6));
    assert_eq!(mended.text.lines().nth(7), Some("}"));
}

#[test]
fn slips_of_the_pen_are_mended() {
    let rule = json!({"a": [1, 2], "b": {"c": "x"}});
    for text in [
        "{\"a\": [1, 2,], \"b\": {\"c\": \"x\",},}",
        "{\"a\": [1,, 2], \"b\": {,\"c\": \"x\"}}",
        "{\"a\": [1\n2]\n\"b\": {\"c\": \"x\"}}",
        "{'a': [1, 2], 'b': {'c': 'x'}}",
        "{a: [1, 2], b: {c: `x`}}",
        "module.exports = {\n  a: [1, 2], b: {c: 'x'}\n};\n",
        "export default {a: [1, 2], b: {c: 'x'}}",
        "{“a”: [1, 2], “b”: {“c”: “x”}}",
        "\u{feff}{\"a\": [1,\u{a0}2], \"b\": {\"c\": \"x\"}}",
        "{\"a\": [1, 2], # one\n \"b\": {\"c\": \"x\"}} // two",
        "{\"a\": [+1, 2.0.], \"b\": {\"c\": \"x\"}}".replace("2.0.", "2").as_str(),
        "{\"a\": [1, 2], \\\n \"b\": {\"c\": \"x\"}}",
        "'{\"a\": [1, 2], \"b\": {\"c\": \"x\"}}'",
        "\"{\\\"a\\\": [1, 2], \\\"b\\\": {\\\"c\\\": \\\"x\\\"}}\"",
        "\"{\\n  \\\"a\\\": [1, 2],\\n \\\"b\\\": {\\\"c\\\": \\\"x\\\"}}\"",
        "{\"a\": [1, 2], \"b\": {\"c\": \"x\"}}}",
        "\"a\": [1, 2],\n\"b\": {\"c\": \"x\"},\n",
        "\"a\": [1, 2],\n\"b\": {\"c\": \"x\"}\n}\n",
        "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": \"x\"\n  }\n",
        "\"loadBalancers\": [{\"port\": 80}],\n\n{\"a\": [1, 2], \"b\": {\"c\": \"x\"}}",
        "// {\n//   \"a\": 2\n// }\n{\"a\": [1, 2], \"b\": {\"c\": \"x\"}}",
    ] {
        becomes(text, &rule);
    }
}

#[test]
fn words_and_strings_of_other_languages_are_understood() {
    becomes(
        "{\"a\": True, \"b\": None, \"c\": undefined}",
        &json!({"a": true, "b": null, "c": null}),
    );
    becomes("{\"a\": .5, \"b\": 5.}", &json!({"a": 0.5, "b": 5}));
    becomes(
        "{\"a\": \"receivers:\n\totlp:\n\", \"b\": 1}",
        &json!({"a": "receivers:\n\totlp:\n", "b": 1}),
    );
    becomes("{\"a\": \"\\d+\\.x\"}", &json!({"a": "\\d+\\.x"}));
    becomes("{'a': 'say \"it\\'s\"'}", &json!({"a": "say \"it's\""}));
}

#[test]
fn placeholders_without_quotes_become_references() {
    becomes(
        "{\"cpu\": $CPU, \"memory\": {{ memory }}, \"image\": ${ACCOUNT}.dkr.ecr.<REGION>.amazonaws.com/a:1,\n \"arn\": ROLE_ARN, \"port\": process.env.PORT, \"rate\": ${RATE:-5}, \"command\": [ {{command}} ]}",
        &json!({
            "cpu": "${var.cpu}",
            "memory": "${var.memory}",
            "image": "${var.account}.dkr.ecr.${var.region}.amazonaws.com/a:1",
            "arn": "${var.role_arn}",
            "port": "${var.port}",
            "rate": "${RATE:-5}",
            "command": ["${var.command}"],
        }),
    );
    let said = mended("{\"cpu\": $CPU}").1;
    assert_eq!(said, "1: `$CPU` stands without quotes; it is taken for the variable `cpu`");
}

#[test]
fn several_documents_become_a_list() {
    for text in
        ["{\"a\": 1}\n{\"b\": 2}\n", "{\"a\": 1}, {\"b\": 2}", "{\"a\": 1}\n---\n{\"b\": 2}"]
    {
        assert!(mend(text).unwrap().several);
        becomes(text, &json!([{"a": 1}, {"b": 2}]));
    }
    // A list of its own stays one document.
    assert!(!mend("[{\"a\": 1},]").unwrap().several);
}

#[test]
fn what_is_not_plain_stays() {
    for text in [
        "",
        "no JSON at all",
        "{} x",
        // A quote is missing, a value, a name, a colon.
        "{\"a\": \"x,\n \"b\": \"y\"}",
        "{\"a\": , \"b\": 1}",
        "{\"a\", \"b\": 1}",
        "{\"a\" 1}",
        // Which brace is missing, or what behind it?
        "{\"a\": {\"b\": 1}",
        "{\n  \"a\": {\n    \"b\": 1\n}\n",
        "{\n  \"a\": [\n    {\"b\": 1},\n",
        "{\"a\": [1, 2}",
        // Closed too early.
        "{\"a\": {\"b\": 1}}, \"c\": 2}",
        "{\"a\": 1}},\n{\"b\": 2}",
        // Values of other languages.
        "{\"a\": f(1)}",
        "{\"a\": image}",
        "{\"a\": 012}",
        "{\"a\": \"x\" \"y\"}",
        "[\"a\" \"b\",]",
        "{\"a\": \"\\x41\",}",
        "{\"a\": \"\\u12\",}",
        "{\n  {{#if x}}\n  \"a\": 1,\n  {{/if}}\n  \"b\": 2\n}",
        "{\"a\": 1 {% if x %}, \"b\": 2{% endif %}}",
        "client.register(family='x', containerDefinitions=[{\"name\": \"a\"}])",
        "{\"a\": \"b",
        "{\"a\": 1, /* }",
    ] {
        is_unclear(text);
    }
}

#[test]
fn json_stays_as_it_is() {
    for text in ["{}", "[]", " {\"a\": [1.50, \"// no comment\", \"$X {{y}}\"]}\r\n", "1"] {
        let said = Vec::new();
        assert_eq!(mend(text), Some(Mended { text: text.to_owned(), several: false, said }));
    }
}

#[test]
fn a_long_text_is_told_soon() {
    // What takes the square of it takes hours, and would be noticed.
    let long = 1 << 18;
    for part in [
        "{",
        "[",
        "{\"a\":",
        "{a:",
        "[{",
        "\"a\":",
        "\"",
        "'",
        "{{x}}",
        "/*",
        "//",
        "\\",
        "<!--",
        "{\"a\":1}",
        "{\"a\":1},",
        "{\"a\":1}\n",
        "'{\"a\":1}'",
        "\"{\\\"a\\\":1}\" ",
        "x {\"a\":1} ",
        "(",
        "$",
        "${",
        "<a",
        "%A",
        "{ ",
        "{a ",
        "\"$X\"",
        "'\"$X\"'",
        ", ",
        "{#",
        "{/*",
        "[\"a\"\n",
        "a: {\"b\": [",
    ] {
        drop(mend(&part.repeat(long / part.len())));
        drop(mend(&format!("{{\"a\":{}", part.repeat(long / part.len()))));
    }
}

/// What people's files are like, for mutations.
const DOCUMENT: &str = r#"{
  "family": "web", // the name
  "containerDefinitions": [
    { 'name': "app", "image": "$IMAGE", "cpu": {{cpu}}, "essential": True, },
    { "name": "daemon", "command": ["sh", "-c", "echo '$HOME' \"x\" \u00e9"] }
  ]
}
aws ecs register-task-definition --cli-input-json "{\"a\": \"'$X'\"}" '{"b": 1}'
"#;

proptest! {
    #[test]
    fn whatever_comes_out_is_json(cuts in prop::collection::vec((0usize..600, 0usize..9, "[]\\[{}\"'`,:\\\\/*#$<%a1 \n-]{0,3}"), 0..6)) {
        let mut text: Vec<char> = DOCUMENT.chars().collect();
        for (at, length, with) in cuts {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, with.chars());
        }
        let text: String = text.into_iter().collect();
        if let Some(mended) = mend(&text) {
            prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&mended.text).is_ok());
            prop_assert!(mended.said.iter().all(|(at, _)| text.is_char_boundary(*at)));
            // And once is enough.
            let again = mend(&mended.text).map(|again| (again.text, again.said));
            prop_assert_eq!(again, Some((mended.text, Vec::new())));
        }
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}") {
        drop(mend(&text));
    }

    #[test]
    fn a_document_survives_its_decoration(text in "[a-z\"\\\\é\n{}$ ]{0,12}", number in any::<i32>()) {
        let value = json!({"text": text, "list": [number, {"deep": text}], "none": null});
        let json = serde_json::to_string_pretty(&value).unwrap();
        for decorated in [
            format!("{json}\naws xray get-sampling-rules\n"),
            format!("cat <<EOF\n{json}\nEOF\n"),
            format!("# Title\n\n```json\n{json}\n```\n"),
            json.replace("null\n", "null,\n"),
            format!("// why\n{json} /* so */"),
        ] {
            prop_assert_eq!(&mended(&decorated).0, &value);
        }
    }
}
