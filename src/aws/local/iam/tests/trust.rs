use super::*;

fn trusting(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#
    )
}

fn shown(client: &Client, role: &str) -> String {
    document(&client.ok("GetRole", &[("RoleName", role)]), "AssumeRolePolicyDocument")
}

#[test]
fn a_trust_policy_is_written_anew_for_each_reader() {
    let client = Client::new();
    let text = r#"{"Statement": {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        "Action": ["sts:AssumeRole"], "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
        "Effect": "Allow", "Sid": ""}, "Version": "2012-10-17"}"#;
    client.ok("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", text)]);
    assert_eq!(
        shown(&client, "r"),
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":["sts:AssumeRole"],"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}"#
    );
}

#[test]
fn principals_come_in_another_order_from_read_to_read_and_none_is_lost() {
    let client = Client::new();
    let services =
        ["ec2", "ecs-tasks", "events", "glue", "lambda"].map(|s| format!("{s}.amazonaws.com"));
    let text = trusting(&serde_json::json!({ "Service": services }).to_string());
    client.ok("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &text)]);
    let reads: std::collections::BTreeSet<_> = (0..14).map(|_| shown(&client, "r")).collect();
    assert!(reads.len() > 5, "{} orders", reads.len());
    for read in reads {
        let read: serde_json::Value = serde_json::from_str(&read).unwrap();
        let mut names: Vec<_> = read["Statement"][0]["Principal"]["Service"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, services);
    }
}

#[test]
fn principals_of_this_account_have_to_be_there() {
    let client = Client::new();
    let create = |principal: &str| {
        let text = trusting(principal);
        client.err("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &text)])
    };
    for (principal, says) in [
        (
            r#"{"AWS":"arn:aws:iam::123456789012:role/bk-nodes"}"#,
            r#""AWS":"arn:aws:iam::123456789012:role/bk-nodes""#,
        ),
        (
            r#"{"AWS":["*","arn:aws:iam::123456789012:user/x"]}"#,
            r#""AWS":"arn:aws:iam::123456789012:user/x""#,
        ),
        (r#"{"AWS":"AROAIU73WBRLYMEMAYUCK"}"#, r#""AWS":"AROAIU73WBRLYMEMAYUCK""#),
        (
            r#"{"AWS":"arn:aws-cn:iam::123456789012:root"}"#,
            r#""AWS":"arn:aws-cn:iam::123456789012:root""#,
        ),
        (r#"{"Service":"ecs-tasks"}"#, r#""SERVICE":"ecs-tasks""#),
    ] {
        let refusal = create(principal);
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "MalformedPolicyDocument"));
        assert_eq!(refusal.message, format!("Invalid principal in policy: {says}"));
    }
    client.role_with("bk-nodes", &[]);
    let text = trusting(
        r#"{"AWS":["arn:aws:iam::123456789012:role/bk-nodes","arn:aws:iam::123456789012:user/local","arn:aws:iam::999999999999:role/x","arn:aws:sts::123456789012:assumed-role/a/b"],"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}"#,
    );
    client.ok("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &text)]);
}

#[test]
fn who_was_deleted_shows_as_an_id_until_the_policy_is_written_again() {
    let client = Client::new();
    let made = client.role_with("deployer", &[]);
    let (arn, id) = (value(&made, "Arn"), value(&made, "RoleId"));
    let text = trusting(&format!(r#"{{"AWS":"{arn}"}}"#));
    client.ok("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &text)]);
    assert_eq!(shown(&client, "r"), text);
    client.ok("DeleteRole", &[("RoleName", "deployer")]);
    assert_eq!(shown(&client, "r"), text.replace(&arn, &id));
    let again = client.role_with("deployer", &[]);
    assert_ne!(value(&again, "RoleId"), id);
    assert_eq!(shown(&client, "r"), text.replace(&arn, &id), "somebody else by the same name");
    client.ok("UpdateAssumeRolePolicy", &[("RoleName", "r"), ("PolicyDocument", &text)]);
    assert_eq!(shown(&client, "r"), text);
}

#[test]
fn a_bare_account_is_shown_as_its_root() {
    let client = Client::new();
    let text = trusting(r#"{"AWS":"999999999999"}"#);
    client.ok("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &text)]);
    let root = text.replace("999999999999", "arn:aws:iam::999999999999:root");
    assert_eq!(shown(&client, "r"), root);
}

#[test]
fn a_trust_policy_has_a_quota_that_white_space_does_not_count_against() {
    let client = Client::new();
    let spaced = TRUST.replace(' ', &" ".repeat(300));
    assert!(spaced.len() > 2048);
    client.ok("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &spaced)]);
    let long =
        TRUST.replace("2012-10-17\"", &format!("2012-10-17\",\"Id\":\"{}\"", "x".repeat(2000)));
    let members = [("RoleName", "r"), ("PolicyDocument", long.as_str())];
    let refusal = client.err("UpdateAssumeRolePolicy", &members);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "LimitExceeded"));
    assert_eq!(refusal.message, "Cannot exceed quota for ACLSizePerRole: 2048");
}

/// What AWS answered is what writing it would be answered with, to the last `%2C`; only principals
/// in a list have no order.
#[test]
fn recorded_trust_policies_come_back_as_they_were_recorded() {
    let recordings =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/recordings/iam/GetRole");
    let Ok(files) = std::fs::read_dir(&recordings) else {
        eprintln!("SKIPPED: there is no {}", recordings.display());
        return;
    };
    let sorted = |text: &str| {
        let mut parts: Vec<_> = text.split("%22").map(str::to_owned).collect();
        parts.sort();
        parts
    };
    let mut compared = 0;
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let recording: serde_json::Value = serde_json::from_str(&text).unwrap();
        let Some(encoded) = recording["Role"]["AssumeRolePolicyDocument"].as_str() else {
            continue; // Decoded by whoever recorded it.
        };
        let form = Form::parse(format!("x={encoded}").as_bytes());
        let sent = form.get("x").unwrap();
        // There are no users here, and some recordings were cut down.
        if sent.contains(":user/") || !sent.contains("Statement") {
            continue;
        }
        let client = Client::new();
        for name in sent.split("arn:aws:iam::123456789012:role/").skip(1) {
            client.role_with(name.split('"').next().unwrap(), &[]);
        }
        client.ok("CreateRole", &[("RoleName", "r.r"), ("AssumeRolePolicyDocument", sent)]);
        let shown = client.ok("GetRole", &[("RoleName", "r.r")]);
        let shown = value(&shown, "AssumeRolePolicyDocument");
        if encoded.contains("%5B%22") {
            assert_eq!(sorted(&shown), sorted(encoded));
        } else {
            assert_eq!(shown, encoded);
        }
        compared += 1;
    }
    assert!(compared > 15, "{compared} compared");
}
