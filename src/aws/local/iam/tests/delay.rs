use super::super::super::state::World;
use super::*;

const AWS: &str = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";

/// Whether each of so many tries went well.
fn tries(client: &Client, action: &str, members: &[(&str, &str)]) -> Vec<u16> {
    (0..4).map(|_| client.send(action, members).0).collect()
}

#[test]
fn a_new_role_is_hidden_from_so_many_readers_and_from_no_writer() {
    let client = Client::with_delay(2);
    client.role_with("r", &[]);
    client.ok(
        "TagRole",
        &[("RoleName", "r"), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")],
    );
    client.ok("AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", AWS)]);
    let refusal = client.err("GetRole", &[("RoleName", "r")]);
    assert_eq!(refusal.message, "The role with name r cannot be found.");
    assert!(!client.ok("ListRoles", &[]).contains("<RoleName>"));
    assert_eq!(values(&client.ok("GetRole", &[("RoleName", "r")]), "Key"), ["k"]);
}

#[test]
fn a_new_policy_cannot_be_attached_at_once() {
    let client = Client::with_delay(2);
    let arn = client.policy("p");
    client.role_with("r", &[]);
    let attach = [("RoleName", "r"), ("PolicyArn", arn.as_str())];
    let refusal = client.err("AttachRolePolicy", &attach);
    assert_eq!(refusal.message, format!("Policy {arn} does not exist or is not attachable."));
    assert_eq!(tries(&client, "AttachRolePolicy", &attach), [404, 200, 200, 200]);
}

#[test]
fn a_new_role_is_no_principal_at_once() {
    let client = Client::with_delay(2);
    let made = client.role_with("deployer", &[]);
    let text =
        TRUST.replace("Service", "AWS").replace("ecs-tasks.amazonaws.com", &value(&made, "Arn"));
    client.role_with("r", &[]);
    let update = [("RoleName", "r"), ("PolicyDocument", text.as_str())];
    let refusal = client.err("UpdateAssumeRolePolicy", &update);
    assert!(refusal.message.starts_with("Invalid principal in policy: \"AWS\":\"arn:"));
    assert_eq!(tries(&client, "UpdateAssumeRolePolicy", &update), [400, 200, 200, 200]);
}

/// What another service does, as ECS with a task definition's roles.
#[expect(clippy::unnecessary_wraps, reason = "operations may fail")]
fn another_service(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let arn = std::str::from_utf8(call.body).unwrap();
    let hidden = world.global.iam.role_is_hidden(call, arn);
    Ok(Reply::Json(serde_json::json!(hidden)))
}

#[test]
fn a_new_role_is_hidden_from_other_services_until_it_has_come_about() {
    let client = Client::with_delay(1);
    let arn = value(&client.role_with("r", &[("Path", "/x/")]), "Arn");
    let ask = |arn: &str| {
        let operation = Operation { name: "Another", access: Access::Read, run: another_service };
        match client.local.run(&super::super::SERVICE, operation, arn.as_bytes(), None, 0).unwrap()
        {
            Reply::Json(answer) => answer == true,
            _ => unreachable!("it answers in JSON"),
        }
    };
    assert_eq!([ask(&arn), ask(&arn)], [true, false]);
    // A role that is not there is not hidden, and a name alone is enough.
    assert!(!ask(&arn.replace("/x/r", "/other")) && !ask("r"));
}
