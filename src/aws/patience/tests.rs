//! Waits, with times that a test can wait for.

use std::cell::Cell;

use super::super::Options;
use super::super::local::{self, LocalAws};
use super::*;
use crate::stack::Place;

const ROLE: &str = "arn:aws:iam::123456789012:role/shop/backend";

/// What was told, by all tests here, of which each waits for a role of its own.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn told(name: &str) -> Vec<String> {
    let lines = TOLD.lock().unwrap();
    lines.iter().filter(|line| line.contains(name)).cloned().collect()
}

async fn aws() -> Aws {
    let place = Place { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
    let local = Some(LocalAws::in_memory(local::Options::default()));
    let mut aws = Aws::connect(&place, Options { local, ..Options::default() }).await;
    let ms = Duration::from_millis;
    aws.patience.times = Times { all: ms(50), long: ms(20), first: ms(5), longest: ms(10) };
    aws.tell_waits(|line| TOLD.lock().unwrap().push(line.to_owned()));
    aws
}

fn refused(code: &str, message: &str) -> Failure {
    let failure = Failure::unsaid("iam:AttachRolePolicy", Reason::Refused, message.to_owned());
    Failure { code: code.to_owned(), ..failure }
}

fn is_gone(failure: &Failure) -> bool {
    failure.code == "NoSuchEntity"
}

#[tokio::test]
async fn a_wait_that_ends_in_vain_says_so() {
    let aws = aws().await;
    aws.made(ROLE);
    let call = async || Err::<(), _>(refused("NoSuchEntity", "no role backend"));
    let failure = aws.once_seen(&[ROLE], is_gone, call).await.unwrap_err();
    insta::assert_snapshot!(failure, @"iam:AttachRolePolicy failed: NoSuchEntity: no role backend; waited 50 ms for IAM to show backend everywhere, in vain");
    insta::assert_snapshot!(told("backend").join("\n"), @"
    waiting for IAM to show backend everywhere, up to 50 ms
    still waiting for IAM to show backend everywhere: 25 ms of 50 ms
    ");
}

#[tokio::test]
async fn what_this_run_did_not_make_is_not_waited_for() {
    let aws = aws().await;
    aws.changed(ROLE);
    let calls = Cell::new(0);
    let call = async || {
        calls.set(calls.get() + 1);
        Err::<(), _>(refused("NoSuchEntity", "no role backend"))
    };
    let failure = aws.once_seen(&[ROLE], is_gone, call).await.unwrap_err();
    assert_eq!((calls.get(), failure.message.as_str()), (1, "no role backend"));
}

#[test]
fn names_are_words_and_not_parts_of_others() {
    let role = "arn:aws:iam::123456789012:role/app";
    let (own, aws) = ("arn:aws:iam::123456789012:policy/Read", "arn:aws:iam::aws:policy/Read");
    let about = |message: &str, needed: &[&str], new: &[&str]| {
        is_about_another(&refused("NoSuchEntity", message), needed, new)
    };
    let longer = "arn:aws:iam::123456789012:policy/app-read";
    let gone = format!("Policy {longer} does not exist or is not attachable.");
    assert!(about(&gone, &[longer, role], &[role]), "the role's name is a part of the policy's");
    assert!(!about("The role with name app cannot be found.", &[longer, role], &[role]));
    let gone = format!("Policy {aws} does not exist or is not attachable.");
    assert!(about(&gone, &[own, aws], &[own]), "two of one name");
    assert!(!about(&gone, &[own, aws], &[aws]));
    assert!(!about("Invalid principal in policy: app.", &[longer, role], &[role]));
    assert!(!about("It says nothing.", &[longer, role], &[role]));
}

/// How often a call is made that is refused twice.
async fn calls_of(aws: &Aws, arn: &str, code: &str, message: &str, of_others: &[&str]) -> u32 {
    let calls = Cell::new(0);
    let call = async || {
        calls.set(calls.get() + 1);
        if calls.get() > 2 { Ok(()) } else { Err(refused(code, message)) }
    };
    drop(aws.once_free(arn, of_others, call).await);
    calls.get()
}

#[tokio::test]
async fn conflicts_are_waited_for_where_this_run_brought_them_about() {
    let arn = "arn:aws:iam::123456789012:role/conflicts";
    let aws = aws().await;
    let held = "Cannot delete entity, must detach all policies first.";
    assert_eq!(calls_of(&aws, arn, "DeleteConflict", held, &[]).await, 1, "somebody else did");
    aws.changed(arn);
    assert_eq!(calls_of(&aws, arn, "DeleteConflict", held, &[]).await, 3);
    assert_eq!(calls_of(&aws, arn, "ConcurrentModification", "", &[]).await, 3);
    assert_eq!(calls_of(&aws, arn, "LimitExceeded", "", &[]).await, 1, "it does not pass");
    let of_others = ["must detach all policies"];
    assert_eq!(calls_of(&aws, arn, "DeleteConflict", held, &of_others).await, 1);
    let line = "waiting for IAM to take in what this run changed of conflicts, up to 50 ms";
    assert_eq!(told("of conflicts,"), [line, line]);
}

/// Makes a call that fails with each of these in turn, and is done then.
async fn once(aws: &Aws, failures: &[Failure], lands_at: Option<usize>) -> (u32, Option<bool>) {
    let calls = Cell::new(0_usize);
    let call = async || {
        let failure = failures.get(calls.get()).cloned();
        calls.set(calls.get() + 1);
        failure.map_or(Ok(false), Err)
    };
    let landed = async || Ok((lands_at == Some(calls.get())).then_some(true));
    let answer = aws.once("family", call, landed).await.ok();
    (calls.get().try_into().unwrap(), answer)
}

#[tokio::test]
async fn what_is_not_safe_to_send_twice_is_read_before_it_is_sent_again() {
    let aws = aws().await;
    let lost = Failure::unsaid("ecs:RegisterTaskDefinition", Reason::Unreachable, String::new());
    let lost = vec![lost; TRIES];
    assert_eq!(once(&aws, &lost[..1], None).await, (2, Some(false)), "it had not landed");
    assert_eq!(once(&aws, &lost[..1], Some(1)).await, (1, Some(true)), "it had");
    // The answer to the last try may be lost as well.
    assert_eq!(once(&aws, &lost, Some(TRIES)).await, (4, Some(true)));
    assert_eq!(once(&aws, &lost, None).await, (4, None));
    let no = [refused("ClientException", "Invalid 'cpu' setting for task.")];
    assert_eq!(once(&aws, &no, None).await, (1, None));
}

#[tokio::test]
async fn another_registration_of_a_family_is_waited_for_longer_than_a_lost_answer() {
    let aws = aws().await;
    let busy = "Too many concurrent attempts to create a new revision of the specified family.";
    let busy = vec![refused("ClientException", busy); TRIES + 1];
    assert_eq!(once(&aws, &busy, None).await, (6, Some(false)));
    let line = "waiting for another registration of family to end, up to 50 ms";
    assert_eq!(told("family")[0], line);
}

#[tokio::test]
async fn what_aws_goes_on_with_is_asked_about_until_it_is_done() {
    let aws = aws().await;
    let asked = Cell::new(0);
    let is_done = async || {
        asked.set(asked.get() + 1);
        Ok(asked.get() == 3)
    };
    let all = Duration::from_secs(1);
    assert!(aws.until("the third answer", all, is_done).await.unwrap());
    assert_eq!(told("third"), ["waiting for the third answer, up to 1 s"]);
    let never = async || Ok(false);
    assert!(!aws.until("what never comes", Duration::from_millis(20), never).await.unwrap());
    aws.end_waits();
    asked.set(0);
    assert!(!aws.until("no longer", all, is_done).await.unwrap());
    assert_eq!(asked.get(), 1);
    let fails = async || Err(refused("InvalidRequestException", "no"));
    assert_eq!(aws.until("a refusal", all, fails).await.unwrap_err().message, "no");
}
