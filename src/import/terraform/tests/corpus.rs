//! Real files by others.

use std::path::Path;

use super::*;

#[test]
fn every_resource_of_the_corpus_is_taken_or_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/sampling-rules/tf");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: not run, there is no {}", folder.display());
        return;
    };
    let mut rules = 0;
    for file in files {
        let text = std::fs::read_to_string(file.expect("an entry").path()).expect("a file");
        let (haul, said) = from_tf(&[("main.tf", &text)]);
        assert!(!haul.found.has_errors(), "{said}");
        for line in text.lines().filter(|line| line.starts_with("resource ")) {
            let parts: Vec<_> = line.split('"').collect();
            let [_, ty, _, label, ..] = parts.as_slice() else { panic!("{line}") };
            if *ty != "aws_xray_sampling_rule" {
                continue;
            }
            rules += 1;
            let is_named = said.contains(&format!("`{ty}.{label}` is not taken over"));
            let own = text.lines().position(|other| other == line);
            let is_taken = haul
                .taken
                .iter()
                .any(|taken| own == Some(text[..taken.span.start].matches('\n').count()));
            assert!(is_named != is_taken, "{line}\n{said}");
        }
    }
    assert!(rules > 20, "{rules} rules");
}
