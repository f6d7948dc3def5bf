//! What the repository publishes is made from the code: reference pages, schemas, the picture in
//! the README. `TRACEWRIGHT_UPDATE=1 cargo test published` writes them anew.

use std::fs;
use std::path::Path;

use tracewright::{kinds, plan, stack};

use crate::harness::{Scenario, repository};

/// Holds a published file against what the code makes of it now.
#[track_caller]
pub(crate) fn publish(file: &str, text: &str) {
    let path = repository().join(file);
    if std::env::var_os("TRACEWRIGHT_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == text,
        "{file} is stale: `TRACEWRIGHT_UPDATE=1 cargo test published` writes it anew"
    );
}

#[test]
fn a_page_for_each_kind() {
    for kind in kinds::ALL {
        publish(&format!("docs/{}.md", kind.section()), &kind.page());
    }
}

#[test]
fn the_schemas() {
    publish("docs/stack.schema.json", &format!("{:#}\n", stack::schema()));
    let journal = tracewright::apply::journal::journal_schema();
    publish("docs/journal.schema.json", &format!("{journal:#}\n"));
    publish("docs/plan.schema.json", &format!("{:#}\n", plan::plan_schema()));
    publish("docs/drift.schema.json", &format!("{:#}\n", plan::drift_schema()));
    let report = tracewright::report::report_schema();
    publish("docs/report.schema.json", &format!("{report:#}\n"));
}

#[test]
fn a_page_of_every_verb() {
    let scenario = Scenario::new();
    let mut page = "# The verbs\n\nWhat `--help` says of each.\n".to_owned();
    let verbs = [
        "",
        "init",
        "check",
        "plan",
        "apply",
        "destroy",
        "drift",
        "show",
        "import",
        "render",
        "render compose",
        "render collector",
        "render cloudformation",
        "render task-definition",
        "matrix",
        "permissions",
        "schema",
        "graph",
        "doctor",
        "local serve",
        "local reset",
        "completions",
        "man",
    ];
    for verb in verbs {
        let line = format!("{verb} --help");
        let help = scenario.run(line.trim_start()).exits(0).stdout;
        let name = format!("tracewright {verb}");
        page += &format!("\n## `{}`\n\n```text\n{}\n```\n", name.trim_end(), help.trim_end());
    }
    publish("docs/verbs.md", &page);
}

#[test]
fn the_picture_in_the_readme_is_a_real_plan() {
    let scenario = Scenario::with_examples();
    scenario.write(
        "stacks/shop.yaml",
        "stack: shop\naccount: \"123456789012\"\nregion: us-east-1\nsampling_rules:\n  \
         checkout: { Priority: 200, FixedRate: 0.05, ReservoirSize: 1, URLPath: /checkout/* }\n  \
         legacy-search: { Priority: 300, FixedRate: 0.5, ReservoirSize: 10, URLPath: /search }\n",
    );
    scenario.run("apply stacks/shop.yaml --local --yes").exits(0);
    scenario.write(
        "stacks/shop.yaml",
        "stack: shop\naccount: \"123456789012\"\nregion: us-east-1\nsampling_rules:\n  \
         checkout: { Priority: 100, FixedRate: 1, ReservoirSize: 1, URLPath: /checkout/* }\n  \
         health: { Priority: 10, FixedRate: 0, ReservoirSize: 0, URLPath: /health }\n\
         default_sampling: { FixedRate: 0.01, ReservoirSize: 1 }\n",
    );
    let plan = scenario.run("--color always plan stacks/shop.yaml --local").exits(0).stdout;
    let shown = format!("$ tracewright plan stacks/shop.yaml\n{plan}");
    publish("docs/plan.svg", &anstyle_svg::Term::new().render_svg(&shown));
}

#[test]
fn the_example_stacks_are_sound_and_apply_as_they_are() {
    for stack in fs::read_dir(repository().join("stacks")).unwrap() {
        let name = stack.unwrap().file_name().into_string().unwrap();
        let scenario = Scenario::with_examples();
        scenario.run(&format!("check stacks/{name}")).exits(0);
        scenario.run(&format!("apply stacks/{name} --local --yes")).exits(0);
        scenario.run(&format!("plan stacks/{name} --local --detailed-exitcode")).exits(0);
    }
}

#[test]
fn the_readme_names_every_verb_and_exit_code_and_its_two_commands() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let help = Scenario::new().run("--help").exits(0).stdout;
    let verbs = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    // A description that goes on in the next line is indented further.
    let named = verbs.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for verb in named.filter_map(|line| line.split_whitespace().next()) {
        assert!(verb == "help" || readme.contains(&format!("`{verb}")), "README has no `{verb}`");
    }
    for code in ["0", "1", "2", "3", "4", "5", "6", "7", "64", "130"] {
        assert!(readme.contains(&format!("| {code} |")), "README has no exit code {code}");
    }
    assert!(readme.contains("cargo run -- apply stacks/cruddur.yaml --local --yes"));
    assert!(readme.contains("tests/run"));
}

#[test]
fn every_file_of_tests_is_in_the_binary() {
    let folder = repository().join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        if module.starts_with('.') {
            continue; // a snapshot that waits for its review
        }
        assert!(
            module == "main" || main.contains(&format!("mod {module};")),
            "{name} is forgotten"
        );
    }
}

/// The order that ARCHITECTURE.md lays out, held by a test.
#[test]
fn each_layer_names_only_what_it_may() {
    let outside = ["std::fs", "std::env", "std::time", "std::net", "tokio", "futures"];
    for_each_source("src", &|path, text| {
        let inside = |folders: &[&str]| folders.iter().any(|folder| path.starts_with(folder));
        // Shapes name the SDK for the schema of its types, and never a client.
        let is_live = |part: &std::ffi::OsStr| part == "live" || part == "live.rs";
        let may_call_aws = inside(&["aws", "document/shape"]) || path.iter().any(is_live);
        for sdk in ["aws_sdk_", "aws_config", "aws_smithy", "aws_credential"] {
            assert!(may_call_aws || !text.contains(sdk), "{} names {sdk}", path.display());
        }
        if inside(&["plan", "stack", "document", "sampling", "iam", "import", "export"]) {
            for name in outside {
                assert!(!text.contains(name), "{} names {name}", path.display());
            }
        }
    });
}

fn for_each_source(folder: &str, check: &dyn Fn(&Path, &str)) {
    let root = repository().join(folder);
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                check(path.strip_prefix(&root).unwrap(), &fs::read_to_string(&path).unwrap());
            }
        }
    }
}

/// One client of each service: a crate of the SDK that lacks its HTTP client says so only when it
/// is called.
#[tokio::test]
async fn every_crate_of_the_sdk_has_an_http_client() {
    let config = aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            aws_credential_types::Credentials::new("a", "b", None, None, "a test"),
        ))
        .endpoint_url("http://127.0.0.1:9")
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .build();
    let refused = |error: String| assert!(error.contains("dispatch failure"), "{error}");
    let xray = aws_sdk_xray::Client::new(&config).get_sampling_rules().send().await;
    refused(xray.unwrap_err().to_string());
    let sts = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
    refused(sts.unwrap_err().to_string());
    let ecs = aws_sdk_ecs::Client::new(&config).list_clusters().send().await;
    refused(ecs.unwrap_err().to_string());
    let iam = aws_sdk_iam::Client::new(&config).list_roles().send().await;
    refused(iam.unwrap_err().to_string());
}
