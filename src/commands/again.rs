//! Commands that a run points out, ready to be copied: to go on from where it stopped, to put back what
//! moved.

use std::collections::BTreeMap;
use std::path::Path;

use super::plan::JudgedArgs;
use super::world::{AwsArgs, FilterArgs, GivenArgs, LOCAL, LOCAL_STATE};
use crate::plan::{Address, Asked};
use crate::text::shell_word;

/// How a command line asks for a plan.
pub(super) fn asked(
    given: &GivenArgs,
    judged: &JudgedArgs,
    filter: &FilterArgs,
    undo: Option<&Path>,
) -> Asked {
    let filter = filter.filter();
    Asked {
        undoes: undo.map(|journal| journal.display().to_string()),
        only_drift: judged.only_drift,
        adopt: judged.adopt.clone(),
        only: filter.only,
        except: filter.except,
        ..asked_of(given)
    }
}

/// What a stack is given. A variable's value stays where it is: it may be meant for nobody else, and
/// a line of a log is read by many.
fn asked_of(given: &GivenArgs) -> Asked {
    Asked {
        region: given.region().map(str::to_owned),
        var_files: given.var_file.iter().map(|file| file.display().to_string()).collect(),
        vars: given.var.iter().map(|(name, _)| name.clone()).collect(),
        allow_env: given.allow_env.clone(),
        ..Asked::default()
    }
}

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

    /// What a plan was made of, asked for in the same way.
    pub(super) fn asked(verb: &str, stack: &Path, asked: &Asked) -> Self {
        match &asked.undoes {
            Some(journal) => Self::undo(verb, Path::new(journal)),
            None => Self::on(verb, stack),
        }
        .asking(asked)
    }

    /// What prints the policy that a verb needs on a stack, in a sentence.
    pub(super) fn permitting(
        verb: &str,
        stack: &Path,
        given: &GivenArgs,
        adopt: &[String],
    ) -> String {
        let command = Self::on("permissions", stack).option("--for", [verb.to_owned()]);
        let command = command.given(given).option("--adopt", adopt.iter().cloned());
        format!("`{}` prints what it needs", command.line())
    }

    /// What the stack is given.
    pub(super) fn given(self, given: &GivenArgs) -> Self {
        self.given_in(given, None)
    }

    /// The same of a stack in one of its regions.
    pub(super) fn given_in(self, given: &GivenArgs, region: Option<&str>) -> Self {
        let asked = asked_of(given);
        let region = asked.region.clone().or_else(|| region.map(str::to_owned));
        self.asking(&Asked { region, ..asked })
    }

    fn asking(self, asked: &Asked) -> Self {
        let vars = asked.vars.iter().map(|name| format!("{name}=VALUE"));
        let command = self
            .option("--region", asked.region.clone())
            .option("--var-file", asked.var_files.iter().cloned())
            .option("--var", vars)
            .option("--allow-env", asked.allow_env.iter().cloned());
        let command = if asked.only_drift { command.only_drift() } else { command };
        command
            .option("--adopt", asked.adopt.iter().cloned())
            .option("--only", asked.only.iter().cloned())
            .option("--except", asked.except.iter().cloned())
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

    /// How much it may delete.
    pub(super) fn allowing(self, deletes: Option<usize>) -> Self {
        self.option("--allow-deletes", deletes.map(|count| count.to_string()))
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
