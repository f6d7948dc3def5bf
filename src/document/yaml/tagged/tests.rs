use proptest::prelude::*;

use super::*;
use crate::document::read_yaml;

/// `!NAME value` as `{ NAME: value }`.
fn untag(name: &str, node: Node) -> Value {
    let key_span = node.span;
    Value::Map(Map { entries: vec![Entry { key: name.to_owned(), key_span, value: node }] })
}

fn with(
    text: &str,
    read: impl Fn(&Sources, FileId, &mut Diagnostics) -> Option<Node>,
) -> std::result::Result<Node, String> {
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let file = sources.add("template.yaml", text);
    let node = read(&sources, file, &mut found);
    node.ok_or_else(|| anstream::adapter::strip_str(&found.render(&sources, 80)).to_string())
}

fn tagged(text: &str) -> std::result::Result<Node, String> {
    with(text, |sources, file, found| read_tagged_yaml(sources, file, &untag, found))
}

fn plainly(text: &str) -> std::result::Result<Node, String> {
    with(text, read_yaml)
}

#[test]
fn a_tag_is_what_is_made_of_it_and_knows_its_place() {
    let text =
        "é: !Sub \"${x}\"\nb: !Join [ '-', [!Ref a, 2]]\nc: !If\n  - x\n  - !Ref\nd: !Map {a: 1}\n";
    let node = tagged(text).unwrap();
    assert_eq!(
        node.to_json(),
        serde_json::json!({
            "é": {"Sub": "${x}"},
            "b": {"Join": ["-", [{"Ref": "a"}, 2]]},
            "c": {"If": ["x", {"Ref": ""}]},
            "d": {"Map": {"a": 1}},
        })
    );
    let map = node.as_map().unwrap();
    let slice = |node: &Node| text[node.span.start..node.span.end].to_owned();
    assert_eq!(slice(&map.entries[0].value), "!Sub \"${x}\"");
    assert_eq!(slice(&map.entries[1].value), "!Join [");
    assert_eq!(
        tagged("\u{feff}a: !Ref x\n").unwrap().as_map().unwrap().entries[0].key_span.start,
        3
    );
}

#[test]
fn what_carries_a_tag_is_text() {
    let node = tagged("a: !Ref 012\nb: !Ref true\nc: !!str 5\nd: ! 7\ne: !!int 7").unwrap();
    assert_eq!(
        node.to_json(),
        serde_json::json!({"a": {"Ref": "012"}, "b": {"Ref": "true"}, "c": "5", "d": "7", "e": 7})
    );
}

#[test]
fn an_alias_repeats_what_it_names_and_a_bomb_is_refused() {
    let node = tagged("a: &x !Ref y\nb: *x\n").unwrap();
    assert_eq!(node.to_json()["b"], serde_json::json!({"Ref": "y"}));
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let item = format!("*a{},", level - 1).repeat(9);
        text += &format!("a{level}: &a{level} [{item}]\n");
    }
    assert!(tagged(&text).unwrap_err().contains("grows beyond"));
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(1_000));
    assert!(tagged(&long).unwrap_err().contains("grows beyond"));
    assert!(tagged(&"[".repeat(100_000)).is_err());
    assert!(tagged(&"!a [".repeat(10_000)).is_err());
    assert!(tagged("a: &a [*a]\n").is_err());
}

#[test]
fn what_is_wrong_is_told_at_its_place() {
    insta::assert_snapshot!(tagged("a: !Ref x\nb: 2\na: 3\n").unwrap_err(), @"
    error: duplicate key `a`
     --> template.yaml:3:1
      |
    3 | a: 3
      | ^ given a second time here
      |
      = help: keep one of the two
    ");
    for (text, said) in [
        ("a: [!Ref x, 2\nb: 3\n", "illegal placement of ':' indicator\n --> template.yaml:2:2"),
        ("{{x}}: !Ref y\n", "a key is a word, not a mapping\n --> template.yaml:1:2"),
        ("a: 1\n---\na: !Ref x\n", "more than one YAML document\n --> template.yaml:3:1"),
        ("a: !Ref x\nb:\n\t- c\n", "tabs disallowed"),
        ("a: *x\n", "anchor"),
    ] {
        let error = tagged(text).unwrap_err();
        assert!(error.contains(said), "{text}: {error}");
    }
    for wrong in
        ["a: .inf", "? [a]\n: b", "a: !<tag:example.com,2000:x> b", "null: 1", "a: !!binary eA=="]
    {
        assert!(tagged(wrong).is_err(), "{wrong}");
    }
}

/// What has no tag is read as by the reader of stack files, places included.
#[test]
fn without_tags_both_readers_agree() {
    let long = "- 1\n".repeat(2_000);
    for text in [
        "",
        "---\na: 1\n...\n",
        "a: 1\nb:\n  - x\n  - \"é y\"\nc: {d: 0.5}\n",
        "a: [1.10, -3, +4, 0x1F, 0o17, 017, 1_000, 1e3, 12e03, .5, 5., -0]\n",
        "a: [null, Null, NULL, ~, , nil, none]\n",
        "a: [true, True, TRUE, tRue, false, yes, no, on, off, y, n]\n",
        "a: [2012-10-17, 10:20, 1.2.3, +, -1-, ._, ~a, 1a, \"1\", '1', '']\n",
        "a: --- \nb: |\n  x\n   y\nc: >-\n  x\n  y\nd: x\n  y\n",
        "a: &x {k: 1.10}\nb: *x\nc: [*x, *x]\n",
        "a: &x {k: 1}\nb: {<<: *x, l: 2}\n",
        "a: &x {k: 1, l: 1}\nb: &y {m: 2, l: 2}\nc: {<<: [*x, *y], k: 3}\nd: {'<<': 1}\n",
        "1: a\ntrue: b\n1.10: c\n",
        "a:\nb: ~\nc: ''\n",
        "18446744073709551615: 18446744073709551616\nb: -9223372036854775809\n",
        "a: 99999999999999999999999999999999\n",
        &long,
    ] {
        assert_eq!(tagged(text), plainly(text), "{text}");
    }
    for wrong in [
        "a: [1, 2\nb: 3\n",
        "a: 1\na: 2\n",
        "a: 1\n---\nb: 2\n",
        "a:\n\t- b\n",
        "a: .inf\n",
        "? [a]\n: 1\n",
        "a: {<<: 1}\n",
    ] {
        assert!(tagged(wrong).is_err() && plainly(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_scalar_is_read_alike_by_both(text in "[-+0-9a-fnNtTuUlLrReExXo._~ ]{1,8}") {
        for text in [format!("a: {text}\n"), format!("[{text}, x]\n")] {
            let (one, other) = (tagged(&text), plainly(&text));
            prop_assert_eq!(one.is_ok(), other.is_ok(), "{}", text);
            if let (Ok(one), Ok(other)) = (one, other) {
                prop_assert_eq!(one, other, "{}", text);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "([-a!*&<>%@`|:?{}, \n\"'\\[\\]]|!Sub |é){0,40}") {
        drop(tagged(&text));
    }
}
