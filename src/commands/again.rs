//! The command that goes on from where a run stopped, ready to be copied.

use std::path::Path;

use super::plan::JudgedArgs;
use super::world::{AwsArgs, FilterArgs, GivenArgs, LOCAL_STATE};
use crate::text::shell_word;

/// A command, word by word.
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
        let region = given.region().map(str::to_owned);
        let files = given.var_file.iter().map(|file| file.display().to_string());
        let vars = given.var.iter().map(|(name, _)| format!("{name}=VALUE"));
        self.option("--region", region)
            .option("--var-file", files)
            .option("--var", vars)
            .option("--allow-env", given.allow_env.iter().cloned())
    }

    /// What it may do.
    pub(super) fn judged(mut self, judged: &JudgedArgs) -> Self {
        if judged.only_drift {
            self.0.push("--only-drift".to_owned());
        }
        self.option("--adopt", judged.adopt.iter().cloned())
            .option("--allow-deletes", judged.allow_deletes.map(|count| count.to_string()))
    }

    /// What of the stack it is about.
    pub(super) fn filtered(self, filter: &FilterArgs) -> Self {
        let filter = filter.filter();
        self.option("--only", filter.only).option("--except", filter.except)
    }

    /// Which AWS.
    pub(super) fn at(mut self, aws: &AwsArgs) -> Self {
        match aws.local.as_ref().map(|file| file.display().to_string()) {
            None => {}
            Some(file) if file == LOCAL_STATE => self.0.push("--local".to_owned()),
            Some(file) => self.0.push(format!("--local={}", shell_word(&file))),
        }
        self.option("--profile", aws.profile.clone())
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
