//! `tracewright matrix`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::files;
use super::many::find;
use crate::document::{Diagnostics, Map, Node, Sources, Value, read_yaml};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds;
use crate::text::safe;
use crate::ui;

/// Print what a job's `strategy.matrix` takes, so that many stacks run on several runners
///
/// `{"include": [{"shard": 1, "of": 2, "size": 9, "stacks": "[\"a.yaml\"]"}, …]}`: the stack files of each
/// shard are a JSON list in one string. A stack stays whole, and stacks are dealt out so that the
/// shards are of about one size, resources times regions. Needs neither AWS nor variables.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack files, and folders of them
    #[arg(required = true, value_name = "PATH")]
    stacks: Vec<PathBuf>,
    /// At most so many shards; GitHub takes 256
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    shards: u16,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let mut stacks: BTreeMap<_, (usize, Vec<String>)> = BTreeMap::new();
    for file in find(&args.stacks)? {
        let name = file.to_str().map(str::to_owned).ok_or_else(|| {
            Error::new(format!("{}: the name is not UTF-8, and JSON has no other", file.display()))
                .hint("give the file another name")
        })?;
        let (size, called) = size_of(&file)?;
        // Two files of one stack are refused by who sees both.
        let group = called.unwrap_or_else(|| name.clone());
        let (sum, names) = stacks.entry(group).or_default();
        *sum += size;
        names.push(name);
    }
    let shards = dealt(stacks.into_values().collect(), args.shards.into());
    let of = shards.len();
    let include = shards.into_iter().enumerate().map(|(at, shard)| {
        let stacks = json!(shard.stacks).to_string();
        json!({"shard": at + 1, "of": of, "size": shard.size, "stacks": stacks})
    });
    ui::answer_json(&json!({"include": include.collect::<Vec<_>>()}).to_string());
    Ok(Exit::Done)
}

/// What one job takes.
#[derive(Debug, Default)]
struct Shard {
    size: usize,
    stacks: Vec<String>,
}

/// Deals stacks out: the largest first, each to the shard that has the least so far.
fn dealt(mut stacks: Vec<(usize, Vec<String>)>, shards: usize) -> Vec<Shard> {
    stacks.sort_by(|(size, names), (other, after)| other.cmp(size).then_with(|| names.cmp(after)));
    let mut dealt: Vec<_> = (0..shards.min(stacks.len())).map(|_| Shard::default()).collect();
    for (size, names) in stacks {
        // Of equals the first one is taken.
        if let Some(least) = dealt.iter_mut().min_by_key(|shard| shard.size) {
            least.size += size;
            least.stacks.extend(names);
        }
    }
    for shard in &mut dealt {
        shard.stacks.sort();
    }
    dealt
}

/// How much there is to do for a stack: its resources, in each of its regions, and at least one, since
/// it is looked at. A file that is broken is that small, and is told by the job that gets it. With it
/// comes what the stack and its account are called, where both are written out.
fn size_of(file: &Path) -> Result<(usize, Option<String>)> {
    let loaded = match files::load(file) {
        Ok(loaded) => loaded,
        Err(no) if file.exists() => return Ok((broken(file, &no.message), None)),
        Err(no) => {
            let message = format!("{} {}", file.display(), no.message);
            return Err(Error::new(message).hint(no.hint));
        }
    };
    let mut sources = Sources::default();
    let id = sources.add(loaded.shown, loaded.text);
    let node = read_yaml(&sources, id, &mut Diagnostics::default());
    match node.map(|node| node.value) {
        Some(Value::Map(map)) => {
            let text = |key: &str| map.get(key).and_then(Node::as_str);
            let called = text("stack").zip(text("account"));
            let called = called.map(|(stack, account)| format!("{account}/{stack}"));
            Ok((1.max(resources(&map) * regions(&map)), called))
        }
        _ => Ok((broken(file, "is not a stack file"), None)),
    }
}

fn broken(file: &Path, what: &str) -> usize {
    ui::say(&format!("warning: {} {what}", safe(&file.display().to_string())));
    1
}

fn resources(map: &Map) -> usize {
    let counts = kinds::ALL.iter().map(|kind| {
        match (map.get(kind.section()).map(|section| &section.value), kind.only_key()) {
            (Some(Value::Map(_)), Some(_)) => 1,
            (Some(Value::Map(section)), None) => section.entries.len(),
            _ => 0,
        }
    });
    counts.sum()
}

fn regions(map: &Map) -> usize {
    match map.get("regions").map(|node| &node.value) {
        Some(Value::Seq(regions)) => regions.len().max(1),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt_to(shards: usize, sizes: &[(usize, &str)]) -> Vec<(usize, String)> {
        let stacks = sizes.iter().map(|(size, name)| (*size, vec![(*name).to_owned()])).collect();
        let dealt = dealt(stacks, shards);
        dealt.into_iter().map(|shard| (shard.size, shard.stacks.join(" "))).collect()
    }

    #[test]
    fn the_largest_goes_first_and_shards_end_up_of_one_size() {
        let sizes = [(1, "a"), (7, "b"), (3, "c"), (2, "d"), (3, "e")];
        let of = |size, names: &str| (size, names.to_owned());
        assert_eq!(dealt_to(2, &sizes), [of(8, "a b"), of(8, "c d e")]);
        let mut turned = sizes;
        turned.reverse();
        assert_eq!(dealt_to(2, &turned), dealt_to(2, &sizes));
        assert_eq!(dealt_to(9, &sizes[..2]), [of(7, "b"), of(1, "a")]);
    }

    #[test]
    fn no_shard_is_larger_than_the_least_possible_and_the_largest_stack() {
        for shards in 1..=12 {
            let sizes: Vec<_> = (0..300).map(|n| (n * 7919 % 40 + 1, format!("{n:03}"))).collect();
            let sizes: Vec<_> = sizes.iter().map(|(size, name)| (*size, name.as_str())).collect();
            let dealt = dealt_to(shards, &sizes);
            assert_eq!(dealt.len(), shards);
            let total: usize = sizes.iter().map(|(size, _)| size).sum();
            assert!(dealt.iter().all(|(size, _)| *size <= total / shards + 40));
            assert_eq!(dealt.iter().map(|(_, names)| names.split(' ').count()).sum::<usize>(), 300);
        }
    }
}
