//! What holds for every file and every addition.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

/// A file as people write it, and the lines that an addition may change.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    flexible: Vec<String>,
}

fn comment() -> impl Strategy<Value = &'static str> {
    select(&["", "", "", " # one", " # a: b, {c", "   # - [x"][..])
}

/// Lines that say nothing, indented.
fn silence(indent: usize) -> impl Strategy<Value = String> {
    let line = select(&["", "", "# four", "# five:", "#"][..]);
    prop::collection::vec(line, 0..3).prop_map(move |lines| {
        let pad = " ".repeat(indent);
        lines.iter().map(|line| format!("{}\n", format!("{pad}{line}").trim_end())).collect()
    })
}

/// The body of a resource at a column, as it follows its key.
fn body(column: usize) -> impl Strategy<Value = String> {
    let pad = " ".repeat(column + 2);
    let bodies = [
        " {}@".to_owned(),
        "@".to_owned(),
        " { Priority: 1, Tags: [a, 'b # c'] }@".to_owned(),
        format!("@\n{pad}Priority: 1@\n{pad}Text: |\n{pad}  x # no comment\n\n{pad}  - y"),
        format!("@\n{pad}Text: >-\n{pad}  x\n{pad}  y\n"),
        format!("@\n{pad}List:\n{pad}- 1\n{pad}# between\n{pad}- {{ a: b,\n{pad} c: d }}@"),
        format!(" {{ Priority: 1,@\n{pad}FixedRate: \"0.5\\\n{pad}1\" }}@"),
    ];
    (select(bodies.to_vec()), comment()).prop_map(|(body, comment)| body.replace('@', comment))
}

/// A section with entries, and the lines of it that may change.
fn section(key: &'static str) -> impl Strategy<Value = (String, Vec<String>)> {
    let lines = select(vec![1_usize, 2, 4]).prop_flat_map(move |indent| {
        let entry = (silence(indent), body(indent));
        (prop::collection::vec(entry, 1..4), comment(), silence(indent)).prop_map(
            move |(entries, comment, after)| {
                let mut text = format!("{key}:{comment}\n");
                for (at, (before, body)) in entries.into_iter().enumerate() {
                    text += &format!("{before}{:indent$}k{at}:{body}\n", "");
                }
                (text + &after, Vec::new())
            },
        )
    });
    let empty = select(&[" {}", " ~", " null", "", " { }"][..]);
    let empty = (empty, comment(), silence(2)).prop_map(move |(value, comment, after)| {
        let line = format!("{key}:{value}{comment}");
        (format!("{line}\n{after}"), vec![line])
    });
    let brackets = [
        format!("{key}: {{ a: {{}}, \"b c\": {{x: 1}} }}@"),
        format!("{key}: {{a: , b: {{}} ,}}@"),
        format!("{key}: {{@\n  a: {{}},@\n  # b: {{}},\n  c: {{}}@\n}}@"),
        format!("{key}: {{@\n  a: {{}},@\n  c: {{}},@\n}}"),
        format!("{key}:\n  {{ a: {{}},@\n  b: {{ c: [1,\n 2] }} }}@"),
    ];
    let brackets = (select(brackets.to_vec()), comment()).prop_map(|(text, comment)| {
        let text = text.replace('@', comment);
        (format!("{text}\n"), text.lines().map(str::to_owned).collect())
    });
    prop_oneof![3 => lines, 1 => empty, 1 => brackets]
}

fn adopt() -> impl Strategy<Value = (String, Vec<String>)> {
    let lists = ["adopt: [roles.A]", "adopt: []", "adopt:", "adopt:\n- roles.A\n- roles.B # b"];
    let more = ["adopt:\n    # c\n    - roles.A\n    # d", "adopt: [\n  roles.A # a\n]"];
    select([&lists[..], &more[..]].concat()).prop_map(|text| {
        let changed = text.lines().filter(|line| !line.contains("- ")).map(str::to_owned);
        (format!("{text}\n"), changed.collect())
    })
}

fn file() -> impl Strategy<Value = Written> {
    let envelope = Just(("stack: x # the mark\nregion: 'us-east-1'\n".to_owned(), Vec::new()));
    let parts = (
        envelope,
        prop::option::of(section("vars")),
        prop::option::of(adopt()),
        prop::option::of(section("sampling_rules")),
        prop::option::of(section("roles")),
    );
    let parts = parts.prop_map(|(head, vars, adopt, rules, roles)| {
        [Some(head), vars, adopt, rules, roles].into_iter().flatten().collect::<Vec<_>>()
    });
    let frame = (
        prop_oneof![Just(""), Just("\u{feff}"), Just("---\n"), Just("# top\n\n")],
        prop_oneof![Just(""), Just("...\n"), Just("...\n# after\n"), Just("\n# last\n")],
        any::<bool>(),
        prop::bool::weighted(0.3),
    );
    (parts.prop_shuffle(), prop::collection::vec(silence(0), 5), frame).prop_map(
        |(parts, between, (before, after, crlf, open))| {
            let mut text = before.to_owned();
            let mut flexible = Vec::new();
            for ((part, lines), silence) in parts.into_iter().zip(between) {
                text += &(part + &silence);
                flexible.extend(lines);
            }
            text += after;
            let text = if open { text.trim_end().to_owned() } else { text };
            Written { text: if crlf { text.replace('\n', "\r\n") } else { text }, flexible }
        },
    )
}

fn additions() -> impl Strategy<Value = Additions> {
    let bodies = [
        r#"{"Priority": 1, "FixedRate": 0.5}"#,
        "{}",
        r##"{"A": {"B": ["# x", ": y", "a\n\nb\n"]}, "C": "${account} é", "D": null, "E": [{"f": 1}]}"##,
        r#"{"file": "../a b.json"}"#,
    ];
    let keys = ["new", "another one", "no", "a:b", "12", "é{}"];
    let resources = ["sampling_rules", "roles", "policies"].map(|section| {
        (subsequence(keys.to_vec(), 0..3), select(bodies.to_vec())).prop_map(move |(keys, body)| {
            let resource = |key| super::tests::resource(section, key, body);
            keys.into_iter().map(resource).collect::<Vec<_>>()
        })
    });
    let vars = prop::collection::btree_map("[n-z]{1,3}", prop::option::of(".{0,5}"), 0..3);
    let adopt = prop::collection::vec("[a-z ]{1,5}", 0..3);
    (resources, vars, adopt, any::<bool>()).prop_map(move |(resources, vars, adopt, default)| {
        let mut resources = resources.concat();
        if default {
            resources.push(super::tests::resource("default_sampling", "Default", bodies[0]));
        }
        Additions {
            vars: vars.into_iter().map(|(name, text)| (name, text.map(Value::String))).collect(),
            adopt: adopt.into_iter().map(|key| Address::new("roles", key)).collect(),
            resources,
        }
    })
}

fn read(text: &str) -> Option<serde_json::Value> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    read_yaml(&sources, file, &mut Diagnostics::default()).map(|tree| tree.to_json())
}

/// What the file has to say in the end, told another way than the editor tells it.
fn expected(text: &str, more: &Additions) -> serde_json::Value {
    use serde_json::{Value, json};
    fn put(value: &mut Value, new: Value) {
        if value.is_null() {
            *value = new;
        } else if let (Value::Object(known), Value::Object(new)) = (&mut *value, new) {
            new.into_iter()
                .for_each(|(key, new)| put(known.entry(key).or_insert(Value::Null), new));
        }
    }
    let mut top = read(text).unwrap();
    for (name, default) in &more.vars {
        let default = default.as_ref().map(|value| Node::new(span(), value.clone()).to_json());
        let body = default.map_or(json!({}), |default| json!({ "default": default }));
        put(&mut top, json!({ "vars": { name.as_str(): body } }));
    }
    for address in &more.adopt {
        put(&mut top, json!({ "adopt": [] }));
        top["adopt"].as_array_mut().unwrap().push(address.to_string().into());
    }
    for one in &more.resources {
        let body = as_written(&one.body).to_json();
        let body = if one.section == "default_sampling" { body } else { json!({ &one.key: body }) };
        put(&mut top, json!({ one.section: body }));
    }
    top
}

fn span() -> Span {
    Span::new(Sources::default().add("", ""), 0, 0)
}

fn added(text: &str, more: &Additions) -> Result<String, String> {
    let mut sources = Sources::default();
    let file = sources.add("stack.yaml", text);
    let mut found = Diagnostics::default();
    add(&sources, file, more, &mut found).ok_or_else(|| found.render(&sources, 80))
}

/// Whether the lines stand in the text, in their order, but for those that may change.
fn keeps_lines(old: &Written, new: &str) -> bool {
    let plain = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
    let (before, after) = (plain(&old.text), plain(new));
    let mut after = after.lines();
    let mut kept = before.lines().filter(|line| !old.flexible.iter().any(|one| one == line));
    kept.all(|line| after.any(|other| other == line))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_is_there_stays_and_what_is_new_is_read(file in file(), more in additions()) {
        prop_assume!(read(&file.text).is_some());
        let longer = match added(&file.text, &more) {
            Ok(longer) => longer,
            Err(said) => return Err(TestCaseError::fail(format!("{said}\n{}", file.text))),
        };
        prop_assert_eq!(read(&longer).unwrap(), expected(&file.text, &more), "{}", longer);
        prop_assert!(keeps_lines(&file, &longer), "{}\n---\n{}", file.text, longer);
        if file.text.contains("\r\n") {
            prop_assert!(!longer.replace("\r\n", "").contains('\n'), "{:?}", longer);
        }
    }

    #[test]
    fn a_damaged_file_is_refused_or_kept(
        file in file(),
        more in additions(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), select(&[
            "&a ", "*a", "<<: *a", "{", "}", "[", "]", ",", ": ", "#", "\n", "  ", "- ", "? ", "|+\n",
            "!!map ", "\t", "'", "\"",
        ][..])), 1..4),
    ) {
        let mut text = file.text;
        for (at, piece) in damage {
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
            text.insert_str(*at.get(&places), piece);
        }
        if let Ok(longer) = added(&text, &more) {
            prop_assert_eq!(read(&longer).unwrap(), expected(&text, &more), "{}", longer);
        }
    }

    #[test]
    fn a_new_file_says_what_it_should(
        more in additions(),
        comment in ".{0,20}(\n.{0,5})?",
        stack in any::<String>(),
    ) {
        let head = Head { comment, stack, account: "012345678901".into(), region: "no".into() };
        let text = new_file(&head, &more, &mut Diagnostics::default()).unwrap();
        let opening = serde_json::json!({
            "stack": head.stack, "account": head.account, "region": head.region,
        });
        prop_assert_eq!(read(&text).unwrap(), expected(&opening.to_string(), &more), "{}", text);
    }
}
