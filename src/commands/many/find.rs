//! From the paths of a command line to stack files.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::super::files::LARGEST;
use crate::document::{Diagnostics, Sources, Value, read_yaml};
use crate::error::{Error, Result};
use crate::kinds;

/// What a stack file in a folder may end in.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The stack files that paths stand for, in their order: a file for itself, a folder for every stack
/// file in it, sorted by path. A file that is named twice is there once.
///
/// # Errors
/// A folder cannot be read, or has no stack file in it.
pub(in crate::commands) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for path in paths {
        let files = if path.is_dir() { in_folder(path)? } else { vec![path.clone()] };
        let is_new =
            |file: &PathBuf| known.insert(file.canonicalize().unwrap_or_else(|_| file.clone()));
        found.extend(files.into_iter().filter(is_new).collect::<Vec<_>>());
    }
    Ok(found)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error: std::io::Error| {
            Error::new(format!("{} cannot be read: {error}", folder.display()))
                .hint("it may have stack files in it: check its permissions, or name files")
        };
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // A link to a folder may lead around in a circle.
            let is_folder = entry.file_type().is_ok_and(|file_type| file_type.is_dir());
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if is_folder {
                folders.push(path);
            } else if path.is_file() && has_ending(&path) && is_stack(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Error::new(format!("{} has no stack file in it", folder.display()))
            .hint("a stack file ends in .yaml, .yml or .json, and has `stack:` at its top"));
    }
    Ok(found)
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// Whether a file has `stack:` at its top, or a section that only stacks have. One that cannot be read may be a
/// stack, and is told as broken by whoever reads it; so is one that is too large or no YAML, and has a
/// line that begins so.
fn is_stack(path: &Path) -> bool {
    let Ok(text) = beginning(path) else { return true };
    // Words of two parts are hardly anybody else's.
    let sections = || kinds::ALL.into_iter().map(kinds::Kind::section);
    let tops = || sections().filter(|section| section.contains('_')).chain(["stack"]);
    if !tops().any(|top| text.contains(top)) {
        return false;
    }
    let begins = |line: &str| {
        let key = line.split_once(':').map(|(key, _)| key.trim_start_matches([' ', '{']));
        key == Some("stack") || key == Some("\"stack\"")
    };
    let looks_so = text.lines().any(begins);
    if text.len() as u64 > LARGEST {
        return looks_so;
    }
    let mut sources = Sources::default();
    let id = sources.add(path.display().to_string(), text);
    let node = read_yaml(&sources, id, &mut Diagnostics::default());
    match node.map(|node| node.value) {
        // A plan has the stack's name too.
        Some(Value::Map(map)) => {
            tops().any(|top| map.get(top).is_some()) && map.get("checksum").is_none()
        }
        Some(_) => false,
        None => looks_so,
    }
}

/// As much of a file as is ever read, and a little more where there is more.
fn beginning(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, found: &[PathBuf]) -> Vec<String> {
        let inside =
            |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().display().to_string();
        found.iter().map(inside).collect()
    }

    #[test]
    fn a_folder_stands_for_the_stack_files_in_it() {
        let folder = folder(&[
            ("b.yaml", "stack: b\n"),
            ("a/c.yml", "# first\nstack: c\n"),
            ("a/d.json", "{\"stack\": \"d\"}"),
            ("broken.yaml", "stack: e\nrules: [\n"),
            ("-f odd\n'name'.yaml", "stack: f\n"),
            ("other.yaml", "services:\n  stack: no\n"),
            ("list.yaml", "[stack]"),
            ("policy.json", "{\"Statement\": []}"),
            ("plan.json", "{\"checksum\": \"\", \"stack\": \"c\"}"),
            ("notes.txt", "stack: no\n"),
            (".hidden/g.yaml", "stack: g\n"),
            (".h.yaml", "stack: h\n"),
            ("huge.yaml", &format!("stack: i\n#{}", " ".repeat(1 << 20))),
            ("huge.json", &format!("{{\"a\": \"{}\"}}", "stack: ".repeat(1 << 20))),
            ("slip.yaml", "stak: j\nsampling_rules: {}\n"),
        ]);
        let found = find(&[folder.path().to_owned()]).unwrap();
        let expected = [
            "-f odd\n'name'.yaml",
            "a/c.yml",
            "a/d.json",
            "b.yaml",
            "broken.yaml",
            "huge.yaml",
            "slip.yaml",
        ];
        assert_eq!(names(&folder, &found), expected);
    }

    #[test]
    fn a_file_is_there_once_whoever_names_it() {
        let folder = folder(&[("a.yaml", "stack: a\n"), ("b.yaml", "stack: b\n")]);
        let path = |name: &str| folder.path().join(name);
        #[cfg(unix)]
        std::os::unix::fs::symlink(path("a.yaml"), path("z.yaml")).unwrap();
        // In a circle.
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), path("again")).unwrap();
        let found = find(&[path("b.yaml"), folder.path().to_owned(), path("gone.yaml")]).unwrap();
        assert_eq!(names(&folder, &found), ["b.yaml", "a.yaml", "gone.yaml"]);
    }

    #[test]
    fn a_folder_without_one_is_an_error() {
        let folder = folder(&[("policy.json", "{}")]);
        let error = find(&[folder.path().to_owned()]).unwrap_err();
        assert!(error.message.ends_with("has no stack file in it"), "{}", error.message);
    }
}
