//! Strangers' files that are not JSON: each is made JSON, or left to the reader's own words.

use std::fs;

use crate::harness::{beside, files};
use tracewright::import::mend;

#[test]
fn what_strangers_left_around_their_json_is_told() {
    let folders = ["task-definitions", "sampling-rules", "iam-policies", "local-sampling-rules"];
    let mut told = Vec::new();
    for folder in folders {
        let Some(folder) = beside(&format!("corpus/{folder}"), "files of strangers mended") else {
            return;
        };
        for file in files(&folder) {
            let text = fs::read_to_string(&file).unwrap();
            let Some(mended) = mend(&text) else {
                told.push(format!("left: {}", file.display()));
                continue;
            };
            serde_json::from_str::<serde_json::Value>(&mended.text).unwrap();
            if mended.text != text {
                told.push(format!(
                    "mended: {} {:?} {}",
                    file.display(),
                    mended.said,
                    mended.several
                ));
            }
        }
    }
    println!("{}", told.join("\n"));
}
