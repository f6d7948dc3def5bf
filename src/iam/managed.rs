//! AWS's managed policies, by the names people call them.

use super::meaning::EVERYTHING;
use crate::document::nearest;

/// `path/name` of each, a line each, as they stand behind `policy/` in their ARNs.
const ALL: &str = include_str!("aws_managed.txt");
/// How many names are worth suggesting.
const MOST: usize = 3;

/// A managed policy that somebody named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managed {
    /// Its ARN.
    pub arn: String,
    /// Whether it is one of AWS's that are known here, or not AWS's at all. AWS adds new ones every
    /// week, so that one which is not known may well be there.
    pub known: bool,
    /// Where it is not known: what was likely meant, the likeliest first.
    pub near: Vec<&'static str>,
}

/// The ARN of a managed policy that is named in full, by the name alone
/// (`AmazonECSTaskExecutionRolePolicy`), or by its path and name. An ARN stays as it is.
pub fn managed_arn(name_or_arn: &str, partition: &str) -> Managed {
    let (name, arn) = match aws_name(name_or_arn) {
        Some(name) => (name, name_or_arn.to_owned()),
        None if name_or_arn.starts_with("arn:") => {
            return Managed { arn: name_or_arn.to_owned(), known: true, near: Vec::new() };
        }
        None => {
            let name = name_or_arn.trim_start_matches('/');
            let found = all().find(|known| *known == name || last(known) == name);
            let whole = found.unwrap_or(name);
            (whole, format!("arn:{partition}:iam::aws:policy/{whole}"))
        }
    };
    let known = all().any(|known| known == name);
    Managed { arn, known, near: if known { Vec::new() } else { near(name) } }
}

/// A managed policy's name for people: AWS's by their name, which is unique; others by their ARN.
pub fn short(arn: &str) -> &str {
    aws_name(arn).map_or(arn, last)
}

/// What nobody should miss of a managed policy that comes, by its name alone.
///
/// Source: AWS managed policy reference, `AdministratorAccess`.
pub fn alarm(arn: &str) -> Option<&'static str> {
    (aws_name(arn) == Some("AdministratorAccess")).then_some(EVERYTHING)
}

/// Whether this is one of AWS's policies that deny and allow nothing.
///
/// Source: AWS managed policy reference, `AWSDenyAll` and `AWSCompromisedKeyQuarantine`.
pub fn denies(arn: &str) -> bool {
    const DENYING: [&str; 2] = ["AWSDenyAll", "AWSCompromisedKeyQuarantine"];
    aws_name(arn).is_some_and(|name| DENYING.iter().any(|denying| name.starts_with(denying)))
}

/// Whether this is the ARN of a policy that is not AWS's and has the name of one that is.
pub fn is_like_aws(arn: &str) -> bool {
    aws_name(arn).is_none() && all().any(|known| last(known) == last(arn))
}

/// Whether a path is one of those where AWS keeps what is its own: roles of its services, and of its
/// sign-in.
///
/// Source: documentation, Friendly names and paths, and `UnmodifiableEntity` of the service model.
pub fn is_aws_path(path: &str) -> bool {
    ["/aws-service-role/", "/aws-reserved/"].iter().any(|aws| path.starts_with(aws))
}

fn all() -> impl Iterator<Item = &'static str> {
    ALL.lines()
}

/// `path/name` of an ARN that is AWS's.
fn aws_name(arn: &str) -> Option<&str> {
    let (partition, name) = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy/")?;
    (!partition.contains(':')).then_some(name)
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn near(name: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    while found.len() < MOST {
        let left = all().filter(|known| !found.contains(known));
        let Some(near) = nearest(last(name), left.map(last)) else { break };
        let Some(whole) = all().find(|known| last(known) == near && !found.contains(known)) else {
            break;
        };
        found.push(whole);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_finds_its_path() {
        let arn = "arn:aws-cn:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        for name in
            ["AmazonECSTaskExecutionRolePolicy", "service-role/AmazonECSTaskExecutionRolePolicy"]
        {
            let managed = managed_arn(name, "aws-cn");
            assert_eq!(managed, Managed { arn: arn.to_owned(), known: true, near: Vec::new() });
        }
        assert_eq!(short(arn), "AmazonECSTaskExecutionRolePolicy");
    }

    #[test]
    fn an_arn_stays() {
        let own = "arn:aws:iam::123456789012:policy/team/own";
        assert_eq!(managed_arn(own, "aws").arn, own);
        assert_eq!(short(own), own);
        assert!(!is_like_aws(own));
        assert!(is_like_aws("arn:aws:iam::123456789012:policy/team/ReadOnlyAccess"));
        let aws = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
        assert!(!is_like_aws(aws) && managed_arn(aws, "aws-cn").known);
        assert_eq!(managed_arn(aws, "aws-cn").arn, aws);
    }

    #[test]
    fn a_slip_finds_what_was_meant() {
        let slip = managed_arn("AWSXrayDaemonWriteAccess", "aws");
        assert_eq!(slip.arn, "arn:aws:iam::aws:policy/AWSXrayDaemonWriteAccess");
        assert!(!slip.known);
        assert_eq!(slip.near.first(), Some(&"AWSXRayDaemonWriteAccess"));
        // Without the path that is its own.
        let arn = "arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy";
        let pathless = managed_arn(arn, "aws");
        assert_eq!(pathless.arn, arn);
        assert_eq!(pathless.near.first(), Some(&"service-role/AmazonECSTaskExecutionRolePolicy"));
        assert_eq!(managed_arn("Quux", "aws").near, Vec::<&str>::new());
    }

    #[test]
    fn names_are_unique_without_their_paths() {
        let mut names: Vec<_> = all().map(last).collect();
        names.sort_unstable();
        assert!(names.len() > 1000 && names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
