//! Commands that a run points out, ready to be copied: to go on from where it stopped, to put back what
//! moved.

use std::collections::BTreeMap;
use std::path::Path;

use super::plan::JudgedArgs;
use super::world::{AwsArgs, FilterArgs, GivenArgs, LOCAL, LOCAL_STATE};
use crate::plan::Address;
use crate::text::shell_word;

/// A command, word by word.
#[derive(Debug, Clone)]
pub(super) struct Command(Vec<String>);

impl Command {
    /// A verb on what a run changed, to go back behind it.
    pub(super) fn undo(verb: &str, journal: &Path) -> Self {
        let words = ["tracewright", verb, "--undo"].map(str::to_owned);
        Self(words.into()).word(&journal.display().to_string())
    }

    /// A verb on a stack.
    pub(super) fn on(verb: &str, stack: &Path) -> Self {
        Self(vec!["tracewright".to_owned(), verb.to_owned()]).word(&stack.display().to_string())
    }

    /// What the stack is given. A variable's value stays where it is: it may be meant for nobody
    /// else, and a line of a log is read by many.
    pub(super) fn given(self, given: &GivenArgs) -> Self {
        self.given_in(given, None)
    }

    /// The same of a stack in one of its regions.
    pub(super) fn given_in(self, given: &GivenArgs, region: Option<&str>) -> Self {
        let region = given.region().or(region).map(str::to_owned);
        let files = given.var_file.iter().map(|file| file.display().to_string());
        let vars = given.var.iter().map(|(name, _)| format!("{name}=VALUE"));
        self.option("--region", region)
            .option("--var-file", files)
            .option("--var", vars)
            .option("--allow-env", given.allow_env.iter().cloned())
    }

    /// What it does about what moved in AWS.
    pub(super) fn only_drift(mut self) -> Self {
        self.0.push("--only-drift".to_owned());
        self
    }

    /// What it does with one resource: `--only`, `--adopt`, `--accept`.
    pub(super) fn with(self, option: &str, address: &Address) -> Self {
        self.option(option, [address.to_string()])
    }

    /// What it may do.
    pub(super) fn judged(self, judged: &JudgedArgs) -> Self {
        let command = if judged.only_drift { self.only_drift() } else { self };
        command
            .option("--adopt", judged.adopt.iter().cloned())
            .option("--allow-deletes", judged.allow_deletes.map(|count| count.to_string()))
    }

    /// What of the stack it is about.
    pub(super) fn filtered(self, filter: &FilterArgs) -> Self {
        let filter = filter.filter();
        self.option("--only", filter.only).option("--except", filter.except)
    }

    /// Which AWS.
    pub(super) fn at(self, aws: &AwsArgs) -> Self {
        let local = aws.local.as_ref().map(|file| file.display().to_string());
        let mut command = self.in_local(local.as_deref()).option("--profile", aws.profile.clone());
        if aws.no_role {
            command.0.push("--no-role".to_owned());
        }
        command
    }

    /// The AWS that a run was about, by the endpoints that its journal has.
    pub(super) fn where_it_was(self, endpoints: &BTreeMap<String, String>) -> Self {
        self.in_local(endpoints.get(LOCAL).map(String::as_str))
    }

    fn in_local(mut self, state: Option<&str>) -> Self {
        match state {
            None => {}
            Some(LOCAL_STATE) => self.0.push("--local".to_owned()),
            Some(file) => self.0.push(format!("--local={}", shell_word(file))),
        }
        self
    }

    /// The line.
    pub(super) fn line(self) -> String {
        self.0.join(" ")
    }

    fn option(self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        let pairs = values.into_iter().flat_map(|value| [name.to_owned(), value]);
        pairs.fold(self, |command, word| command.word(&word))
    }

    fn word(mut self, word: &str) -> Self {
        self.0.push(shell_word(word));
        self
    }
}
