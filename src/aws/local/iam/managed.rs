//! AWS's own managed policies.

use super::super::{Call, caller};

/// `path/name` of each, one a line.
const TABLE: &str = include_str!("../../../iam/aws_managed.txt");

/// One of AWS's managed policies, of which only path and name are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AwsManaged {
    /// Path and name, without the slash in front.
    place: &'static str,
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = AwsManaged> {
    TABLE.lines().filter(|line| !line.is_empty()).map(|place| AwsManaged { place })
}

/// The one with this ARN.
pub(super) fn by_arn(call: &Call<'_>, arn: &str) -> Option<AwsManaged> {
    let place = arn.strip_prefix(&prefix(call))?;
    all().find(|policy| policy.place == place)
}

/// Whether an ARN is in AWS's hands, whatever it names.
pub(super) fn is_aws(call: &Call<'_>, arn: &str) -> bool {
    arn.starts_with(&prefix(call))
}

impl AwsManaged {
    pub(super) fn arn(self, call: &Call<'_>) -> String {
        format!("{}{}", prefix(call), self.place)
    }

    pub(super) fn name(self) -> &'static str {
        self.place.rsplit('/').next().unwrap_or(self.place)
    }

    pub(super) fn path(self) -> String {
        match self.place.rsplit_once('/') {
            Some((path, _)) => format!("/{path}/"),
            None => "/".to_owned(),
        }
    }

    /// Whether it is for the roles of AWS's services alone.
    pub(super) fn is_service_linked(self) -> bool {
        self.place.starts_with("aws-service-role/")
    }
}

fn prefix(call: &Call<'_>) -> String {
    format!("arn:{}:iam::aws:policy/", caller::partition(call.region))
}
