//! `--only` and `--except`.

use crate::document::nearest;
use crate::error::{Error, Result};
use crate::plan::{Address, Filter};
use crate::stack::Stack;

/// Which resources of the stack.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct FilterArgs {
    /// Only resources at these addresses, `sampling_rules.*` say; may be repeated
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// No resources at these addresses; may be repeated
    #[arg(long, value_name = "GLOB")]
    except: Vec<String>,
}

impl FilterArgs {
    /// The filter.
    pub(super) fn filter(&self) -> Filter {
        Filter { only: self.only.clone(), except: self.except.clone() }
    }
}

/// Refuses a glob that takes nothing at all, neither in the file nor among what was found beside it.
pub(super) fn refuse_idle<'a>(
    filter: &Filter,
    stack: &'a Stack,
    found: impl Iterator<Item = &'a Address>,
) -> Result<()> {
    let declared = stack.wanted.iter().map(|wanted| &wanted.address);
    let nameless = stack.nameless.iter().map(|one| &one.address);
    let known: Vec<_> = declared.chain(nameless).chain(found).collect();
    match filter.idle(&known).first() {
        None => Ok(()),
        Some(idle) => {
            let names: Vec<_> = known.iter().map(ToString::to_string).collect();
            let near = nearest(idle, names.iter().map(String::as_str));
            let error = Error::new(format!("`{idle}` is no resource of `{}`", stack.name));
            Err(match near {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("write it like `sampling_rules.NAME` or `sampling_rules.*`"),
            })
        }
    }
}
