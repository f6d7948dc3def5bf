use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::iam::tests as iam;
use super::super::tests::Client;
use super::super::{LocalAws, Options};

fn local(reread: u64) -> LocalAws {
    LocalAws::in_memory(Options { reread: Some(reread), ..Options::default() })
}
