//! What a kind of resource is: how it is written, read, compared and changed.

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::{Live, Look, Observation, Purpose, secrets};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, Span, plain_secrets};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// How a kind's resources are told to belong to a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// By the tags on them.
    Tag,
    /// By standing in the file: it carries no tags. Of what AWS has one of, nothing else could be meant;
    /// of what it has many, the file says nothing of the others, and those are nobody's.
    Declaration,
}

/// What happens to a resource without a mark when its stack is destroyed.
#[derive(Debug, Clone, PartialEq)]
pub enum Farewell {
    /// It goes back to what AWS ships.
    Reset {
        /// The canonical document AWS ships.
        document: Value,
        /// Why, in a few words.
        because: String,
    },
    /// It goes.
    Delete {
        /// Why, in a few words.
        because: String,
    },
    /// It stays.
    Leave {
        /// Why, in a few words.
        because: String,
    },
}

/// How carrying a step out ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// It is as planned.
    Whole,
    /// It is as planned, and has this ARN, which nobody knew before.
    Anew(String),
    /// AWS refused it for what another step has yet to change. It went the step's detour, and
    /// carries no digest until [`Kind::settle`] is called after the other steps.
    Parked,
}

/// A kind of resource: how it is written, read, compared and changed.
///
/// Everything down to [`Kind::arrange`] is pure; [`Kind::observe`], [`Kind::carry_out`] and
/// [`Kind::settle`] talk to AWS.
pub trait Kind: Sync {
    /// The section of the stack file.
    fn section(&self) -> &'static str;

    /// The key where AWS has exactly one of it, so that the section is the body itself.
    fn only_key(&self) -> Option<&'static str> {
        None
    }

    /// The service that keeps it, by the prefix of its IAM actions.
    fn service(&self) -> &'static str;

    /// How a resource is called in a sentence, `a sampling rule`.
    fn noun(&self) -> &'static str;

    /// Takes the AWS CLI's input, a describe call's answer or the bare document apart, and
    /// returns the bare document; what it drops it says in a note.
    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node>;

    /// The part of a document that is about the resource of this name: a document may have many.
    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        let _ = name;
        document
    }

    /// Where in a body, as it is written, values stand that look like secrets: no error may quote
    /// their lines.
    fn secrets(&self, body: &Node) -> Vec<Span> {
        plain_secrets(body)
    }

    /// Fields of a canonical document whose values look like secrets, by the name they go by or by
    /// what they are: texts of which AWS makes nothing, tags among them.
    fn looks_secret(&self, document: &Value) -> Vec<Path> {
        secrets::looks_secret(document)
    }

    /// The field with the name AWS knows it by.
    fn name_field(&self) -> &'static str;

    /// How many characters a name may have.
    fn longest_name(&self) -> usize;

    /// The name AWS knows it by, from the key and the body, references not yet resolved: the body's
    /// own, or else the key.
    fn name(&self, key: &str, body: &Node) -> String {
        let own = body.as_map().and_then(|map| map.get(self.name_field())).and_then(Node::as_str);
        own.unwrap_or(key).to_owned()
    }

    /// The names of the resources of this kind that a document holds, in any of the forms that
    /// [`Kind::bare`] takes off; `called` is the name of one that says none. Empty where it is
    /// something else.
    fn holds(&self, document: &Map, called: &str) -> Vec<String>;

    /// The body of a live resource, as a stack file would have it: what goes without saying is left
    /// out, the name too. Read again it gives the same document: a journal has what was there before a
    /// run in this form, for the way back.
    fn written(&self, live: &Live) -> Value;

    /// Why a live resource is about tracing, in a few words, if it is.
    fn traces(&self, live: &Live) -> Option<String>;

    /// The names of fields, at any depth, in the order in which a person writes them.
    fn order(&self) -> Vec<&'static str>;

    /// Keys of ours that may stand among a body's fields, beside `file`.
    fn settings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Where in a body a document of its own may stand as `{ file: PATH }`, keys from the top; `*`
    /// is any key.
    fn documents(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    /// What names the elements of the list in this field, so that what stands beside `file` is
    /// merged into the element of the same name.
    fn names_elements(&self, list: &str) -> Option<&'static str> {
        let _ = list;
        None
    }

    /// Where in the canonical document what stands at these paths of a body is, elements of lists by
    /// their index; of what is compared as a whole, where the whole is.
    fn locate(&self, body: &Value, paths: &[Path]) -> Vec<Path> {
        let _ = body;
        paths.to_vec()
    }

    /// The field that holds a resource's tags, a mapping in the canonical document.
    fn tags_field(&self) -> &'static str {
        "Tags"
    }

    /// The canonical document of a body, checked against everything that is known before AWS is
    /// asked.
    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body>;

    /// The JSON Schema of a body, without the envelope's own keys.
    fn schema(&self) -> Value;

    /// The reference page: what it is, its fields, and what is special about it, in Markdown.
    fn page(&self) -> String;

    /// How its resources are told to belong to a stack.
    fn ownership(&self) -> Ownership;

    /// Whether AWS keeps it in no region: of a stack with several it is planned in the first one.
    fn is_global(&self) -> bool {
        false
    }

    /// The value of the mark on the resources of a stack, by its name and where it lives.
    fn owner(&self, stack: &str, place: &Place) -> String {
        let _ = place;
        stack.to_owned()
    }

    /// The marks of the names that a stack had, and of the stack itself where another of its regions
    /// was its home.
    fn former(&self, stack: &Stack) -> Vec<String> {
        if self.ownership() == Ownership::Declaration {
            return Vec::new();
        }
        let now = self.owner(&stack.name, &stack.place);
        if self.is_global() && !stack.is_home() {
            // It is the home region's.
            return Vec::new();
        }
        let names = stack.renamed_from.iter().chain([&stack.name]);
        let marks = names.flat_map(|name| {
            stack.regions.iter().map(|region| {
                let place = Place { region: region.clone(), ..stack.place.clone() };
                self.owner(name, &place)
            })
        });
        let mut former: Vec<String> = Vec::new();
        for mark in marks.filter(|mark| *mark != now) {
            if !former.contains(&mark) {
                former.push(mark);
            }
        }
        former
    }

    /// The ARN that a resource has or will have, where it follows from its name and its fields, as
    /// a body or a canonical document has them.
    fn arn(&self, name: &str, fields: &Value, place: &Place) -> Option<String>;

    /// Whether AWS makes a part of its ARN up, so that it is known only once the resource is there: the
    /// number of a revision, say.
    fn arn_is_given(&self) -> bool {
        false
    }

    /// Whether a resource has another ARN after these changes, where [`Kind::arn_is_given`].
    fn changes_arn(&self, changes: &[Change]) -> bool {
        let _ = changes;
        false
    }

    /// Top-level fields of a body, each with the section of which a resource's own name may stand
    /// there, and means its ARN.
    fn names_others(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// What AWS gives each state of a resource, where a write names the one that it was planned for, so
    /// that AWS refuses it where there is a newer one.
    fn revision<'a>(&self, live: &'a Live) -> Option<&'a str> {
        let _ = live;
        None
    }

    /// ARNs of what AWS asks to be there before a resource with this canonical document.
    fn needs(&self, document: &Value) -> Vec<String> {
        let _ = document;
        Vec::new()
    }

    /// Sections whose resources this kind's may stand on: they are deleted later.
    fn stands_on(&self) -> &'static [&'static str] {
        &[]
    }

    /// What AWS is sent for a canonical document whose author's spelling is not known.
    fn sent(&self, document: &Value) -> Value {
        let _ = document;
        Value::Null
    }

    /// Whether the value at this path is one thing, compared and shown as a whole.
    fn is_whole(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// Whether a field of a resource that comes or goes is not worth a line.
    fn is_quiet(&self, path: &Path, value: &Value) -> bool;

    /// Whether AWS takes two names for one where they differ in case alone.
    fn folds_case(&self) -> bool {
        false
    }

    /// Whether a change makes it anew, a revision beside the one before.
    fn remakes(&self) -> bool {
        false
    }

    /// Why AWS has no call for these changes, so that the resource is made anew.
    fn replaces(&self, changes: &[Change]) -> Option<String> {
        let _ = changes;
        None
    }

    /// Whether a resource is a person's to make and to change, although the file has it: it is looked at,
    /// and a plan does nothing to it. It carries no mark.
    fn is_others(&self, wanted: &Value, live: Option<&Value>) -> bool {
        let _ = (wanted, live);
        false
    }

    /// Where such a resource is not as the file says, why that is left and what a person does.
    fn by_hand(&self, wanted: &Wanted, live: Option<&Live>, place: &Place) -> String {
        let _ = (wanted, live, place);
        String::new()
    }

    /// What happens to a resource when its stack is destroyed. Only for kinds owned by declaration.
    fn farewell(&self, file: &Value, live: &Live) -> Farewell {
        let _ = (file, live);
        Farewell::Leave { because: "it is not the stack's".to_owned() }
    }

    /// What of a live resource a stack is concerned with that has this canonical document: all of it,
    /// unless what a file does not say stays as AWS has it.
    fn concern(&self, live: &Live, file: &Value) -> Value {
        let _ = file;
        live.document.clone()
    }

    /// Whether its steps mostly wait for what AWS goes on with after its answers, so that they do not
    /// take turns with the others of its service.
    fn waits(&self) -> bool {
        false
    }

    /// Fields of a canonical document that a resource with these settings leaves to others: AWS's own
    /// values stand in their place once it is there. They are in no digest.
    fn left(&self, settings: &Value) -> Vec<Path> {
        let _ = settings;
        Vec::new()
    }

    /// A resource as the file wants it, with what AWS has where it is left to others; `None` where
    /// that is as the file has it.
    fn as_others_have_it(&self, wanted: &Wanted, live: &Live) -> Option<Wanted> {
        let _ = (wanted, live);
        None
    }

    /// A field that whoever may deploy the resource does not carry over: that AWS has it otherwise is no
    /// drift, and the next change writes it.
    fn not_carried_over(&self, wanted: &Wanted, live: &Live) -> Option<&'static str> {
        let _ = (wanted, live);
        None
    }

    /// What a step does beside these changes of fields; `wanted` is `None` for a deletion.
    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        let _ = (wanted, live, changes);
        Detail::default()
    }

    /// What giving a resource to another stack does beside changing the mark.
    fn giving(&self, live: &Live) -> Detail {
        let _ = live;
        Detail::default()
    }

    /// What a step means for what is allowed.
    fn permissions(&self, step: &Step) -> Vec<Permission> {
        let _ = step;
        Vec::new()
    }

    /// What the caller has to be allowed to look at what a stack has of this kind and, where that is
    /// the purpose, to change it. What is the same for several kinds has one Sid.
    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant>;

    /// The kind's own concerns about the order of steps.
    fn arrange(&self, steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        let _ = (steps, observed, notes);
    }

    /// What of this kind is there, as far as the look is about it, whoever owns it.
    fn observe<'a>(
        &'a self,
        reads: &'a Reads<'a>,
        look: &'a Look,
    ) -> LocalBoxFuture<'a, Observation>;

    /// What had this ARN once, where AWS remembers it although another is in its place now.
    fn past<'a>(
        &'a self,
        aws: &'a Aws,
        arn: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Live>, Failure>> {
        let _ = (aws, arn);
        Box::pin(async { Ok(None) })
    }

    /// What a step takes off a resource or takes it off, to put it back on the one that is made anew,
    /// and that neither the file nor the plan has; `null` where that is nothing. It is read before the
    /// step's first write, and stands in the journal before that: nobody else remembers it.
    fn carried<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
    ) -> LocalBoxFuture<'a, Result<Value, Failure>> {
        let _ = (aws, step);
        Box::pin(async { Ok(Value::Null) })
    }

    /// Does what one step says, and puts back what it carried.
    fn carry_out<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
        carried: &'a Value,
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>>;

    /// Brings a parked resource from its detour to where the step wants it.
    fn settle<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
    ) -> LocalBoxFuture<'a, Result<(), Failure>> {
        let _ = (aws, step);
        Box::pin(async { Ok(()) })
    }
}
