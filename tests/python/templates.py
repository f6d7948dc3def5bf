"""Templates that `render cloudformation` prints, as CloudFormation's own linter and moto's CloudFormation
read them, and compose files as an independent reader of the Compose specification does.

Every member of a task definition is in one of the bodies of `task_bases`, so that cfn-lint, which has
CloudFormation's schemas, tells where a property is called otherwise.
"""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from compose_spec import PyCompose

import servers
from task_bases import BASES

STACKS = Path(__file__).resolve().parents[2] / "stacks"

IAM = """
policies:
  read:
    Path: /shop/
    Description: reads
    PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: ssm:GetParameter, Resource: "arn:aws:ssm:${region}:${account}:parameter/shop/*" }] }
  boundary:
    PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] }
roles:
  app:
    Path: /shop/
    Description: what the application may do
    MaxSessionDuration: 7200
    PermissionsBoundary: ${policy.boundary.arn}
    ManagedPolicies: ["${policy.read.arn}"]
    AssumeRolePolicyDocument:
      Version: "2012-10-17"
      Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { Service: ecs-tasks.amazonaws.com } }]
    InlinePolicies:
      own: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:Get*", Resource: "arn:aws:s3:::shop/${aws:username}" }] }
task_definitions:
  app:
    taskRoleArn: ${role.app.arn}
    executionRoleArn: ${role.app.arn}
    networkMode: awsvpc
    requiresCompatibilities: [FARGATE]
    cpu: 512
    memory: 1024
    containerDefinitions:
      - name: app
        image: ${account}.dkr.ecr.${region}.amazonaws.com/app:1
        dockerLabels: { com.example.name: shop }
        secrets: [{ name: KEY, valueFrom: "arn:aws:ssm:${region}:${account}:parameter/shop/key" }]
    daemon: adot
"""

# Each daemon, and what it sends elsewhere.
SORTS = {
    "xray-daemon": {},
    "adot": {"honeycomb": {"key": "/honeycomb"}},
    "cloudwatch-agent": {},
    "otel-collector": {"honeycomb": {"key": "/honeycomb"}},
}

RULES = """
sampling_rules:
  one:
    { Priority: 10, FixedRate: 0.25, ReservoirSize: 2, URLPath: "/checkout/*", Attributes: { tier: gold },
      SamplingRateBoost: { MaxRate: 0.5, CooldownWindowMinutes: 10 } }
"""


def run(checks, binary):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".git").mkdir()
        stacks = written(folder)
        compose(checks, binary, folder, stacks)
        lint(checks, binary, folder, stacks)
        created(checks, binary, folder)


def written(folder):
    """The stacks to try: our examples, and all members of a task definition."""
    stacks = sorted(STACKS.glob("*.yaml"))
    tasks = {name: {**body, "family": name} for name, body in BASES.items()}
    every = Path(folder) / "every.yaml"
    every.write_text(head() + "task_definitions: " + json.dumps(tasks) + "\n", encoding="utf-8")
    iam = Path(folder) / "iam.yaml"
    iam.write_text(head() + IAM + RULES, encoding="utf-8")
    return [*stacks, every, iam]


def head():
    return f'stack: shop\naccount: "{servers.ACCOUNT}"\nregion: us-east-1\n'


def render(binary, folder, *words):
    done = subprocess.run(
        [binary, "render", *map(str, words)],
        cwd=folder, env=servers.bare_environment(), capture_output=True, text=True, timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def lint(checks, binary, folder, stacks):
    program = os.environ.get("TRACEWRIGHT_TEST_CFN_LINT")
    if not program:
        checks.skip("cfn-lint over templates", "it could not be installed")
        return
    files = []
    for stack in stacks:
        for words, end in [((), "yaml"), (("--json",), "json")]:
            file = Path(folder) / f"{stack.stem}.template.{end}"
            code, _, said = render(binary, folder, "cloudformation", stack, *words, "--out", file)
            if checks.check(f"templates: {stack.name} as {end}", code == 0, said):
                files.append(file)
    # Warnings count: what it prints is all there is.
    done = subprocess.run(
        [program, "--format", "parseable", "--", *map(str, files)],
        cwd=folder, env=servers.bare_environment(HOME=folder), capture_output=True, text=True, timeout=300,
    )
    problems = done.stdout.splitlines()
    for file in files:
        of_it = [line for line in problems if file.name in line]
        checks.check(f"templates: cfn-lint has nothing to say of {file.name}", not of_it, "\n".join(of_it))
    checks.check("templates: cfn-lint runs", done.returncode in (0, 2, 4, 6, 8, 12, 14), done.stderr)


def created(checks, binary, folder):
    """What moto's CloudFormation makes of a template is what `apply` makes of the stack at moto."""
    program = os.environ.get("TRACEWRIGHT_TEST_MOTO")
    if not program:
        checks.skip("moto's CloudFormation", "it could not be installed")
        return
    stack = Path(folder) / "made.yaml"
    stack.write_text(head() + IAM, encoding="utf-8")
    _, template, _ = render(binary, folder, "cloudformation", stack)
    with servers.moto(program, folder) as moto:
        cloudformation = moto.client("cloudformation")
        cloudformation.create_stack(
            StackName="shop", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        status = cloudformation.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"]
        checks.equal("templates: moto makes the stack", status, "CREATE_COMPLETE")
        from_template = live(moto)
        moto.reset()
        done = subprocess.run(
            [binary, "apply", str(stack), "--yes"],
            cwd=folder, env=servers.bare_environment(AWS_ENDPOINT_URL=moto.url),
            capture_output=True, text=True, timeout=120,
        )
        checks.check("templates: moto takes the stack itself", done.returncode == 0, done.stdout + done.stderr)
        from_stack = live(moto)
    for name in sorted({*from_template, *from_stack}):
        checks.equal(f"templates: {name} is the same from both", from_template.get(name), from_stack.get(name))
    checks.check("templates: there is something of each", len(from_stack) == 4, list(from_stack))


def live(moto):
    """What is there, without what is of the moment and without tags."""
    found, iam, ecs = {}, moto.client("iam"), moto.client("ecs")
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if not role["Path"].startswith("/aws-service-role/"):
            role = iam.get_role(RoleName=name)["Role"]
            fields = ["Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "AssumeRolePolicyDocument"]
            found[f"role {name}"] = {field: role.get(field) for field in fields}
            # moto writes those of a template as Python has them, and attaches none.
            found[f"role {name}"]["inline"] = iam.list_role_policies(RoleName=name)["PolicyNames"]
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        found[f"policy {policy['Arn']}"] = version["PolicyVersion"]["Document"]
    for family in ecs.list_task_definition_families(status="ACTIVE")["families"]:
        task = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
        # moto takes no more than these from a template.
        fields = ["containerDefinitions", "memory", "volumes"]
        found[f"task definition {family}"] = {field: task.get(field) for field in fields}
    return found


def compose(checks, binary, folder, stacks):
    """Every daemon that the stacks have, and each sort of `daemon:`."""
    sorts = Path(folder) / "sorts.yaml"
    tasks = {
        sort: {
            "executionRoleArn": "exec",
            "containerDefinitions": [{"name": "app", "image": "a:1", "memory": 128}],
            "daemon": {"kind": sort, **more},
        }
        for sort, more in SORTS.items()
    }
    sorts.write_text(head() + "task_definitions: " + json.dumps(tasks) + "\n", encoding="utf-8")
    count = 0
    for stack, address in [(sorts, f"task_definitions.{sort}") for sort in tasks] + [
        (stack, address) for stack in stacks for address in daemons(binary, folder, stack)
    ]:
        code, text, said = render(binary, folder, "compose", stack, address)
        name = f"{stack.name} {address}"
        if not checks.check(f"compose: {name}", code == 0, said):
            continue
        try:
            PyCompose.from_yaml(text)
            problem = None
        except Exception as error:
            problem = error
        checks.check(f"compose: {name} is of the Compose specification", problem is None, f"{problem}\n{text}")
        count += 1
    checks.check("compose: there are enough of them", count >= 6, count)


def daemons(binary, folder, stack):
    """The addresses that the program offers where it does not know which is meant."""
    code, text, said = render(binary, folder, "compose", stack)
    # The first line of a compose file says what it is of.
    where = text.splitlines()[0] if code == 0 else said if "say which" in said else ""
    return re.findall(r"`(task_definitions\.[^`]+)`", where)
