//! Where a stack lives, and as whom it is reached: `region`, `regions` and `role` in the envelope.

use serde_json::{Value as Json, json};

use super::Place;
use super::envelope::Opener;
use super::pieces::Form;
use super::vars::{Interpolation, Resolved};
use crate::document::{Diagnostic, Node, Value};

/// The keys of where a stack lives.
pub(super) const REGION: &str = "region";
pub(super) const REGIONS: &str = "regions";
/// The key of the role that is assumed.
pub(super) const ROLE: &str = "role";

/// What `region` and `regions` come to.
pub(super) struct Regions {
    /// The region that this reading is about.
    pub here: String,
    /// All of the stack's, the home region first.
    pub all: Vec<String>,
}

/// The JSON Schema of `regions`.
pub(super) fn schema() -> Json {
    json!({
        "type": ["array", "null"],
        "description": "the regions it lives in, in place of `region`: all of it is in each, roles and policies are planned in the first one alone",
        "items": {"type": "string"},
        "minItems": 1,
        "uniqueItems": true,
    })
}

/// Whether a text has the form of a region's name.
pub(crate) fn is_region(text: &str) -> bool {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.contains('-') && !text.starts_with('-') && text.len() <= 63 && text.chars().all(sound)
}

impl Opener<'_> {
    /// The region that is read for, and all that the stack has.
    pub(super) fn regions(&mut self) -> Option<Regions> {
        let Some(raw) = self.map.get(REGIONS).filter(|node| !node.is_null()) else {
            let here = self.region()?;
            return Some(Regions { all: vec![here.clone()], here });
        };
        let span = raw.span;
        if let Some(both) = self.map.get(REGION).filter(|node| !node.is_null()) {
            let problem = Diagnostic::error("a stack has `region` or `regions`, not both");
            let help = "take `region` out, and put it first in `regions` if it is the home region";
            self.found.push(problem.at(both.span).help(help));
            return None;
        }
        let all = self.listed()?;
        let Some(asked) = self.inputs.region.clone() else {
            return Some(Regions { here: all.first()?.clone(), all });
        };
        if all.contains(&asked) {
            return Some(Regions { here: asked, all });
        }
        let problem = format!("`--region` says {asked}, which is none of this stack's regions");
        let help = format!("they are {}", all.join(", "));
        self.found.push(Diagnostic::error(problem).at(span).help(help));
        None
    }

    /// The names in `regions`.
    fn listed(&mut self) -> Option<Vec<String>> {
        const HELP: &str = "write it like `regions: [us-east-1, eu-west-1]`, the home region first";
        let node = self.interpolated(REGIONS)?;
        let Value::Seq(items) = &node.value else {
            let problem = format!("`regions` is a list of regions, not {}", node.kind());
            self.found.push(Diagnostic::error(problem).at(node.span).help(HELP));
            return None;
        };
        let mut all: Vec<String> = Vec::new();
        let mut sound = true;
        for item in items {
            let name = item.as_str().filter(|text| is_region(text));
            let problem = if let Some(name) = name {
                misplaced(name, &all).map(Diagnostic::error)
            } else {
                let problem = format!("a region's name is expected, not {}", item.shown());
                Some(Diagnostic::error(problem).help("write it like `us-east-1`"))
            };
            sound &= problem.is_none();
            self.found.all.extend(problem.map(|problem| problem.at(item.span)));
            all.extend(name.map(str::to_owned));
        }
        if items.is_empty() {
            let problem = Diagnostic::error("`regions` names no region").at(node.span);
            self.found.push(problem.help(HELP));
        }
        (sound && !all.is_empty()).then_some(all)
    }

    /// The one region of a stack that has no `regions`.
    fn region(&mut self) -> Option<String> {
        let from_file = match self.map.get(REGION).filter(|node| !node.is_null()) {
            Some(raw) => {
                let span = raw.span;
                let node = self.interpolated(REGION)?;
                let Some(region) = node.as_str().filter(|text| is_region(text)) else {
                    let problem = format!("`region` is a region's name, not {}", node.shown());
                    self.found.push(
                        Diagnostic::error(problem).at(span).help("write it like `us-east-1`"),
                    );
                    return None;
                };
                Some(region.to_owned())
            }
            None => None,
        };
        let region =
            self.inputs.region.clone().or(from_file).or_else(|| self.inputs.default_region.clone());
        match &region {
            None => self.missing(REGION, "write it like `region: us-east-1`, or give `--region`"),
            // It becomes part of a host name.
            Some(region) if !is_region(region) => {
                let problem = Diagnostic::error(format!("{region:?} is no region's name"));
                self.found.push(problem.help(
                    "regions look like `us-east-1`; look at `--region`, AWS_REGION and the profile",
                ));
                return None;
            }
            Some(_) => {}
        }
        region
    }

    /// The ARN of the role that is assumed before anything is asked of the stack's account.
    pub(super) fn role(&mut self, place: Option<&Place>) -> Option<String> {
        let raw = self.map.get(ROLE).filter(|node| !node.is_null())?;
        let span = raw.span;
        let mut node = raw.clone();
        let before = self.found.all.len();
        let (variables, inputs) = (self.variables, self.inputs);
        let mut resolve = |form: &Form| match form {
            Form::Account => {
                Ok(Resolved::text(place.map(|place| place.account.as_str()).unwrap_or_default()))
            }
            Form::Env(_) => Err(Diagnostic::error(
                "`role` is shown in outputs, and what comes from the environment is secret",
            )
            .help("use a variable: `${var.NAME}`")),
            _ => variables.known(form, inputs).unwrap_or_else(|| {
                let problem = "`role` can only refer to variables and to `${account}`";
                Err(Diagnostic::error(problem))
            }),
        };
        Interpolation { sources: self.sources, resolve: &mut resolve, found: self.found }
            .apply(&mut node);
        if self.found.all.len() > before {
            return None;
        }
        match sound_role(&node, place?) {
            Ok(role) => Some(role),
            Err(problem) => {
                self.found.push(problem.at(span));
                None
            }
        }
    }
}

/// What is wrong with a region beside those that stand before it.
fn misplaced(name: &str, before: &[String]) -> Option<String> {
    if before.iter().any(|other| other == name) {
        return Some(format!("`regions` has {name} twice"));
    }
    let partition =
        |region: &str| Place { account: String::new(), region: region.to_owned() }.partition();
    let home = before.first().filter(|home| partition(home) != partition(name))?;
    Some(format!("an account is in one partition, and {name} is in another one than {home}"))
}

/// The ARN of a role in the stack's own account.
///
/// Source: IAM user guide, "IAM ARNs"; service model of STS, `arnType`.
fn sound_role(node: &Node, place: &Place) -> Result<String, Diagnostic> {
    let form = format!("arn:{}:iam::{}:role/NAME", place.partition(), place.account);
    let other = |what: String| Diagnostic::error(what).help(format!("write it like `{form}`"));
    let text = node.as_str().unwrap_or_default();
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else {
        return Err(other(format!("`role` is the ARN of a role, not {}", node.shown())));
    };
    let name = resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    let sound = |c: char| c.is_ascii_graphic() && c != ':' && c != '*';
    let is_name = name.is_some_and(|name| (1..=64).contains(&name.len()));
    if !is_name || !resource.chars().all(sound) || text.len() > 2048 {
        return Err(other(format!("`role` is the ARN of a role, not {}", node.shown())));
    }
    if account != place.account {
        return Err(other(format!(
            "`role` is of account {account}, and the stack is for {}",
            place.account
        )));
    }
    if partition != place.partition() {
        return Err(other(format!(
            "`role` is of the partition `{partition}`, and {} is in `{}`",
            place.region,
            place.partition()
        )));
    }
    Ok(text.to_owned())
}
