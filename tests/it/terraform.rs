//! `.tf` files of strangers: each resource that a stack can have is taken over, or named.

use std::fs;

use tracewright::document::Sources;
use tracewright::import::Haul;
use tracewright::import::terraform::take_tf;
use tracewright::stack::Unreadable;

use crate::harness::{beside, files};

#[test]
fn every_rule_of_the_corpus_is_taken_or_named() {
    let Some(corpus) = beside("corpus", "sampling rules in Terraform") else { return };
    let mut rules = 0;
    for path in files(&corpus.join("sampling-rules/tf")) {
        let text = fs::read_to_string(&path).unwrap();
        let (mut sources, mut haul) = (Sources::default(), Haul::default());
        let file = sources.add(path.display().to_string(), text.as_str());
        let mut read = |_: &str, _: &str| {
            Err(Unreadable { message: "is not there".to_owned(), hint: String::new() })
        };
        take_tf(&[file], &mut sources, &mut haul, &mut read);
        assert!(!haul.found.has_errors(), "{}", haul.found.render(&sources, 100));
        let heads = text.match_indices("resource \"aws_xray_sampling_rule\" \"");
        for (start, head) in heads {
            let label = text[start + head.len()..].split('"').next().unwrap_or_default();
            let refused = format!("`aws_xray_sampling_rule.{label}` is not taken over");
            let is_named = haul.found.all.iter().any(|said| said.message.starts_with(&refused));
            let is_taken = haul.taken.iter().any(|taken| taken.span.start == start);
            assert!(is_named != is_taken, "{label} of {}", path.display());
            rules += 1;
        }
    }
    assert!(rules > 20, "{rules} rules");
}
