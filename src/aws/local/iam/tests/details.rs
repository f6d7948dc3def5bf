use super::*;

const AWS: &str = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";

fn account() -> Client {
    let client = Client::new();
    let arn = client.policy("mine");
    client.role_with("r", &[("Description", "d"), ("PermissionsBoundary", &arn)]);
    client.role_with("s", &[]);
    client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", AWS)]);
    client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arn)]);
    client
        .ok("PutRolePolicy", &[("RoleName", "r"), ("PolicyName", "in"), ("PolicyDocument", ALLOW)]);
    client.ok("CreateInstanceProfile", &[("InstanceProfileName", "i")]);
    client.ok("AddRoleToInstanceProfile", &[("InstanceProfileName", "i"), ("RoleName", "r")]);
    client
}

#[test]
fn details_hold_everything_but_what_the_model_leaves_out() {
    let all = account().ok("GetAccountAuthorizationDetails", &[]);
    let roles = value(&all, "RoleDetailList");
    assert!(!roles.contains("Description") && !roles.contains("MaxSessionDuration"));
    assert_eq!(document(&roles, "PolicyDocument"), ALLOW);
    let attached = value(&roles, "AttachedManagedPolicies");
    assert_eq!(values(&attached, "PolicyName"), ["mine", "AWSXRayDaemonWriteAccess"]);
    assert_eq!(value(&roles, "InstanceProfileName"), "i");
    assert_eq!(value(&roles, "PermissionsBoundaryType"), "Policy");
    assert_eq!(values(&roles, "Tags"), ["", ""]);
    let policies = value(&all, "Policies");
    assert_eq!(values(&policies, "PolicyName"), ["AWSXRayDaemonWriteAccess", "mine"]);
    assert_eq!(values(&policies, "AttachmentCount"), ["1", "1"]);
    assert_eq!(values(&policies, "PermissionsBoundaryUsageCount"), ["0", "1"]);
    assert_eq!(document(&policies, "Document"), ALLOW);
    assert!(!policies.contains("Tags"));
    assert_eq!((value(&all, "UserDetailList"), value(&all, "GroupDetailList")), Default::default());
}

#[test]
fn details_are_filtered_by_kind_and_paged_across_kinds() {
    let client = account();
    let of = |kind: &str| {
        let some = client.ok("GetAccountAuthorizationDetails", &[("Filter.member.1", kind)]);
        let count = |list: &str, name: &str| values(&value(&some, list), name).len();
        (
            count("RoleDetailList", "RoleId") - count("RoleDetailList", "InstanceProfileId"),
            count("Policies", "PolicyId"),
        )
    };
    assert_eq!(of("Role"), (2, 0));
    assert_eq!(of("LocalManagedPolicy"), (0, 1));
    assert_eq!(of("AWSManagedPolicy"), (0, 1));
    assert_eq!(of("User"), (0, 0));
    let mut marker = None;
    let mut pages = Vec::new();
    loop {
        let mut members = vec![("MaxItems", "1")];
        members.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = client.ok("GetAccountAuthorizationDetails", &members);
        pages
            .push((value(&page, "RoleDetailList").is_empty(), value(&page, "Policies").is_empty()));
        marker = values(&page, "Marker").pop();
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(pages, [(false, true), (false, true), (true, false), (true, false)]);
}
