//! What is asked of AWS, and what was seen there.

use serde_json::Value;
use wildmatch::WildMatch;

use super::{Kind, Ownership};
use crate::plan::{Address, Path};
use crate::safety::Mark;
use crate::stack::Stack;

/// What a look at AWS is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Look {
    /// These resources.
    pub named: Vec<Named>,
    /// And everything that carries this mark, which is how what was taken out of the file is found.
    pub owner: Option<String>,
    /// And everything that carries one of these, the marks of names that the stack had.
    pub former: Vec<String>,
    /// And every one whose name or address this glob takes, whoever it belongs to. What is AWS's own
    /// is left out.
    pub all: Option<String>,
    /// What is seen is about to go: what a deletion has to know of it is read too.
    pub goes: bool,
}

/// A resource to look at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Named {
    /// The name AWS knows it by.
    pub name: String,
    /// Its ARN, where it is known beforehand.
    pub arn: Option<String>,
    /// The mark of the stack that gives it, where one does.
    pub from: Option<String>,
    /// What the kind knows of it: the file's settings, or, where it is read again, the detail of its
    /// step.
    pub known: Value,
}

impl Look {
    /// What a plan of this stack looks at in one section, if it does: the file has the section, or
    /// something of it goes to another stack. Where it has neither, what a name that the stack had
    /// left there is looked for.
    pub fn planned(kind: &dyn Kind, stack: &Stack) -> Option<Self> {
        let section = kind.section();
        let gives = stack.moved.keys().any(|address| address.section == section);
        if stack.sections.contains(section) || gives {
            return Some(Self::of(kind, stack));
        }
        let is_elsewhere = kind.is_global() && !stack.is_home();
        if stack.renamed_from.is_empty() || is_elsewhere {
            return None;
        }
        let look = Self { owner: None, ..Self::of(kind, stack) };
        (!look.former.is_empty()).then_some(look)
    }

    /// What a stack has in one section, if it may have anything there: what it declares, and all that
    /// carries its mark, whatever the file has left of it. All of it is to go.
    pub fn leaving(kind: &dyn Kind, stack: &Stack) -> Option<Self> {
        let is_here = stack.is_home() || !kind.is_global();
        let may_have =
            kind.ownership() == Ownership::Tag || stack.sections.contains(kind.section());
        (is_here && may_have).then(|| Self { goes: true, ..Self::of(kind, stack) })
    }

    /// All that is about a stack in one section.
    pub fn of(kind: &dyn Kind, stack: &Stack) -> Self {
        let wanted = stack.wanted.iter().filter(|wanted| wanted.address.section == kind.section());
        let named = wanted.map(|wanted| Named {
            name: wanted.name.clone(),
            arn: kind.arn(&wanted.name, &wanted.document, &stack.place),
            from: wanted.from_stack.as_ref().map(|other| kind.owner(other, &stack.place)),
            known: wanted.settings.clone(),
        });
        Self {
            named: named.collect(),
            owner: Some(kind.owner(&stack.name, &stack.place)),
            former: kind.former(stack),
            ..Self::default()
        }
    }

    /// The marks that are looked for.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owner.iter().chain(&self.former).map(String::as_str)
    }

    /// Whether a mark is looked for.
    pub fn is_for(&self, owner: &str) -> bool {
        self.owners().any(|wanted| wanted == owner)
    }

    /// Whether the glob takes a resource.
    pub fn takes(&self, kind: &dyn Kind, name: &str) -> bool {
        let address = Address::new(kind.section(), name).to_string();
        // Quotes around a name are an address's, and nobody has to know.
        let plain = format!("{}.{name}", kind.section());
        self.all
            .as_deref()
            .map(WildMatch::new)
            .is_some_and(|glob| [name, &address, &plain].iter().any(|text| glob.matches(text)))
    }

    /// Whether this resource is one of those named.
    pub fn names(&self, name: &str) -> bool {
        self.named.iter().any(|named| named.name == name)
    }
}

/// A resource as it is in AWS.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Its kind's section.
    pub section: &'static str,
    /// The name AWS knows it by.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// The canonical document, its user's tags under the kind's field where it has tags.
    pub document: Value,
    /// Fields of it whose values must not be shown.
    pub sensitive: Vec<Path>,
    /// Our mark, where it carries one.
    pub mark: Option<Mark>,
    /// When AWS says it was last changed, RFC 3339.
    pub modified: Option<String>,
    /// What else the kind has to know of it to plan a step: its own to write and read, not compared.
    pub facts: Value,
}

/// What a read that failed was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Everything in the section.
    Section,
    /// One resource, by the name AWS knows it by.
    Resource(String),
    /// What carries the stack's mark and is no longer in the file.
    Removed,
}

/// A read that did not succeed, so that nothing is known of what it would have shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The section it is about.
    pub section: &'static str,
    /// What of it.
    pub about: About,
    /// Why, in a sentence.
    pub because: String,
    /// What was seen of it all the same, enough to know that it is there.
    pub seen: Option<Value>,
}

/// What was seen of AWS.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observation {
    /// What is there, whoever owns it.
    pub live: Vec<Live>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
}

impl Observation {
    /// The live resource of this name.
    pub fn live(&self, section: &str, name: &str) -> Option<&Live> {
        self.live.iter().find(|live| live.section == section && live.name == name)
    }

    /// The read that failed, and leaves it unknown if, and how, this resource exists.
    pub fn unreadable(&self, section: &str, name: &str) -> Option<&Unreadable> {
        self.unreadable.iter().find(|read| {
            let concerns = match &read.about {
                About::Section => true,
                About::Resource(known) => known == name,
                About::Removed => false,
            };
            read.section == section && concerns
        })
    }

    /// What could not be read, each with why.
    pub fn unread(&self) -> impl Iterator<Item = (String, &str)> {
        self.unreadable.iter().map(|read| {
            let what = match &read.about {
                About::Section | About::Removed => read.section.to_owned(),
                About::Resource(name) => Address::new(read.section, name).to_string(),
            };
            (what, read.because.as_str())
        })
    }

    /// Takes another observation in.
    pub fn extend(&mut self, other: Self) {
        self.live.extend(other.live);
        self.unreadable.extend(other.unreadable);
    }
}
