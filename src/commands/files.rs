//! The disk, as a stack may read it.

use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};
use crate::stack::{Files, Loaded, Unreadable};

/// The largest file that is read.
pub(super) const LARGEST: u64 = 1024 * 1024;

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
        let stack = stack.canonicalize().unwrap_or_else(|_| stack.to_owned());
        Self::in_folder(stack.parent().unwrap_or(Path::new("/")))
    }

    /// The disk around a stack file that may not be there yet.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let folder = resolved(folder);
        let repository = repository(&folder);
        Self { is_repository: repository.is_some(), root: repository.unwrap_or(folder) }
    }

    /// How a stack in a folder names a file: its path from there, `None` where the stack may not
    /// read it.
    pub(super) fn path_from(&self, folder: &Path, file: &Path) -> Option<String> {
        let (folder, file) = (resolved(folder), file.canonicalize().ok()?);
        let is_small = fs::metadata(&file).is_ok_and(|about| about.len() <= LARGEST);
        if !file.starts_with(&self.root) || !is_small {
            return None;
        }
        let shared = folder.ancestors().find(|above| file.starts_with(above))?;
        let ups = folder.strip_prefix(shared).ok()?.components().map(|_| Component::ParentDir);
        let path: PathBuf = ups.chain(file.strip_prefix(shared).ok()?.components()).collect();
        path.to_str().map(str::to_owned)
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
    let folder = resolved(folder);
    folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}

impl Files for Disk {
    fn read(&mut self, from: &str, path: &str) -> std::result::Result<Loaded, Unreadable> {
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
        Ok(Loaded { shown: tidy(&joined), text: text_of(&real, LARGEST)? })
    }
}

/// Reads the stack file itself, or a file named on the command line.
pub(super) fn load(path: &Path) -> std::result::Result<Loaded, Unreadable> {
    load_up_to(path, LARGEST)
}

/// Reads a file named on the command line that may be of this many bytes.
pub(super) fn load_up_to(path: &Path, largest: u64) -> std::result::Result<Loaded, Unreadable> {
    let real = path.canonicalize().map_err(|error| cannot(&error, path))?;
    Ok(Loaded { shown: path.display().to_string(), text: text_of(&real, largest)? })
}

fn text_of(path: &Path, largest: u64) -> std::result::Result<String, Unreadable> {
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
    if about.len() > largest {
        return Err(Unreadable {
            message: format!(
                "has {} KB; at most {} KB are read",
                about.len() / 1024,
                largest / 1024
            ),
            hint: "is it the right file? what AWS takes is far smaller".to_owned(),
        });
    }
    let bytes = fs::read(path).map_err(|error| cannot(&error, path))?;
    // Without a mark at its beginning, too: no text that is read here begins with a zero byte.
    let is_wide = matches!(bytes.as_slice(), [one, two, ..] if (*one == 0) != (*two == 0));
    if is_wide || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
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

/// Writes a file whole or not at all, and the folder it is in.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let whole = || {
        // What a link names is written, and not over the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().make_in(folder, |path| {
            fs::OpenOptions::new().write(true).create_new(true).open(path)
        })?;
        file.write_all(text.as_bytes())?;
        if let Ok(about) = fs::metadata(&path) {
            file.as_file().set_permissions(about.permissions())?;
        }
        file.persist(&path).map(drop).map_err(|failed| failed.error)
    };
    whole().map_err(|error: std::io::Error| {
        Error::new(format!("{} cannot be written: {error}", path.display()))
            .hint("look at the folder and its permissions, or name a file elsewhere")
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

/// A folder's whole path, links followed as far as there are any folders yet.
fn resolved(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = whole.ancestors().find_map(|above| {
        let (above, rest) = (above.canonicalize().ok()?, whole.strip_prefix(above).ok()?);
        // With nothing to add the path would end in a slash.
        Some(if rest.as_os_str().is_empty() { above } else { above.join(rest) })
    });
    there.unwrap_or(whole)
}

/// The whole path, for who is in another folder than they think.
fn absolute(path: &Path) -> String {
    tidy(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// `stacks/../aws/x.json` as `aws/x.json`.
pub(super) fn tidy(path: &Path) -> String {
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
