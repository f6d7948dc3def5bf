//! A folder with stack files, and the tool run in it: `Scenario::new().stack("…").run("plan …")`.

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tracewright::aws::local::Options;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_tracewright");

/// The moment at which every scenario plays, in epoch seconds: 2026-11-22T08:00:00Z.
pub(crate) const NOW: u64 = 1_795_334_400;

/// A repository in a temporary folder, with nothing in its environment.
pub(crate) struct Scenario {
    folder: tempfile::TempDir,
    env: Vec<(String, String)>,
    runs: Cell<u64>,
}

/// What a run printed, and how it ended. Its `Display` is what snapshots hold.
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Scenario {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join(".git")).expect("a repository");
        Self { folder, env: Vec::new(), runs: Cell::new(0) }
    }

    /// With the files of the repository's own `stacks` and `aws` folders in it.
    pub(crate) fn with_examples() -> Self {
        let scenario = Self::new();
        let mut folders = vec![PathBuf::from("stacks"), PathBuf::from("aws")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(repository().join(&folder)).expect("a folder of examples") {
                let entry = entry.expect("its entries");
                let file = folder.join(entry.file_name());
                if entry.path().is_dir() {
                    folders.push(file);
                } else {
                    let text = fs::read_to_string(entry.path()).expect("an example file");
                    scenario.write(&file.display().to_string(), text);
                }
            }
        }
        scenario
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder made");
        fs::write(path, text).expect("a file written");
        self
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file of the scenario")
    }

    /// Replaces text that has to be there.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> &Self {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, text.replace(from, to))
    }

    /// Writes `stack.yaml` with this below its envelope.
    pub(crate) fn stack(&self, sections: &str) -> &Self {
        self.write(
            "stack.yaml",
            format!("stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\n{sections}"),
        )
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs the tool with words split at blanks.
    #[must_use = "snapshot it, or assert how it ended"]
    pub(crate) fn run(&self, line: &str) -> Output {
        self.run_words(&line.split(' ').collect::<Vec<_>>())
    }

    pub(crate) fn run_words(&self, words: &[&str]) -> Output {
        self.run_with(words, None)
    }

    pub(crate) fn run_with(&self, words: &[&str], stdin: Option<&str>) -> Output {
        self.finish(&mut self.command(words), stdin)
    }

    /// Runs the tool with more in its environment.
    pub(crate) fn run_in(&self, words: &[&str], env: &[(&str, &str)]) -> Output {
        self.finish(self.command(words).envs(env.iter().copied()), None)
    }

    fn finish(&self, command: &mut Command, stdin: Option<&str>) -> Output {
        let mut child = command
            .stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        if let (Some(text), Some(mut pipe)) = (stdin, child.stdin.take()) {
            pipe.write_all(text.as_bytes()).expect("stdin is read");
        }
        let output = child.wait_with_output().expect("the binary ends");
        let folder = self.folder.path().canonicalize().expect("the folder");
        let tidy = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .replace(&folder.display().to_string(), "[FOLDER]")
                .replace(&self.folder.path().display().to_string(), "[FOLDER]")
        };
        let tidy = |bytes: &[u8]| without_ports(&tidy(bytes));
        Output {
            stdout: tidy(&output.stdout),
            stderr: tidy(&output.stderr),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// The tool in this folder, with a clean environment and a clock that stands still.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("TRACEWRIGHT_LOCAL_CLOCK", NOW.to_string())
            .env("TRACEWRIGHT_LOCAL_CLUSTERS", CLUSTERS.join(","))
            .envs(self.reread().map(|seed| (REREAD, seed.to_string())))
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What this run's local AWS is to rewrite its answers by: another seed than the run's before.
    fn reread(&self) -> Option<u64> {
        self.runs.set(self.runs.get() + 1);
        reread().map(|seed| seed.wrapping_add(self.runs.get()))
    }

    /// What the local AWS has, as its state file says.
    pub(crate) fn local_state(&self) -> serde_json::Value {
        let text = fs::read_to_string(self.path(".tracewright/local.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The names of the custom rules that the local AWS has in a region.
    pub(crate) fn local_rules(&self, region: &str) -> Vec<String> {
        let state = self.local_state();
        let rules = &state["accounts"]["123456789012"][region]["xray"]["rules"];
        rules.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }
}

impl Output {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "no {text:?} in\n{self}");
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "------- stderr -------\n{}", self.stderr)?;
        }
        write!(f, "[exit {}]", self.code)
    }
}

/// Ports that the system gave out, of five digits all, are another in each run.
fn without_ports(text: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut parts = text.split(HOST);
    let mut tidy = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let rest = if digits == 5 { format!("[PORT]{}", &part[5..]) } else { part.to_owned() };
        tidy = tidy + HOST + &rest;
    }
    tidy
}

/// Set for the tests as for the tool: the seed by which the local AWS rewrites its answers.
pub(crate) const REREAD: &str = "TRACEWRIGHT_LOCAL_REREAD";

/// What the tests are run with; nothing is no seed, to the tool as well.
pub(crate) fn reread() -> Option<u64> {
    let seed = std::env::var(REREAD).ok().filter(|seed| !seed.is_empty())?;
    Some(seed.parse().expect("a whole number"))
}

/// The clusters that the local AWS has in tests: there is no section for them.
const CLUSTERS: [&str; 3] = ["default", "prod", "next"];

/// A local AWS's options: its moment, and what the tests are run with.
pub(crate) fn local_options(now: u64) -> Options {
    let clusters = CLUSTERS.map(str::to_owned).to_vec();
    Options { now: Some(now), reread: reread(), clusters, ..Options::default() }
}

/// What a run cost, as `--stats` says it, without the wall time.
pub(crate) fn cost(stderr: &str) -> String {
    let lines = stderr.lines().filter(|line| line.starts_with("stats:") && !line.ends_with(" ms"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The repository this crate is in.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program that `tests/run` provides, or a loud note that a test did not run.
pub(crate) fn provided(variable: &str, test: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    let message = format!("{test}: not run, {variable} is not set (`tests/run` sets it)");
    eprintln!("SKIPPED  {message}");
    if let Some(skips) = std::env::var_os("TRACEWRIGHT_TEST_SKIPS") {
        let mut file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(skips)
            .expect("the list of skips");
        writeln!(file, "{message}").expect("a line in the list of skips");
    }
    None
}

/// A folder of strangers' files, `corpus/…`, or of what AWS answered, `recordings/…`, both of which
/// the environment names and which are no part of the repository; or a loud note that a test did not
/// run.
pub(crate) fn beside(folder: &str, test: &str) -> Option<PathBuf> {
    let (root, rest) = folder.split_once('/').unwrap_or((folder, ""));
    let variable = format!("TRACEWRIGHT_{}", root.to_uppercase());
    let message = match std::env::var_os(&variable).map(|root| PathBuf::from(root).join(rest)) {
        Some(path) if path.is_dir() => return Some(path),
        Some(path) => format!("there is no folder {}", path.display()),
        None => format!("{variable} names no folder (`tests/run` does)"),
    };
    told(&format!("SKIPPED  {test}: not run, {message}"));
    None
}

/// Says something on stderr past what the test runner captures, in a line of its own.
pub(crate) fn told(line: &str) {
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).expect("a note on stderr");
}

/// The files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("its entries"));
    let mut found: Vec<_> = entries
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    found.sort();
    found
}
