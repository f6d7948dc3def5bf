//! How a plan was asked for, so that it can be asked for again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the command line said beside the stack's file. Of variables only their names: a value may be
/// meant for nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// The journal that it goes back behind, in place of a stack's file.
    pub undoes: Option<String>,
    /// The region in place of the stack's own.
    pub region: Option<String>,
    /// Files with variables.
    pub var_files: Vec<String>,
    /// The names of variables that were set.
    pub vars: Vec<String>,
    /// Names of the environment that the stack may read.
    pub allow_env: Vec<String>,
    /// Only what moved in AWS.
    pub only_drift: bool,
    /// Addresses that may be taken over.
    pub adopt: Vec<String>,
    /// Only resources at these addresses.
    pub only: Vec<String>,
    /// No resources at these.
    pub except: Vec<String>,
}
