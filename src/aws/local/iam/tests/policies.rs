use super::*;

fn allow(action: &str) -> String {
    ALLOW.replace("PutTraceSegments", action)
}

#[test]
fn a_policy_is_read_back_with_what_create_leaves_out() {
    let client = Client::new();
    let made = client.ok(
        "CreatePolicy",
        &[("PolicyName", "p"), ("Path", "/app/"), ("PolicyDocument", ALLOW), ("Description", "d")],
    );
    assert!(!made.contains("Description") && !made.contains("Tags"), "{made}");
    let arn = value(&made, "Arn");
    assert_eq!(arn, "arn:aws:iam::123456789012:policy/app/p");
    let policy = client.ok("GetPolicy", &[("PolicyArn", &arn)]);
    assert_eq!(
        (value(&policy, "Description"), value(&policy, "Tags")),
        ("d".to_owned(), String::new())
    );
    assert_eq!(
        (value(&policy, "DefaultVersionId"), value(&policy, "AttachmentCount")),
        ("v1".to_owned(), "0".to_owned())
    );
    assert!(value(&policy, "PolicyId").starts_with("ANPA"));
    let version = client.ok("GetPolicyVersion", &[("PolicyArn", &arn), ("VersionId", "v1")]);
    assert_eq!(document(&version, "Document"), ALLOW);
    let taken = client.err("CreatePolicy", &[("PolicyName", "P"), ("PolicyDocument", ALLOW)]);
    assert_eq!((taken.status, taken.code.as_str()), (409, "EntityAlreadyExists"));
    assert_eq!(taken.message, "A policy called P already exists. Duplicate names are not allowed.");
}

#[test]
fn a_policy_has_five_versions_and_none_is_numbered_twice() {
    let client = Client::new();
    let arn = client.policy("p");
    let this = ("PolicyArn", arn.as_str());
    for n in 2..=5 {
        let text = allow(&format!("A{n}"));
        client.ok(
            "CreatePolicyVersion",
            &[this, ("PolicyDocument", &text), ("SetAsDefault", "true")],
        );
    }
    let one_more = [this, ("PolicyDocument", ALLOW)];
    let refusal = client.err("CreatePolicyVersion", &one_more);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "LimitExceeded"));
    assert!(refusal.message.starts_with("A managed policy can have up to 5 versions."));
    let refusal = client.err("DeletePolicyVersion", &[this, ("VersionId", "v5")]);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "DeleteConflict"));
    assert_eq!(refusal.message, "Cannot delete the default version of a policy.");
    client.ok("SetDefaultPolicyVersion", &[this, ("VersionId", "v1")]);
    client.ok("DeletePolicyVersion", &[this, ("VersionId", "v5")]);
    assert_eq!(value(&client.ok("CreatePolicyVersion", &one_more), "VersionId"), "v6");
    let first = client.ok("ListPolicyVersions", &[this, ("MaxItems", "3")]);
    assert_eq!(values(&first, "VersionId"), ["v6", "v4", "v3"]);
    let rest = client.ok("ListPolicyVersions", &[this, ("Marker", &value(&first, "Marker"))]);
    assert_eq!(values(&rest, "IsDefaultVersion"), ["false", "true"]);
    let refusal = client.err("GetPolicyVersion", &[this, ("VersionId", "v5")]);
    assert_eq!(
        refusal.message,
        format!("Policy {arn} version v5 does not exist or is not attachable.")
    );
}

#[test]
fn a_policy_goes_when_nothing_holds_it() {
    let client = Client::new();
    let arn = client.policy("p");
    let this = ("PolicyArn", arn.as_str());
    client.role_with("r", &[]);
    client.ok("AttachRolePolicy", &[("RoleName", "r"), this]);
    client.ok("AttachRolePolicy", &[("RoleName", "r"), this]);
    let users = client.ok("ListEntitiesForPolicy", &[this]);
    assert_eq!(values(&value(&users, "PolicyRoles"), "RoleName"), ["r"]);
    let attached = "Cannot delete a policy attached to entities.";
    assert_eq!(client.err("DeletePolicy", &[this]).message, attached);
    client.ok("DetachRolePolicy", &[("RoleName", "r"), this]);
    client.ok("PutRolePermissionsBoundary", &[("RoleName", "r"), ("PermissionsBoundary", &arn)]);
    let bounded =
        client.ok("ListEntitiesForPolicy", &[this, ("PolicyUsageFilter", "PermissionsPolicy")]);
    assert!(!bounded.contains("<RoleName>"));
    assert_eq!(client.err("DeletePolicy", &[this]).message, attached);
    client.ok("DeleteRolePermissionsBoundary", &[("RoleName", "r")]);
    client.ok("CreatePolicyVersion", &[this, ("PolicyDocument", ALLOW)]);
    let refusal = client.err("DeletePolicy", &[this]);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "DeleteConflict"));
    assert!(refusal.message.starts_with("This policy has more than one version."));
    client.ok("DeletePolicyVersion", &[this, ("VersionId", "v2")]);
    client.ok("DeletePolicy", &[this]);
    assert_eq!(client.err("DeletePolicy", &[this]).message, format!("Policy {arn} was not found."));
    let gone = client.err("GetPolicy", &[this]);
    assert_eq!(gone.message, format!("Policy {arn} does not exist or is not attachable."));
    let gone = client.err("DetachRolePolicy", &[("RoleName", "r"), this]);
    assert_eq!((gone.status, gone.message), (404, format!("Policy {arn} was not found.")));
}

#[test]
fn a_role_has_ten_managed_policies() {
    let client = Client::new();
    client.role_with("r", &[]);
    let arns: Vec<_> = (0..11).map(|n| client.policy(&format!("p{n}"))).collect();
    for arn in &arns[..10] {
        client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", arn)]);
    }
    client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arns[3])]);
    let refusal = client.err("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arns[10])]);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "LimitExceeded"));
    assert_eq!(refusal.message, "Cannot exceed quota for PoliciesPerRole: 10");
    let first = client.ok("ListAttachedRolePolicies", &[("RoleName", "r"), ("MaxItems", "9")]);
    let rest = [("RoleName", "r"), ("Marker", &value(&first, "Marker"))];
    assert_eq!(
        values(&client.ok("ListAttachedRolePolicies", &rest), "PolicyArn"),
        [arns[9].as_str()]
    );
    let elsewhere = [("RoleName", "r"), ("PathPrefix", "/app/")];
    assert!(!client.ok("ListAttachedRolePolicies", &elsewhere).contains("<PolicyArn>"));
}

#[test]
fn aws_managed_policies_are_those_of_the_table_and_belong_to_aws() {
    let client = Client::new();
    client.role_with("r", &[]);
    let aws = |place: &str| format!("arn:aws:iam::aws:policy/{place}");
    let ecs = aws("service-role/AmazonECSTaskExecutionRolePolicy");
    client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &ecs)]);
    let attached = client.ok("ListAttachedRolePolicies", &[("RoleName", "r")]);
    assert_eq!(value(&attached, "PolicyName"), "AmazonECSTaskExecutionRolePolicy");
    let policy = client.ok("GetPolicy", &[("PolicyArn", &ecs)]);
    assert_eq!(
        (value(&policy, "Path"), value(&policy, "AttachmentCount")),
        ("/service-role/".to_owned(), "1".to_owned())
    );

    let without_path = aws("AmazonECSTaskExecutionRolePolicy");
    for (arn, code, says) in [
        (
            without_path.as_str(),
            "NoSuchEntity",
            format!("Policy {without_path} does not exist or is not attachable."),
        ),
        (
            "longpolicynamebutnoarn",
            "ValidationError",
            "Invalid ARN:  Could not be parsed!".to_owned(),
        ),
        (
            "arn:aws:iam::123456789012:role/r",
            "InvalidInput",
            "ARN arn:aws:iam::123456789012:role/r is not valid.".to_owned(),
        ),
        (
            &aws("aws-service-role/AWSSupportServiceRolePolicy"),
            "PolicyNotAttachable",
            "Cannot attach a Service Role Policy to a Customer Role.".to_owned(),
        ),
    ] {
        let refusal = client.err("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", arn)]);
        assert_eq!((refusal.code.as_str(), refusal.message), (code, says), "{arn}");
    }
    for (action, more) in [
        ("DeletePolicy", vec![]),
        ("CreatePolicyVersion", vec![("PolicyDocument", ALLOW)]),
        ("DeletePolicyVersion", vec![("VersionId", "v1")]),
        ("SetDefaultPolicyVersion", vec![("VersionId", "v1")]),
        ("UntagPolicy", vec![("TagKeys.member.1", "k")]),
    ] {
        let refusal = client.err(action, &[vec![("PolicyArn", ecs.as_str())], more].concat());
        assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDenied"), "{action}");
        assert!(refusal.message.contains(&format!("iam:{action}")), "{}", refusal.message);
    }
    let unknown = client.err("GetPolicyVersion", &[("PolicyArn", &ecs), ("VersionId", "v1")]);
    assert_eq!(unknown.code, "NotImplemented");
}

#[test]
fn policies_are_listed_by_scope_and_use() {
    let client = Client::new();
    let arn = client.policy("mine");
    client.policy("unused");
    client.role_with("r", &[]);
    client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arn)]);
    let local = client.ok("ListPolicies", &[("Scope", "Local")]);
    assert_eq!(values(&local, "PolicyName"), ["mine", "unused"]);
    assert!(!local.contains("Tags") && !local.contains("Description"));
    let used = client.ok("ListPolicies", &[("OnlyAttached", "true")]);
    assert_eq!(values(&used, "PolicyName"), ["mine"]);
    let bounds = client.ok("ListPolicies", &[("PolicyUsageFilter", "PermissionsBoundary")]);
    assert!(!bounds.contains("<PolicyName>"));
    let mut names = Vec::new();
    let mut marker = None;
    loop {
        let mut members = vec![("MaxItems", "1000")];
        members.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = client.ok("ListPolicies", &members);
        names.extend(values(&page, "Arn"));
        marker = values(&page, "Marker").pop();
        if marker.is_none() {
            break;
        }
    }
    assert!(names.len() > 1000 && names.contains(&arn));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), super::super::managed::all().count() + 2, "none twice, none lost");
}

#[test]
fn policies_are_tagged_as_roles_are() {
    let client = Client::new();
    let arn = client.policy("p");
    let this = ("PolicyArn", arn.as_str());
    client.ok("TagPolicy", &[this, ("Tags.member.1.Key", "App"), ("Tags.member.1.Value", "x")]);
    assert_eq!(value(&client.ok("GetPolicy", &[this]), "Key"), "App");
    client.ok("UntagPolicy", &[this, ("TagKeys.member.1", "app")]);
    assert_eq!(value(&client.ok("ListPolicyTags", &[this]), "Tags"), "");
}

#[test]
fn a_managed_policy_has_a_quota() {
    let client = Client::new();
    let large = allow(&"a".repeat(6144));
    let refusal = client.err("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &large)]);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "LimitExceeded"));
    assert_eq!(refusal.message, "Cannot exceed quota for PolicySize: 6144");
}
