//! Servers that a test starts and that end with it, by their process id: the local AWS on
//! loopback, and those by others. Each takes a free port of 127.0.0.1.

use std::io::{BufRead as _, BufReader, PipeReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{BINARY, REREAD, Scenario, provided, reread};

/// The account of callers with [`Server::KEY`].
const ACCOUNT: &str = "123456789012";

/// How long a server may take until it says where it listens.
const START: Duration = Duration::from_mins(1);

/// A server by others: where `tests/run` says it is, and how it is told to be alone on loopback.
struct Other {
    variable: &'static str,
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    announces: &'static str,
}

/// It has X-Ray's sampling rules, beside ECS, IAM and the tagging API.
const FAKECLOUD: Other = Other {
    variable: "TRACEWRIGHT_TEST_FAKECLOUD",
    args: &["--addr", "127.0.0.1:0", "--log-level", "warn"],
    env: &[],
    announces: "FAKECLOUD_PORT=",
};

/// The same one, where users may do what their policies say.
const STRICT_FAKECLOUD: Other = Other {
    args: &["--addr", "127.0.0.1:0", "--log-level", "warn", "--iam", "strict"],
    ..FAKECLOUD
};

/// It has no X-Ray; the policies that AWS manages are there.
const MOTO: Other = Other {
    variable: "TRACEWRIGHT_TEST_MOTO",
    args: &["-H", "127.0.0.1", "-p", "0"],
    env: &[("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"), NO_DOCKER],
    announces: "Running on http://127.0.0.1:",
};

/// It has no X-Ray. It would also open 8883 on every address, for the Internet of Things.
const MINISTACK: Other = Other {
    variable: "TRACEWRIGHT_TEST_MINISTACK",
    args: &[],
    env: &[
        ("GATEWAY_PORT", "0"),
        ("BIND_HOST", "127.0.0.1"),
        ("IOT_MTLS_ENABLED", "0"),
        ("SFTP_ENABLED", "0"),
        NO_DOCKER,
    ],
    announces: "Running on http://127.0.0.1:",
};

/// The containers of this machine are no test's business: ministack would stop those it takes
/// for its own.
const NO_DOCKER: (&str, &str) = ("DOCKER_HOST", "unix:///nonexistent/docker.sock");

/// A server that listens at `url`, until this is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    _process: Process,
    /// Where it runs, if that is not a scenario's folder; it goes after the process.
    _folder: Option<tempfile::TempDir>,
}

struct Process(Child);

impl Server {
    /// The access key with which every server here takes the caller for the account of the
    /// scenarios.
    pub(crate) const KEY: &str = ACCOUNT;

    /// Our own local AWS, with the state of a scenario.
    pub(crate) fn local_aws(scenario: &Scenario) -> Self {
        let mut command = Command::new(BINARY);
        command.args(["local", "serve", "--listen", "127.0.0.1:0"]).env_clear();
        command.envs(reread().map(|seed| (REREAD, seed.to_string())));
        Self::start(command, "listening on http://127.0.0.1:", &scenario.path("."))
    }

    /// fakecloud, or a loud note that `test` did not run.
    pub(crate) fn fakecloud(test: &str) -> Option<Self> {
        Self::other(&FAKECLOUD, test)
    }

    /// fakecloud, which enforces policies of IAM's, or a loud note that `test` did not run.
    pub(crate) fn fakecloud_with_iam(test: &str) -> Option<Self> {
        Self::other(&STRICT_FAKECLOUD, test)
    }

    /// moto, or a loud note that `test` did not run.
    pub(crate) fn moto(test: &str) -> Option<Self> {
        Self::other(&MOTO, test)
    }

    /// ministack, or a loud note that `test` did not run.
    pub(crate) fn ministack(test: &str) -> Option<Self> {
        Self::other(&MINISTACK, test)
    }

    /// microburst, which lets calls through to another server and does to some what it is told to; or
    /// a loud note that `test` did not run.
    pub(crate) fn microburst(upstream: &Self, test: &str) -> Option<Self> {
        let program = provided("TRACEWRIGHT_TEST_MICROBURST", test)?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        // It does not choose a port itself; nobody is given the same one so soon again.
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port().to_string();
        drop(free);
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port, "--upstream", &upstream.url]);
        command.arg("--no-resign").env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let server = Self::start(command, "listening on http://127.0.0.1:", folder.path());
        // It says so before it does.
        let address = server.url.trim_start_matches("http://");
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begin.elapsed() < START, "nothing listens at {address}");
            thread::sleep(Duration::from_millis(20));
        }
        Some(Self { _folder: Some(folder), ..server })
    }

    fn other(other: &Other, test: &str) -> Option<Self> {
        let program = provided(other.variable, test)?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(program);
        command.args(other.args).env_clear().envs(other.env.iter().copied());
        // `tests/run` hands in a script that starts Python.
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let server = Self::start(command, other.announces, folder.path());
        Some(Self { _folder: Some(folder), ..server })
    }

    /// Starts a program that says where it listens, on stdout or on stderr.
    fn start(mut command: Command, announces: &'static str, folder: &Path) -> Self {
        let (said, says) = std::io::pipe().expect("a pipe");
        let child = command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(says.try_clone().expect("a second end"))
            .stderr(says)
            .spawn()
            .expect("the server starts");
        // The command holds the ends that the child writes to.
        drop(command);
        let process = Process(child);
        let port = port(said, announces).recv_timeout(START).expect("it says where it listens");
        Self { url: format!("http://127.0.0.1:{port}"), _process: process, _folder: None }
    }

    /// What it answers to a request of a service, with its headers: a form's where it has no target.
    /// None of the servers looks at the signature.
    pub(crate) fn ask(&self, service: &str, target: &str, body: &str) -> String {
        let (kind, target) = match target {
            "" => ("x-www-form-urlencoded", String::new()),
            target => ("x-amz-json-1.1", format!("X-Amz-Target: {target}\r\n")),
        };
        let authorization = format!(
            "Authorization: AWS4-HMAC-SHA256 Credential={}/20261122/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0\r\n",
            Self::KEY
        );
        let headers = format!("Content-Type: application/{kind}\r\n{target}{authorization}");
        self.request("POST", "/", &headers, body)
    }

    /// What it answers to a request.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        )
        .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Points a scenario at this server, for every service.
    pub(crate) fn called_by(&self, scenario: Scenario) -> Scenario {
        scenario
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ACCESS_KEY_ID", Self::KEY)
            .env("AWS_SECRET_ACCESS_KEY", "test")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The port that follows `announces`. All that is said is read, so that a talkative server never
/// waits for a full pipe.
fn port(said: PipeReader, announces: &'static str) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut said = BufReader::new(said);
        let mut line = Vec::new();
        while said.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line);
            if let Some((_, rest)) = text.split_once(announces) {
                let digits = rest.chars().take_while(char::is_ascii_digit).collect();
                // Only the first announcement is waited for.
                drop(sender.send(digits));
            }
            line.clear();
        }
    });
    receiver
}

#[track_caller]
fn answers_and_ends(server: Server) {
    let answer = server.ask("sts", "", "Action=GetCallerIdentity&Version=2011-06-15");
    assert!(answer.contains(&format!("<Account>{ACCOUNT}</Account>")), "{answer}");
    let address = server.url.trim_start_matches("http://").to_owned();
    drop(server);
    assert!(TcpStream::connect(&address).is_err(), "nothing listens at {address} any more");
}

#[test]
fn the_local_aws_answers_and_ends() {
    answers_and_ends(Server::local_aws(&Scenario::new()));
}

#[test]
fn fakecloud_answers_and_ends() {
    let Some(server) = Server::fakecloud("fakecloud_answers_and_ends") else { return };
    answers_and_ends(server);
}

#[test]
fn moto_answers_and_ends() {
    let Some(server) = Server::moto("moto_answers_and_ends") else { return };
    answers_and_ends(server);
}

#[test]
fn ministack_answers_and_ends() {
    let Some(server) = Server::ministack("ministack_answers_and_ends") else { return };
    answers_and_ends(server);
}
