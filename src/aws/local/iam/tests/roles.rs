use super::*;

#[test]
fn what_create_answers_is_less_than_what_get_does() {
    let client = Client::new();
    let path = [("Path", "/app/"), ("Description", "für alle"), ("MaxSessionDuration", "7200")];
    let made = client.role_with("Task", &path);
    assert_eq!(document(&made, "AssumeRolePolicyDocument"), TRUST, "as it was sent");
    for absent in ["MaxSessionDuration", "Description", "Tags", "RoleLastUsed"] {
        assert!(!made.contains(absent), "{absent}");
    }
    let role = client.ok("GetRole", &[("RoleName", "Task")]);
    assert_eq!(value(&role, "Arn"), "arn:aws:iam::123456789012:role/app/Task");
    assert_eq!(value(&role, "Path"), "/app/");
    assert_eq!(value(&role, "CreateDate"), "2019-02-19T01:41:24Z");
    assert_eq!(value(&role, "Description"), "für alle");
    assert_eq!(value(&role, "MaxSessionDuration"), "7200");
    assert_eq!(value(&role, "RoleLastUsed"), "");
    assert_eq!(value(&role, "RoleId"), value(&made, "RoleId"));
    assert_eq!(
        value(&role, "AssumeRolePolicyDocument"),
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow\
         %22%2C%22Principal%22%3A%7B%22Service%22%3A%22ecs-tasks.amazonaws.com%22%7D%2C%22Action\
         %22%3A%22sts%3AAssumeRole%22%7D%5D%7D"
    );
}

#[test]
fn what_is_not_set_is_left_out() {
    let client = Client::new();
    client.role_with("r", &[("Description", "")]);
    let role = client.ok("GetRole", &[("RoleName", "r")]);
    for absent in ["Description", "Tags", "PermissionsBoundary"] {
        assert!(!role.contains(absent), "{absent}: {role}");
    }
    assert_eq!(value(&role, "MaxSessionDuration"), "3600");
}

#[test]
fn names_are_taken_in_every_case_and_missing_roles_are_named() {
    let client = Client::new();
    client.role_with("Task", &[]);
    let taken = [("RoleName", "TASK"), ("AssumeRolePolicyDocument", TRUST), ("Path", "/x/")];
    let refusal = client.err("CreateRole", &taken);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "EntityAlreadyExists"));
    assert_eq!(refusal.message, "Role with name TASK already exists.");
    for action in ["GetRole", "DeleteRole", "ListRolePolicies", "ListInstanceProfilesForRole"] {
        let refusal = client.err(action, &[("RoleName", "task")]);
        assert_eq!((refusal.status, refusal.code.as_str()), (404, "NoSuchEntity"), "{action}");
        assert_eq!(refusal.message, "The role with name task cannot be found.");
    }
}

#[test]
fn updates_change_what_they_name() {
    let client = Client::new();
    client.role_with("r", &[("Description", "old")]);
    client.ok("UpdateRole", &[("RoleName", "r"), ("MaxSessionDuration", "43200")]);
    client.ok("UpdateRole", &[("RoleName", "r"), ("Description", "new")]);
    let role = client.ok("GetRole", &[("RoleName", "r")]);
    assert_eq!(
        (value(&role, "Description"), value(&role, "MaxSessionDuration")),
        ("new".to_owned(), "43200".to_owned())
    );
    let told = client.ok("UpdateRoleDescription", &[("RoleName", "r"), ("Description", "")]);
    assert!(!told.contains("<Description>") && told.contains("<RoleName>r</RoleName>"));
}

#[test]
fn what_hangs_on_a_role_has_to_go_before_it() {
    let client = Client::new();
    let role = ("RoleName", "r");
    client.role_with("r", &[]);
    let arn = client.policy("p");
    let profile = ("InstanceProfileName", "i");
    client.ok("CreateInstanceProfile", &[profile]);
    client.ok("AddRoleToInstanceProfile", &[profile, role]);
    client.ok("AttachRolePolicy", &[role, ("PolicyArn", &arn)]);
    let inline = [role, ("PolicyName", "in"), ("PolicyDocument", ALLOW)];
    client.ok("PutRolePolicy", &inline);
    let conflict = || {
        let refusal = client.err("DeleteRole", &[role]);
        assert_eq!((refusal.status, refusal.code.as_str()), (409, "DeleteConflict"));
        refusal.message
    };
    assert_eq!(conflict(), "Cannot delete entity, must detach all policies first.");
    client.ok("DetachRolePolicy", &[role, ("PolicyArn", &arn)]);
    assert_eq!(conflict(), "Cannot delete entity, must delete policies first.");
    client.ok("DeleteRolePolicy", &inline[..2]);
    let in_profile = "Cannot delete entity, must remove roles from instance profile first.";
    assert_eq!(conflict(), in_profile);
    assert_eq!(client.err("DeleteInstanceProfile", &[profile]).message, in_profile);
    let held = client.ok("ListInstanceProfilesForRole", &[role]);
    assert_eq!(value(&held, "InstanceProfileName"), "i");
    assert_eq!(value(&held, "Roles").matches("<RoleName>r</RoleName>").count(), 1);
    client.ok("RemoveRoleFromInstanceProfile", &[profile, role]);
    assert!(!client.ok("GetInstanceProfile", &[profile]).contains("<RoleName>"));
    client.ok("DeleteRole", &[role]);
    client.ok("DeleteInstanceProfile", &[profile]);
    let gone = client.err("GetInstanceProfile", &[profile]);
    assert_eq!(gone.message, "Instance Profile i cannot be found.");
}

#[test]
fn an_instance_profile_holds_one_role() {
    let client = Client::new();
    let profile = ("InstanceProfileName", "i");
    let made = client.ok("CreateInstanceProfile", &[profile]);
    assert_eq!(value(&made, "Roles"), "");
    assert!(value(&made, "InstanceProfileId").starts_with("AIPA"));
    client.role_with("a", &[]);
    client.role_with("b", &[]);
    client.ok("AddRoleToInstanceProfile", &[profile, ("RoleName", "a")]);
    let refusal = client.err("AddRoleToInstanceProfile", &[profile, ("RoleName", "b")]);
    assert_eq!(refusal.message, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    let refusal = client.err("CreateInstanceProfile", &[("InstanceProfileName", "I")]);
    assert_eq!(refusal.code, "EntityAlreadyExists");
}

#[test]
fn roles_of_aws_services_are_left_alone() {
    let client = Client::new();
    let path = "/aws-service-role/support.amazonaws.com/";
    client.role_with("AWSServiceRoleForSupport", &[("Path", path)]);
    let role = ("RoleName", "AWSServiceRoleForSupport");
    for (action, more) in [
        ("DeleteRole", vec![]),
        ("UpdateRole", vec![]),
        ("UpdateRoleDescription", vec![("Description", "x")]),
        ("UpdateAssumeRolePolicy", vec![("PolicyDocument", TRUST)]),
        ("PutRolePolicy", vec![("PolicyName", "x"), ("PolicyDocument", ALLOW)]),
        ("DeleteRolePolicy", vec![("PolicyName", "x")]),
        ("AttachRolePolicy", vec![("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")]),
        ("DeleteRolePermissionsBoundary", vec![]),
    ] {
        let refusal = client.err(action, &[vec![role], more].concat());
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (400, "UnmodifiableEntity"),
            "{action}"
        );
        assert_eq!(
            refusal.message,
            "Cannot perform the operation on the protected role 'AWSServiceRoleForSupport' - this \
             role is only modifiable by AWS"
        );
    }
}

#[test]
fn inline_policies_keep_their_text_and_share_a_quota() {
    let client = Client::new();
    client.role_with("r", &[]);
    let role = ("RoleName", "r");
    client.ok("PutRolePolicy", &[role, ("PolicyName", "a"), ("PolicyDocument", ALLOW)]);
    let read = client.ok("GetRolePolicy", &[role, ("PolicyName", "a")]);
    assert_eq!(document(&read, "PolicyDocument"), ALLOW);
    assert!(value(&read, "PolicyDocument").ends_with("%0A%7D%0A"), "{read}");
    let large = ALLOW.replace("xray:PutTraceSegments", &format!("xray:{}", "a".repeat(10_100)));
    let refusal =
        client.err("PutRolePolicy", &[role, ("PolicyName", "b"), ("PolicyDocument", &large)]);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "LimitExceeded"));
    assert_eq!(refusal.message, "Maximum policy size of 10240 bytes exceeded for role r");
    let names = client.ok("ListRolePolicies", &[role]);
    assert_eq!(values(&names, "member"), ["a"], "nothing of what was refused is kept");
    client.ok("PutRolePolicy", &[role, ("PolicyName", "a"), ("PolicyDocument", &large)]);
    for action in ["GetRolePolicy", "DeleteRolePolicy"] {
        let refusal = client.err(action, &[role, ("PolicyName", "A")]);
        assert_eq!(refusal.message, "The role policy with name A cannot be found.");
    }
}

#[test]
fn tag_keys_are_told_apart_without_their_case() {
    let client = Client::new();
    let tag = |key: &'static str, value: &'static str| {
        [("RoleName", "r"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)]
    };
    client.role_with("r", &tag("App", "1")[1..]);
    client.ok("TagRole", &tag("app", "2"));
    client.ok("TagRole", &tag("env", ""));
    let listed = client.ok("ListRoleTags", &[("RoleName", "r")]);
    assert_eq!(
        (values(&listed, "Key"), values(&listed, "Value")),
        (vec!["app".to_owned(), "env".to_owned()], vec!["2".to_owned(), String::new()])
    );
    assert_eq!(values(&client.ok("GetRole", &[("RoleName", "r")]), "Key"), ["app", "env"]);

    let both = [("Tags.member.2.Key", "APP"), ("Tags.member.2.Value", "3")];
    let refusal = client.err("TagRole", &[&tag("App", "1")[..], &both].concat());
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "InvalidInput"));
    assert_eq!(
        refusal.message,
        "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    );
    let refusal = client.err("TagRole", &tag("AWS:mine", "x"));
    assert_eq!(refusal.code, "InvalidInput");

    client.ok(
        "UntagRole",
        &[("RoleName", "r"), ("TagKeys.member.1", "APP"), ("TagKeys.member.2", "none")],
    );
    let first = client.ok("ListRoleTags", &[("RoleName", "r"), ("MaxItems", "1")]);
    assert_eq!(
        (values(&first, "Key"), value(&first, "IsTruncated")),
        (vec!["env".to_owned()], "false".to_owned())
    );
}

#[test]
fn a_role_has_at_most_50_tags() {
    let client = Client::new();
    client.role_with("r", &[]);
    for n in 0..50 {
        let key = format!("k{n}");
        client.ok(
            "TagRole",
            &[("RoleName", "r"), ("Tags.member.1.Key", &key), ("Tags.member.1.Value", "")],
        );
    }
    let more = [("RoleName", "r"), ("Tags.member.1.Key", "x"), ("Tags.member.1.Value", "")];
    assert_eq!(client.err("TagRole", &more).code, "LimitExceeded");
    let again = [("RoleName", "r"), ("Tags.member.1.Key", "K7"), ("Tags.member.1.Value", "x")];
    client.ok("TagRole", &again);
}

#[test]
fn roles_are_listed_by_path_and_in_pages_without_their_tags() {
    let client = Client::new();
    for name in ["a", "b", "c"] {
        client.role_with(
            name,
            &[("Path", "/app/"), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")],
        );
    }
    client.role_with("other", &[]);
    let below = ("PathPrefix", "/app");
    let first = client.ok("ListRoles", &[below, ("MaxItems", "2")]);
    assert_eq!(
        (values(&first, "RoleName").len(), value(&first, "IsTruncated")),
        (2, "true".to_owned())
    );
    assert!(!first.contains("<Tags>") && !first.contains("RoleLastUsed"));
    let second = client.ok("ListRoles", &[below, ("Marker", &value(&first, "Marker"))]);
    assert_eq!(
        (values(&second, "RoleName"), value(&second, "IsTruncated")),
        (vec!["c".to_owned()], "false".to_owned())
    );
    assert!(!second.contains("<Marker>"));
    assert_eq!(value(&second, "MaxSessionDuration"), "3600");
}
