//! What a daemon is started with.

use serde_json::{Value, json};

use super::{Draft, literal};
use crate::export::containers::Daemon;
use crate::export::masks;
use crate::kinds::Receiver;

/// Options of the X-Ray daemon with the address that it listens on.
///
/// Source: X-Ray developer guide, "Configuring the AWS X-Ray daemon", "Command line options".
const BINDS: [&str; 4] = ["-b", "--bind", "-t", "--bind-tcp"];
/// What people call the program in front of its options; the image starts it by itself.
///
/// Source: `aws/aws-xray-daemon`, Dockerfile: the entry point is `/xray -t 0.0.0.0:2000 -b 0.0.0.0:2000`.
const PROGRAMS: [&str; 4] = ["xray", "/xray", "/usr/bin/xray", "./xray"];

impl Draft {
    /// The command and the entry point, as lists of words.
    ///
    /// One argument with blanks in it, `"xray -o -b xray-daemon:2000"`, is no option to the daemon: it
    /// ignores it. What was meant is a list.
    pub(super) fn command(&mut self, daemon: &Daemon<'_>) {
        let at = ["containerDefinitions".to_owned(), daemon.index.to_string()];
        let secrets = masks::secrets(daemon.task, &daemon.tree);
        for (field, key) in [("entryPoint", "entrypoint"), ("command", "command")] {
            let Some(items) =
                daemon.container()[field].as_array().filter(|items| !items.is_empty())
            else {
                continue;
            };
            let is_secret = |path: &&crate::plan::Path| {
                path.0.starts_with(&at) && path.0.get(2).is_some_and(|step| step == field)
            };
            if secrets.iter().any(|path| is_secret(&path)) {
                self.notes.push(format!("its `{field}` has a secret in it, and is left out"));
                continue;
            }
            let given: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            let mut words: Vec<String> = given.iter().map(|word| (*word).to_owned()).collect();
            if daemon.what == Receiver::Xray && !in_a_shell(daemon) {
                words = if field == "command" { options(&given) } else { started(&given) };
                if words != given {
                    self.notes.push(format!(
                        "its {field} {} is {} here",
                        json!(given),
                        json!(words)
                    ));
                }
            }
            if !words.is_empty() {
                let words: Vec<_> = words.iter().map(|word| literal(word)).collect();
                self.put(key, json!(words));
            }
        }
    }
}

/// Whether a shell reads the command.
fn in_a_shell(daemon: &Daemon<'_>) -> bool {
    let first = daemon.container()["entryPoint"][0].as_str().unwrap_or_default();
    first.rsplit('/').next().is_some_and(|name| name.ends_with("sh"))
}

/// The ports of the X-Ray daemon, for UDP and for TCP, where it says others than 2000.
pub(super) fn listens(daemon: &Daemon<'_>) -> Option<[u16; 2]> {
    let mut ports = [2000; 2];
    let words = ["entryPoint", "command"].into_iter().flat_map(|field| {
        let items = daemon.container()[field].as_array().into_iter().flatten();
        items.filter_map(Value::as_str).flat_map(str::split_whitespace)
    });
    let words: Vec<_> = words.flat_map(|word| word.split('=')).collect();
    for pair in words.windows(2) {
        let at = BINDS.iter().position(|option| *option == pair[0]);
        let port = pair[1].rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        if let (Some(at), Some(port)) = (at, port) {
            ports[at / 2] = port;
        }
    }
    (daemon.what == Receiver::Xray && ports != [2000; 2]).then_some(ports)
}

/// An entry point: the program, and options of the daemon behind it.
fn started(given: &[&str]) -> Vec<String> {
    let Some((program, rest)) = given.split_first() else { return Vec::new() };
    std::iter::once((*program).to_owned()).chain(bound(rest.to_vec())).collect()
}

/// The options of the X-Ray daemon: a word each, without the program, and bound to where the other
/// containers and this machine reach it.
pub(super) fn options(given: &[&str]) -> Vec<String> {
    let mut words: Vec<_> = given.iter().flat_map(|word| word.split_whitespace()).collect();
    if words.first().is_some_and(|first| PROGRAMS.contains(first)) {
        words.remove(0);
    }
    bound(words)
}

fn bound(words: Vec<&str>) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for word in words {
        let is_bound = options.last().is_some_and(|last| BINDS.contains(&last.as_str()));
        let (option, address) = match word.split_once('=') {
            Some((option, address)) if BINDS.contains(&option) => (Some(option), Some(address)),
            _ => (None, is_bound.then_some(word)),
        };
        let everywhere = address.and_then(|address| address.rsplit_once(':'));
        options.push(match (option, everywhere) {
            (Some(option), Some((_, port))) => format!("{option}=0.0.0.0:{port}"),
            (None, Some((_, port))) => format!("0.0.0.0:{port}"),
            _ => word.to_owned(),
        });
    }
    options
}
