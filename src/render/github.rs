//! A report for the runner of GitHub Actions: annotations, and the outputs of a step.

use std::collections::BTreeMap;

use serde_json::json;

use crate::plan::{Action, Effect, Plan, Step};
use crate::report::{Ended, Failed, Planned, Report, StepStatus, Told, Verb, What};
use crate::text::safe;

/// GitHub shows this many annotations of each level for a step, and drops the rest without a word.
///
/// Source: GitHub documentation, "Workflow commands" and the limits of check runs: 10 warnings, 10 errors
/// and 10 notices a step.
const MOST: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Error,
    Warning,
    Notice,
}

struct Annotation {
    level: Level,
    title: String,
    text: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
}

/// The annotations of a report, a workflow command a line, at most as many of each level as GitHub
/// shows: the last says how many more there are. `path` makes of a file as it was named one from the
/// top of the repository.
pub fn annotations(report: &Report, path: &dyn Fn(&str) -> String) -> String {
    let mut all: Vec<_> = report.stacks.iter().flat_map(of).collect();
    for file in all.iter_mut().filter_map(|one| one.file.as_mut()) {
        *file = path(file);
    }
    all.sort_by_key(|one| one.level);
    let mut lines = String::new();
    for of_level in all.chunk_by(|one, other| one.level == other.level) {
        let shown = if of_level.len() > MOST { MOST - 1 } else { of_level.len() };
        lines.extend(of_level[..shown].iter().map(Annotation::command));
        if shown < of_level.len() {
            let text =
                format!("and {} more, which the log and the summary have", of_level.len() - shown);
            let more = Annotation {
                text,
                title: "tracewright".to_owned(),
                file: None,
                line: None,
                column: None,
                level: of_level[0].level,
            };
            lines += &more.command();
        }
    }
    lines
}

impl Annotation {
    fn new(level: Level, title: &str, text: String) -> Self {
        Self { level, title: title.to_owned(), text, file: None, line: None, column: None }
    }

    /// At a place of a step, `path:line`.
    fn at(mut self, place: Option<&str>, otherwise: &str) -> Self {
        let place = place.and_then(|place| place.rsplit_once(':'));
        let at = place.and_then(|(file, line)| Some((file, line.parse().ok()?)));
        match at {
            Some((file, line)) => {
                self.file = Some(file.to_owned());
                self.line = Some(line);
            }
            None => self.file = Some(otherwise.to_owned()),
        }
        self
    }

    /// The command. Its data ends with the line, its properties with a comma or a colon.
    ///
    /// Source: the escapes of `@actions/core`, `command.ts`.
    fn command(&self) -> String {
        let data =
            |text: &str| safe(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let mut properties = Vec::new();
        if let Some(file) = &self.file {
            properties.push(format!("file={}", property(file)));
        }
        properties.extend(self.line.map(|line| format!("line={line}")));
        properties.extend(self.column.map(|column| format!("col={column}")));
        properties.push(format!("title={}", property(&self.title)));
        format!("::{level} {}::{}\n", properties.join(","), data(&self.text))
    }
}

fn of(told: &Told) -> Vec<Annotation> {
    match &told.outcome {
        What::Planned(planned) | What::Applied(planned, None) => of_plan(planned),
        What::Applied(planned, Some(ended)) => of_run(&planned.plan, ended),
        What::Drift(report, neighbours) => {
            let moved = report.resources.iter().filter(|one| one.status.moved()).map(|one| {
                let text = format!("{}: {}", one.address, one.because);
                Annotation::new(Level::Warning, "drift", text).at(one.place.as_deref(), &told.file)
            });
            let unknown = report.unknown.iter().map(|one| {
                let text = format!("{} is not known: {}", one.what, one.because);
                Annotation::new(Level::Error, "not known", text).at(None, &told.file)
            });
            let unread = neighbours.iter().flat_map(|beside| &beside.unread).map(|one| {
                let text = format!("neighbours: {} could not be read: {}", one.what, one.because);
                Annotation::new(Level::Error, "not known", text).at(None, &told.file)
            });
            moved.chain(unknown).chain(unread).collect()
        }
        What::Failed(failed) => of_failure(failed, told),
    }
}

fn of_plan(planned: &Planned) -> Vec<Annotation> {
    let Planned { plan, refused, .. } = planned;
    let mut all = Vec::new();
    for one in refused {
        let text = format!("{}; {}", one.message, one.hint);
        all.push(Annotation::new(Level::Error, "refused", text).at(None, &plan.file));
    }
    for one in &plan.unknown {
        let text = format!("{} is not known: {}", one.what, one.because);
        all.push(Annotation::new(Level::Error, "not known", text).at(None, &plan.file));
    }
    for meaning in plan.permissions.iter().filter(|one| one.permission.effect == Effect::Widened) {
        let step = plan.steps.iter().find(|step| step.address == meaning.address);
        let place = step.and_then(|step| step.place.as_deref());
        let text = format!("{}: {}", meaning.address, meaning.permission.what);
        all.push(Annotation::new(Level::Warning, "wider permissions", text).at(place, &plan.file));
    }
    for step in &plan.steps {
        let (level, title) = match step.action {
            Action::Blocked => (Level::Error, "blocked"),
            Action::Delete => (Level::Warning, "deletes"),
            Action::Replace => (Level::Warning, "makes anew"),
            Action::Keep => (Level::Notice, "kept"),
            Action::Update | Action::Adopt | Action::Move | Action::Create => continue,
        };
        let text = format!("{}: {}", step.address, step.because);
        all.push(Annotation::new(level, title, text).at(step.place.as_deref(), &plan.file));
    }
    all
}

fn of_run(plan: &Plan, ended: &Ended) -> Vec<Annotation> {
    let place = |address: &crate::plan::Address| {
        let is_it = |step: &&Step| step.address == *address;
        plan.steps.iter().find(is_it).and_then(|step| step.place.as_deref())
    };
    let steps = ended.steps.iter().filter(|step| step.status != StepStatus::Done).map(|step| {
        let because = step.because.as_deref().unwrap_or_default();
        let (level, title) = match step.status {
            StepStatus::NotTried => (Level::Warning, "not tried"),
            StepStatus::Done | StepStatus::Failed => (Level::Error, "failed"),
        };
        let text = format!("{}: {because}", step.address);
        Annotation::new(level, title, text).at(place(&step.address), &plan.file)
    });
    let differs = ended.differs.iter().map(|one| {
        Annotation::new(Level::Error, "not as planned", one.clone()).at(None, &plan.file)
    });
    steps.chain(differs).collect()
}

fn of_failure(failed: &Failed, told: &Told) -> Vec<Annotation> {
    let mut all: Vec<_> = failed
        .findings
        .iter()
        .map(|one| {
            let level = match one.severity {
                "error" => Level::Error,
                "warning" => Level::Warning,
                _ => Level::Notice,
            };
            let text = std::iter::once(&one.message).chain(&one.help);
            let text = text.map(String::as_str).collect::<Vec<_>>().join("; ");
            let annotation = Annotation::new(level, "tracewright", text);
            let file = one.file.clone().or_else(|| Some(told.file.clone()));
            Annotation { file, line: one.line, column: one.column, ..annotation }
        })
        .collect();
    if !failed.message.is_empty() {
        let text = std::iter::once(&failed.message).chain(&failed.hints);
        let text = text.map(String::as_str).collect::<Vec<_>>().join("; ");
        all.push(Annotation::new(Level::Error, "tracewright", text).at(None, &told.file));
    }
    all
}

/// The outputs of a step, each with its value. Empty is what is not known: a stack that could not be
/// looked at whole may differ in anything.
pub fn outputs(report: &Report) -> BTreeMap<&'static str, String> {
    let sum = report.totals();
    let (to_add, to_destroy) = (sum.create + sum.replace, sum.delete + sum.replace);
    let to_change = sum.update + sum.adopt + sum.r#move;
    let is_whole = report.stacks.iter().all(|told| told.outcome.is_whole());
    let count = |count: usize| if is_whole { count.to_string() } else { String::new() };
    let some =
        |there_is: bool| if there_is || is_whole { there_is.to_string() } else { String::new() };
    let moved = report.stacks.iter().any(|told| match &told.outcome {
        What::Drift(report, _) => report.moved(),
        _ => false,
    });
    let mut outputs = BTreeMap::from([("exit-code", report.exit().code().to_string())]);
    if report.verb == Verb::Drift {
        outputs.insert("drift", some(moved));
    } else {
        outputs.extend([
            ("changes", some(to_add + to_change + to_destroy > 0)),
            ("to_add", count(to_add)),
            ("to_change", count(to_change)),
            ("to_destroy", count(to_destroy)),
        ]);
    }
    outputs.extend(report.digest().map(|digest| ("digest", digest)));
    let tasks = report.task_definitions();
    if let [(_, _, arn)] = tasks.as_slice() {
        outputs.insert("task-definition-arn", (*arn).to_owned());
    }
    outputs.insert("task-definitions", json!(by_family(&tasks)).to_string());
    outputs
}

/// The ARNs of revisions by the shortest that tells their families apart: the family, with its region
/// where it is in several, and with its account where it is in several of one region.
fn by_family<'a>(tasks: &[(&str, &str, &'a str)]) -> BTreeMap<String, &'a str> {
    let account = |arn: &str| arn.split(':').nth(4).unwrap_or_default().to_owned();
    let keys = |(family, region, arn): &(&str, &str, &str)| {
        let wide = format!("{family}@{region}");
        [(*family).to_owned(), wide.clone(), format!("{wide}@{}", account(arn))]
    };
    let is_one =
        |at: usize, key: &str| tasks.iter().filter(|one| keys(one)[at] == key).count() == 1;
    let named = tasks.iter().map(|one| {
        let [short, wide, whole] = keys(one);
        let short = Some(short).filter(|key| is_one(0, key));
        (short.or(Some(wide).filter(|key| is_one(1, key))).unwrap_or(whole), one.2)
    });
    named.collect()
}
