//! What calls of IAM have to be allowed.
//!
//! Source: Service Authorization Reference, AWS Identity and Access Management; of tags that are given
//! with a role or a policy the user guide, "Tags for AWS Identity and Access Management resources". By
//! which ARN IAM takes a role that is not there is not documented; it cannot know of a path.

use super::super::Call;
use super::super::form::Form;
use super::super::guard::Asked;
use super::super::state::World;
use super::record::{Tags, arn};

pub(super) fn asks(call: &Call<'_>, operation: &str, world: &World) -> Vec<Asked> {
    let form = Form::parse(call.body);
    let request = Request { call, form: &form, operation, world };
    let action = format!("iam:{operation}");
    let asked = match operation {
        _ if form.get("InstanceProfileName").is_some() => request.profile(&action),
        _ if form.get("RoleName").is_some() => request.role(&action),
        _ if form.get("PolicyArn").is_some() || form.get("PolicyName").is_some() => {
            request.policy(&action)
        }
        _ => Asked::anywhere(&action),
    };
    let given = request.given();
    let asked = asked.tagging(&given);
    let also = match operation {
        "CreateRole" if !given.is_empty() => Some("iam:TagRole"),
        "CreatePolicy" if !given.is_empty() => Some("iam:TagPolicy"),
        _ => None,
    };
    let also = also.map(|action| Asked { action: action.to_owned(), ..asked.clone() });
    std::iter::once(asked).chain(also).collect()
}

struct Request<'a> {
    call: &'a Call<'a>,
    form: &'a Form,
    operation: &'a str,
    world: &'a World,
}

impl Request<'_> {
    fn get(&self, member: &str) -> &str {
        self.form.get(member).unwrap_or_default()
    }

    /// The path of what comes, or of what nothing is known of.
    fn path(&self) -> &str {
        self.form.get("Path").filter(|path| !path.is_empty()).unwrap_or("/")
    }

    fn role(&self, action: &str) -> Asked {
        let name = self.get("RoleName");
        let known = self.world.global.iam.roles.get(&name.to_lowercase());
        let known = known.filter(|_| self.operation != "CreateRole");
        let about = known
            .map_or_else(|| arn(self.call, "role", self.path(), name), |role| role.arn(self.call));
        let asked = Asked::on(action, about);
        let asked = known.map_or(asked.clone(), |role| asked.tagged(&role.tags));
        let bounded = known.and_then(|role| role.boundary.as_deref());
        asked
            .with("iam:PolicyARN", self.form.get("PolicyArn"))
            .with("iam:PermissionsBoundary", self.form.get("PermissionsBoundary").or(bounded))
    }

    fn policy(&self, action: &str) -> Asked {
        let made = || arn(self.call, "policy", self.path(), self.get("PolicyName"));
        let about = self.form.get("PolicyArn").map_or_else(made, str::to_owned);
        let mut known = self.world.global.iam.policies.values();
        let tags = known.find(|policy| policy.arn(self.call) == about).map(|policy| &policy.tags);
        Asked::on(action, about).tagged(tags.unwrap_or(&Tags::new()))
    }

    fn profile(&self, action: &str) -> Asked {
        let name = self.get("InstanceProfileName");
        let known = self.world.global.iam.instance_profiles.get(&name.to_lowercase());
        let made = || arn(self.call, "instance-profile", self.path(), name);
        let about = known.map_or_else(made, |profile| profile.arn(self.call));
        let asked = Asked::on(action, about);
        known.map_or(asked.clone(), |profile| asked.tagged(&profile.tags))
    }

    /// The tags that the request gives.
    fn given(&self) -> Vec<(String, String)> {
        let tag = |number: usize| {
            let key = self.form.get(&format!("Tags.member.{number}.Key"))?;
            let value = self.form.get(&format!("Tags.member.{number}.Value"));
            Some((key.to_owned(), value.unwrap_or_default().to_owned()))
        };
        (1..).map_while(tag).collect()
    }
}
