use super::super::tests::{Client, rule};
use super::super::{LocalAws, Options};
use super::*;

fn open(path: &Path) -> Client {
    Client::over(LocalAws::open(path.to_owned(), Options::default()).unwrap())
}

#[test]
fn reading_creates_nothing_and_writing_creates_a_private_file_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/state.json");
    let client = open(&path);
    assert_eq!(client.rule_names(), ["Default"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    client.ok("CreateSamplingRule", &rule("a", 1));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("{\n  \"version\": 1,\n  \"accounts\": {\n    \"123456789012\""));
    assert!(text.ends_with("}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let names = |path: &Path| fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(names(&path), 2, "the state and its lock, nothing else");
}

#[test]
fn the_file_is_only_written_when_something_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = open(&path);
    client.ok("CreateSamplingRule", &rule("a", 1));
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    client.ok("GetSamplingRules", "{}");
    client.err("CreateSamplingRule", &rule("a", 1));
    client.err("DeleteSamplingRule", r#"{"RuleName":"missing"}"#);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    client.ok("DeleteSamplingRule", r#"{"RuleName":"a"}"#);
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\n  \"version\": 1,\n  \"accounts\": {}\n}\n");
}

#[test]
fn two_openers_see_each_other_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let clients = [open(&path), open(&path)];
    std::thread::scope(|scope| {
        for (who, client) in clients.iter().enumerate() {
            scope.spawn(move || {
                for n in 0..10 {
                    client.ok("CreateSamplingRule", &rule(&format!("{who}-{n}"), 1));
                }
            });
        }
    });
    for client in &clients {
        assert_eq!(client.rule_names().len(), 21);
    }
}

#[test]
fn damaged_and_newer_files_are_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let whole = {
        open(&path).ok("CreateSamplingRule", &rule("a", 1));
        fs::read_to_string(&path).unwrap()
    };
    let unknown_section = whole.replace("\"xray\"", "\"later\"");
    for (text, says) in [
        ("", "is damaged"),
        (&whole[..whole.len() / 2], "is damaged"),
        ("[]", "is damaged"),
        ("{}", "is damaged"),
        ("\u{0}\u{1}", "is damaged"),
        (unknown_section.as_str(), "is damaged"),
        (r#"{"version": 2, "anything": true}"#, "has version 2"),
    ] {
        fs::write(&path, text).unwrap();
        let error = LocalAws::open(path.clone(), Options::default()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(error.contains(&path.display().to_string()), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_file_that_breaks_while_open_answers_with_an_internal_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = open(&path);
    client.ok("CreateSamplingRule", &rule("a", 1));
    fs::write(&path, "{").unwrap();
    for (call, body) in
        [("GetSamplingRules", "{}".to_owned()), ("CreateSamplingRule", rule("b", 2))]
    {
        let error = client.err(call, &body);
        assert_eq!((error.status, error.code.as_str()), (500, "InternalFailure"));
        assert!(error.message.contains(&path.display().to_string()), "{}", error.message);
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "{");
    fs::remove_file(&path).unwrap();
    assert_eq!(client.rule_names(), ["Default"], "a removed file is an empty account");
}

#[test]
fn a_write_that_fails_leaves_what_was_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    // A folder in the place of the file cannot be renamed over, whoever runs this.
    let path = folder.path().join("state.json");
    fs::create_dir(&path).unwrap();
    assert!(replace(&path, b"{}").is_err());
    assert!(path.is_dir());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let source = io::Error::from(ErrorKind::StorageFull);
    let error = StateError::Write { path: path.clone(), source };
    assert!(error.to_string().contains(&path.display().to_string()));
}

#[test]
fn a_path_that_cannot_be_locked_answers_with_an_internal_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = open(&path);
    fs::create_dir(folder.path().join("state.json.lock")).unwrap();
    let error = client.err("CreateSamplingRule", &rule("a", 1));
    assert_eq!((error.status, error.code.as_str()), (500, "InternalFailure"));
    assert!(error.message.contains(&path.display().to_string()), "{}", error.message);
    assert!(!path.exists());
}

#[test]
fn accounts_and_regions_are_apart() {
    let local = LocalAws::in_memory(Options::default());
    let here = Client::over(local.clone());
    let there = Client::over(local.clone()).in_region("eu-west-1");
    let other = Client::over(local).with_key("999999999999");
    here.ok("CreateSamplingRule", &rule("a", 1));
    assert_eq!(here.rule_names().len(), 2);
    assert_eq!(there.rule_names(), ["Default"]);
    assert_eq!(other.rule_names(), ["Default"]);
}

#[test]
fn what_is_global_stands_beside_the_regions_and_old_files_know_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    fs::write(&path, "{\"version\": 1, \"accounts\": {}}").unwrap();
    let store = Store::open(path.clone()).unwrap();
    let broken = store.change(|state| {
        state.in_world("1", "eu-west-1", |world| {
            world.global = global();
            Err::<(), _>("no")
        })
    });
    assert_eq!(broken.unwrap(), Err("no"));
    assert_eq!(store.read(|state| state.only_account().map(str::to_owned)).unwrap(), None);

    let write = |content: Global| {
        let put = |world: &mut World| {
            world.global = content;
            Ok::<_, ()>(())
        };
        store.change(|state| state.in_world("1", "eu-west-1", put)).unwrap().unwrap();
    };
    write(global());
    let seen = |state: &State| state.world("1", "eu-west-2").global == global();
    let other = Store::open(path.clone()).unwrap();
    assert!(other.read(seen).unwrap(), "another region and process sees it");
    assert_eq!(other.read(|state| state.only_account().map(str::to_owned)).unwrap().unwrap(), "1");
    write(Global::default());
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\n  \"version\": 1,\n  \"accounts\": {}\n}\n");
}

#[test]
fn looking_copies_nothing_and_a_change_copies_one_service() {
    let mut state = State::default();
    let put = |world: &mut World| {
        world.global = global();
        Ok::<_, ()>(())
    };
    state.in_world("1", "eu-west-1", put).unwrap();
    let held: *const iam::Section = &raw const *state.world("1", "eu-west-1").global.iam;
    let has = |world: &World| std::ptr::eq(&raw const *world.global.iam, held);
    assert!(has(&state.world("1", "eu-west-2")) && has(&state.clone().world("1", "eu-west-1")));
    let changed = state.in_world("1", "eu-west-1", |world| {
        let _: &mut xray::Section = &mut world.region.xray;
        Ok::<_, ()>(has(world))
    });
    assert_eq!(changed, Ok(true));
}

fn global() -> Global {
    let profile = r#"{"name": "p", "path": "/", "id": "AIPA1", "created": 7}"#;
    let text = format!(r#"{{"iam": {{"instance_profiles": {{"p": {profile}}}}}}}"#);
    serde_json::from_str(&text).unwrap()
}
