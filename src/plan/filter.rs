//! Which resources a plan is about.

use wildmatch::WildMatch;

use super::address::Address;

/// Globs of addresses: those that are meant, all of them where there is none, less those that are
/// not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only these.
    pub only: Vec<String>,
    /// None of these.
    pub except: Vec<String>,
}

impl Filter {
    /// Whether a resource is meant.
    pub fn takes(&self, address: &Address) -> bool {
        let any = |globs: &[String]| globs.iter().any(|glob| matches(glob, address));
        (self.only.is_empty() || any(&self.only)) && !any(&self.except)
    }

    /// Whether a resource of this section may be meant: not where a glob begins, up to its first
    /// wildcard, as no address of the section does.
    pub fn may_take(&self, section: &str) -> bool {
        let section_dot = format!("{section}.");
        let of = |glob: &String| {
            let begins = glob.split(['*', '?']).next().unwrap_or_default();
            let is_whole = begins.len() == glob.len();
            begins.starts_with(&section_dot) || (!is_whole && section_dot.starts_with(begins))
        };
        let all = |glob: &String| {
            *glob == "*"
                || glob.strip_suffix(".*").is_some_and(|of| WildMatch::new(of).matches(section))
        };
        (self.only.is_empty() || self.only.iter().any(of)) && !self.except.iter().any(all)
    }

    /// The globs that take none of these resources: slips, likely.
    pub fn idle<'a>(&'a self, addresses: &[&Address]) -> Vec<&'a str> {
        let globs = self.only.iter().chain(&self.except);
        let idle = globs.filter(|glob| !addresses.iter().any(|address| matches(glob, address)));
        idle.map(String::as_str).collect()
    }
}

fn matches(glob: &str, address: &Address) -> bool {
    // Quotes around a key are an address's, and nobody has to know.
    let plain = format!("{}.{}", address.section, address.key);
    let glob = WildMatch::new(glob);
    glob.matches(&plain) || glob.matches(&address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(only: &[&str], except: &[&str]) -> Filter {
        let globs = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect();
        Filter { only: globs(only), except: globs(except) }
    }

    #[test]
    fn globs_go_by_address() {
        let (rule, role) = (Address::new("sampling_rules", "POST all"), Address::new("roles", "a"));
        let taken = |only: &[&str], except: &[&str]| {
            let filter = filter(only, except);
            [&rule, &role].map(|address| filter.takes(address))
        };
        assert_eq!(taken(&[], &[]), [true, true]);
        assert_eq!(taken(&["sampling_rules.*"], &[]), [true, false]);
        assert_eq!(taken(&["sampling_rules.POST all"], &[]), [true, false]);
        assert_eq!(taken(&["sampling_rules.\"POST all\""], &[]), [true, false]);
        assert_eq!(taken(&["*"], &["roles.?"]), [true, false]);
        assert_eq!(taken(&["*.a", "roles.b"], &[]), [false, true]);
        assert_eq!(filter(&["roles.b", "*a*"], &["x"]).idle(&[&rule, &role]), ["roles.b", "x"]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_is_looked_at(
            only in proptest::collection::vec("[ab.*?\"]{0,6}", 0..3),
            except in proptest::collection::vec("[ab.*?\"]{0,6}", 0..2),
            section in "[ab]{1,2}",
            key in "[ab. ]{1,4}",
        ) {
            let filter = Filter { only, except };
            let takes = filter.takes(&Address::new(&section, &key));
            proptest::prop_assert!(!takes || filter.may_take(&section));
        }
    }

    #[test]
    fn a_section_that_no_glob_can_be_about_is_not_looked_at() {
        assert!(filter(&[], &[]).may_take("roles"));
        assert!(filter(&["r*.a"], &[]).may_take("roles"));
        assert!(filter(&["*"], &["roles.a"]).may_take("roles"));
        assert!(filter(&["*health"], &[]).may_take("roles"));
        assert!(filter(&["*api.v2"], &[]).may_take("roles"));
        assert!(!filter(&["role*.a"], &[]).may_take("sampling_rules"));
        assert!(!filter(&["sampling_rules.*"], &[]).may_take("roles"));
        assert!(!filter(&[], &["roles.*"]).may_take("roles"));
        assert!(!filter(&[], &["*"]).may_take("roles"));
    }
}
