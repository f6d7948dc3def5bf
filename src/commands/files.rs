//! The disk, as a stack may read it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::stack::{Files, Loaded, Unreadable};

/// The largest file that is read.
const LARGEST: u64 = 1024 * 1024;

/// Reads files beside a stack: regular ones of at most 1 MiB, under the repository's root once
/// symbolic links are followed, or under the stack's folder where there is no repository.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    is_repository: bool,
}

impl Disk {
    /// The disk around a stack file.
    pub(super) fn around(stack: &Path) -> Self {
        let folder = stack.canonicalize().unwrap_or_else(|_| stack.to_owned());
        let folder = folder.parent().unwrap_or(Path::new("/")).to_owned();
        let repository = repository(&folder);
        Self { is_repository: repository.is_some(), root: repository.unwrap_or(folder) }
    }

    fn outside(&self) -> Unreadable {
        let (what, hint) = if self.is_repository {
            ("repository", "move it into the repository")
        } else {
            ("stack's folder", "move it there, or make the folder around both a git repository")
        };
        Unreadable {
            message: format!("is outside of the {what}, {}", self.root.display()),
            hint: hint.to_owned(),
        }
    }
}

/// The root of the git repository that a folder is in.
pub(super) fn repository(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}

impl Files for Disk {
    fn read(&mut self, from: &str, path: &str) -> Result<Loaded, Unreadable> {
        if path.is_empty() {
            return Err(Unreadable {
                message: "names no file".to_owned(),
                hint: "write a path, taken from the stack's folder".to_owned(),
            });
        }
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        let joined = folder.join(path);
        let real = joined.canonicalize().map_err(|error| cannot(&error, &joined))?;
        if !real.starts_with(&self.root) {
            return Err(self.outside());
        }
        Ok(Loaded { shown: tidy(&joined), text: text_of(&real)? })
    }
}

/// Reads the stack file itself, or a file named on the command line.
pub(super) fn load(path: &Path) -> Result<Loaded, Unreadable> {
    let real = path.canonicalize().map_err(|error| cannot(&error, path))?;
    Ok(Loaded { shown: path.display().to_string(), text: text_of(&real)? })
}

fn text_of(path: &Path) -> Result<String, Unreadable> {
    let problem = |message: &str, hint: &str| Unreadable {
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    let about = fs::metadata(path).map_err(|error| cannot(&error, path))?;
    if about.is_dir() {
        return Err(problem("is a folder", "name a file"));
    }
    if !about.is_file() {
        return Err(problem("is not a regular file", "name a file"));
    }
    if about.len() > LARGEST {
        return Err(Unreadable {
            message: format!("has {} KB; at most 1024 KB are read", about.len() / 1024),
            hint: "is it the right file? what AWS takes is far smaller".to_owned(),
        });
    }
    let bytes = fs::read(path).map_err(|error| cannot(&error, path))?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(problem("is UTF-16 text, as PowerShell's `>` writes it", "save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Unreadable {
            message: format!("is not UTF-8 text (line {line})"),
            hint: "save it as UTF-8".to_owned(),
        }
    })
}

fn cannot(error: &std::io::Error, path: &Path) -> Unreadable {
    match error.kind() {
        std::io::ErrorKind::NotFound => Unreadable {
            message: "is not there".to_owned(),
            hint: format!("looked for {}", absolute(path)),
        },
        _ => Unreadable {
            message: format!("cannot be read: {error}"),
            hint: "check its permissions".to_owned(),
        },
    }
}

/// The whole path, for who is in another folder than they think.
fn absolute(path: &Path) -> String {
    tidy(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// `stacks/../aws/x.json` as `aws/x.json`.
fn tidy(path: &Path) -> String {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::ParentDir, Some(Component::Normal(_))) => drop(parts.pop()),
            (Component::CurDir, _) => {}
            _ => parts.push(part),
        }
    }
    parts.iter().collect::<PathBuf>().display().to_string()
}
