//! No secret is in any output.

use super::{import, settles};

#[test]
fn secrets_are_not_written_out() {
    let task = r#"[{"name": "app", "image": "nginx", "memory": 128, "environment": [
        {"name": "DB_PASSWORD", "value": "hunter2hunter2"}, {"name": "LOG_LEVEL", "value": "info"}]}]"#;
    let (scenario, output) = import("backend.json", task);
    assert!(!output.to_string().contains("hunter2"), "{output}");
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: ${var.account}
    region: ${var.region}
    vars:
      account: {}
      region: {}

    task_definitions:
      backend:
        containerDefinitions:
          - name: app
            image: nginx
            memory: 128
            environment:
              - { name: DB_PASSWORD, value: "${env.DB_PASSWORD}" }
              - { name: LOG_LEVEL, value: info }
    ------- stderr -------
    note: no ARN in here says which account this is: it is a variable
      = help: say `--account` here, or give it with `--var account=VALUE`

    note: no ARN in here says which region this is: it is a variable
      = help: say `--region` here, or give it with `--var region=VALUE`

    note: what looks like a secret is not written: the stack reads it as `${env.DB_PASSWORD}`
     --> backend.json:2
      = note: the line holds what looks like a secret, and is not shown
      = help: set DB_PASSWORD in the environment, and say `--allow-env DB_PASSWORD`
      = help: better, keep it in SSM or Secrets Manager and refer to it under `secrets`
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    let scenario = scenario.env("DB_PASSWORD", "hunter2hunter2");
    let given = " --var account=123456789012 --var region=eu-west-1 --allow-env DB_PASSWORD";
    settles(&scenario, "stack.yaml", given);
}
