//! The state of the local AWS: one JSON file that several processes may share.
//!
//! Each request reads the file again, and the parsed form is kept for as long as the bytes are the
//! same; copies of it share what none of them changed. Every change replaces the file in one step,
//! so a reader never sees half of one and a failed write leaves the old file whole.

mod shared;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

pub(super) use shared::Shared;

use super::{ecs, iam, logs, xray};

/// The version of the file's layout. A new service adds an optional section and needs no new
/// version; whoever reads an unknown section refuses the file rather than lose it.
const VERSION: u64 = 1;

/// Why the state file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file is there and cannot be read.
    #[error("cannot read the local AWS's state {}: {source}", path.display())]
    Read {
        /// The state file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is cut off, or is not a state file.
    #[error(
        "the local AWS's state {} is damaged: {source}",
        path.display()
    )]
    Damaged {
        /// The state file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The file was written by a newer version of this tool.
    #[error(
        "the local AWS's state {} has version {version} and this tool knows only {VERSION}",
        path.display()
    )]
    Newer {
        /// The state file.
        path: PathBuf,
        /// The version it says it has.
        version: u64,
    },
    /// The lock beside the file could not be taken.
    #[error("cannot lock the local AWS's state {}: {source}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new state could not be written; the old one is untouched.
    #[error("cannot write the local AWS's state {}: {source}", path.display())]
    Write {
        /// The state file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Everything the local AWS holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    version: u64,
    accounts: BTreeMap<String, BTreeMap<String, Region>>,
    /// By account, beside `accounts` so that files from before there was any of it still read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    global: BTreeMap<String, Global>,
}

/// What an operation gets to see and to change: one region of one account, and what belongs to the
/// whole account. A service of regions and a global one reach each other's state here, as ECS
/// reaches IAM's roles at `world.global.iam`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct World {
    pub(super) region: Region,
    pub(super) global: Global,
}

/// What one region of one account holds: a section per service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    #[serde(default, skip_serializing_if = "ecs::Section::is_empty")]
    pub(super) ecs: Shared<ecs::Section>,
    #[serde(default, skip_serializing_if = "logs::Section::is_empty")]
    pub(super) logs: Shared<logs::Section>,
    #[serde(default, skip_serializing_if = "xray::Section::is_empty")]
    pub(super) xray: Shared<xray::Section>,
}

/// What an account holds in no region: a section per global service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Global {
    #[serde(default, skip_serializing_if = "iam::Section::is_empty")]
    pub(super) iam: Shared<iam::Section>,
}

impl Default for State {
    fn default() -> Self {
        Self { version: VERSION, accounts: BTreeMap::new(), global: BTreeMap::new() }
    }
}

impl State {
    /// The account, when there is exactly one.
    pub(super) fn only_account(&self) -> Option<&str> {
        only(self.accounts.keys().chain(self.global.keys()))
    }

    /// The region of `account`, when there is exactly one.
    pub(super) fn only_region(&self, account: &str) -> Option<&str> {
        only(self.accounts.get(account)?.keys())
    }

    /// A copy of one region and of what is global to its account.
    pub(super) fn world(&self, account: &str, region: &str) -> World {
        let regions = self.accounts.get(account);
        World {
            region: regions.and_then(|regions| regions.get(region)).cloned().unwrap_or_default(),
            global: self.global.get(account).cloned().unwrap_or_default(),
        }
    }

    /// Lets `work` change one region and what is global to its account. An error undoes what it
    /// did, and what holds nothing is not kept.
    pub(super) fn in_world<T, E>(
        &mut self,
        account: &str,
        region: &str,
        work: impl FnOnce(&mut World) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut world = self.world(account, region);
        let done = work(&mut world)?;
        let regions = self.accounts.entry(account.to_owned()).or_default();
        keep(regions, region, world.region);
        if regions.is_empty() {
            self.accounts.remove(account);
        }
        keep(&mut self.global, account, world.global);
        Ok(done)
    }

    #[cfg(test)]
    pub(super) fn seed(&mut self, account: &str, region: &str) {
        let regions = self.accounts.entry(account.to_owned()).or_default();
        regions.insert(region.to_owned(), Region::default());
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct Header {
            version: u64,
        }
        let damaged = |source| StateError::Damaged { path: path.to_owned(), source };
        // The version first: a newer file may well have a shape that this one would call damage.
        let Header { version } = serde_json::from_slice(text).map_err(damaged)?;
        if version > VERSION {
            return Err(StateError::Newer { path: path.to_owned(), version });
        }
        serde_json::from_slice(text).map_err(damaged)
    }

    fn render(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }
}

/// Puts `content` under `name`, or nothing where there is none.
fn keep<T: Default + PartialEq>(map: &mut BTreeMap<String, T>, name: &str, content: T) {
    if content == T::default() {
        map.remove(name);
    } else {
        map.insert(name.to_owned(), content);
    }
}

/// The name that all of `names` are, if there is one.
fn only<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

/// Where the state is kept.
#[derive(Debug)]
pub(super) struct Store {
    /// `None` keeps it in memory only.
    path: Option<PathBuf>,
    held: Mutex<Held>,
}

/// The state as last read, and the bytes it was read from; `None` when there was no file.
#[derive(Debug, Default)]
struct Held {
    text: Option<Vec<u8>>,
    state: State,
}

impl Store {
    pub(super) fn in_memory() -> Self {
        Self { path: None, held: Mutex::default() }
    }

    pub(super) fn open(path: PathBuf) -> Result<Self, StateError> {
        let mut held = Held::default();
        held.refresh(&path)?;
        Ok(Self { path: Some(path), held: Mutex::new(held) })
    }

    /// Runs `work` on the state as it is. Creates nothing on disk: where no lock file is, nobody has
    /// written yet.
    pub(super) fn read<T>(&self, work: impl FnOnce(&State) -> T) -> Result<T, StateError> {
        let mut held = self.lock();
        if let Some(path) = &self.path {
            let _lock = shared_lock(path)?;
            held.refresh(path)?;
        }
        Ok(work(&held.state))
    }

    /// Runs `work` on the state and writes the file if that changed anything.
    pub(super) fn change<T>(&self, work: impl FnOnce(&mut State) -> T) -> Result<T, StateError> {
        let mut held = self.lock();
        let Some(path) = &self.path else {
            return Ok(work(&mut held.state));
        };
        let _lock = exclusive_lock(path)?;
        held.refresh(path)?;
        let mut state = held.state.clone();
        let done = work(&mut state);
        if state != held.state {
            let failed = |source| StateError::Write { path: path.clone(), source };
            let text = state.render().map_err(|error| failed(error.into()))?;
            replace(path, &text).map_err(failed)?;
            *held = Held { text: Some(text), state };
        }
        Ok(done)
    }

    /// A request that panicked half-way has changed only its own copy, so the state is still good.
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn refresh(&mut self, path: &Path) -> Result<(), StateError> {
        let text = match fs::read(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(source) => {
                return Err(StateError::Read { path: path.to_owned(), source });
            }
        };
        if text != self.text {
            self.state = match &text {
                Some(text) => State::parse(path, text)?,
                None => State::default(),
            };
            self.text = text;
        }
        Ok(())
    }
}

/// The lock is a file of its own, because the state file is replaced and a lock on it would go
/// with the old one. The system drops it with the handle.
fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn shared_lock(path: &Path) -> Result<Option<File>, StateError> {
    let path = lock_path(path);
    let failed = |source| StateError::Lock { path: path.clone(), source };
    match File::open(&path) {
        Ok(file) => file.lock_shared().map(|()| Some(file)).map_err(failed),
        // Nobody has written yet, or the lock belongs to somebody who lets us read only the state:
        // the file is replaced whole, so it can be read without.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
            Ok(None)
        }
        Err(source) => Err(failed(source)),
    }
}

/// Makes the state's folder. One of our own name is kept out of the repository it may be in.
fn make_folder(folder: &Path) -> io::Result<()> {
    let is_new = !folder.exists();
    fs::create_dir_all(folder)?;
    if is_new && folder.ends_with(".tracewright") {
        fs::write(folder.join(".gitignore"), "*\n")?;
    }
    Ok(())
}

fn exclusive_lock(path: &Path) -> Result<File, StateError> {
    let lock = lock_path(path);
    let take = || {
        make_folder(folder(path))?;
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&lock)?;
        file.lock()?;
        Ok(file)
    };
    take().map_err(|source| StateError::Lock { path: lock.clone(), source })
}

/// Writes a new file beside the old one and renames it over. `tempfile` creates it with mode 0600.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = folder(path);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The rename is only certain to outlive a power cut once the folder is written too. Not every
    // file system can do that, and the state is in place all the same.
    #[cfg(unix)]
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
    Ok(())
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests;
