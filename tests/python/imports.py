"""What AWS's own model accepts is imported, applied, and then there is nothing to do.

Each JSON file in the folder that TRACEWRIGHT_CORPUS names is taken for what it is to boto3: a task
definition for RegisterTaskDefinition, a rule for CreateSamplingRule, a document for CreateRole or for
PutRolePolicy. What botocore's model lets through has to be imported and to settle on the local AWS;
where AWS refuses what its model does not, a table says so.
"""

import collections
import json
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore.session
from botocore.validate import ParamValidator

import servers

# What the model does not say and AWS refuses, or what is not known: words of what the program says.
NOT_IN_THE_MODEL = {
    "none of the values it has": "values of enumerations, which botocore does not check",
    # The memory of a task with these containers stands in Terraform.
    "neither the container nor the task says how much memory it has": "recorded: AWS refuses it",
}

# A value for a variable, by a word of its name; the others are called like themselves.
VALUES = {
    "role": "arn:aws:iam::123456789012:role/shop",
    "boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn": "arn:aws:sns:us-east-1:123456789012:shop",
    "trace": "arn:aws:xray:us-east-1:123456789012:*",
    "account": "123456789012",
    "region": "us-east-1",
    "networkmode": "awsvpc",
    "launchtype": "EC2",
    "cpu": "1024",
    "mem": "2048",
    "port": "8080",
}

SECONDS = 60


def run(checks, binary):
    folder = os.environ.get("TRACEWRIGHT_CORPUS")
    if not folder or not os.path.isdir(folder):
        print("SKIPPED imports: TRACEWRIGHT_CORPUS names no folder")
        return
    session = botocore.session.Session()
    accepted, refused = [], collections.Counter()
    for path in sorted(Path(folder).rglob("*")):
        what = document(path) if path.is_file() else None
        if what is None:
            continue
        kind, service, operation, params = what
        shape = session.get_service_model(service).operation_model(operation).input_shape
        if ParamValidator().validate(params, shape).has_errors():
            refused[kind] += 1
        else:
            accepted.append((path, kind))
    settled, met = collections.Counter(), set()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (path, kind), said in zip(accepted, pool.map(lambda one: settles(binary, one[0]), accepted)):
            why = next((words for words in NOT_IN_THE_MODEL if words in said), None)
            settled[kind] += not said
            met.add(why)
            checks.check(f"imports: {path.relative_to(folder)} settles", not said or why, said)
    for words in NOT_IN_THE_MODEL:
        checks.check(f"imports: something is refused for: {words}", words in met)
    of_kind = collections.Counter(kind for _, kind in accepted)
    for kind, count in sorted(of_kind.items()):
        print(f"   {kind}: the model accepts {count} of {count + refused[kind]}, and {settled[kind]} settle")
    checks.check("imports: there are files of every kind", len(of_kind) == 4, of_kind)


def document(path):
    """What a file is to boto3: its kind, the service, the operation and its input."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    if isinstance(held, list) and held and all(isinstance(one, dict) and "image" in one for one in held):
        return "containers", "ecs", "RegisterTaskDefinition", {"family": "x", "containerDefinitions": held}
    if not isinstance(held, dict):
        return None
    task = held.get("taskDefinition", held)
    if "containerDefinitions" in task:
        return "task definitions", "ecs", "RegisterTaskDefinition", without_what_is_read_only(task)
    if "SamplingRule" in held or "RuleName" in held:
        params = held if "SamplingRule" in held else {"SamplingRule": held}
        return "sampling rules", "xray", "CreateSamplingRule", params
    if "Statement" in held:
        if "Principal" in json.dumps(held):
            params = {"RoleName": "x", "AssumeRolePolicyDocument": json.dumps(held)}
            return "policies", "iam", "CreateRole", params
        params = {"RoleName": "x", "PolicyName": "x", "PolicyDocument": json.dumps(held)}
        return "policies", "iam", "PutRolePolicy", params
    return None


def without_what_is_read_only(task):
    """The answer of DescribeTaskDefinition as people send it back."""
    ecs = botocore.session.Session().get_service_model("ecs")
    sent = ecs.operation_model("RegisterTaskDefinition").input_shape.members
    shown = ecs.shape_for("TaskDefinition").members
    return {name: value for name, value in task.items() if name in sent or name not in shown}


def settles(binary, path):
    """Nothing, or what was said where it went another way."""
    with tempfile.TemporaryDirectory() as folder:
        name = path.name.rsplit("__", 1)[-1]
        Path(folder, ".git").mkdir()
        Path(folder, name).write_bytes(path.read_bytes())
        said = tracewright(binary, folder, "import", name, "--out", "s.yaml", "--name", "shop")
        if said:
            return said
        text = Path(folder, "s.yaml").read_text(encoding="utf-8")
        given = [f"--var={name}={value(name)}" for name in sorted(set(re.findall(r"\$\{var\.([a-z0-9_]+)\}", text)))]
        env = {name: f"hunter2{name}" for name in re.findall(r"\$\{env\.([A-Z0-9_]+)\}", text)}
        given += [f"--allow-env={name}" for name in sorted(env)]
        apply = ("apply", "s.yaml", "--local", "--yes", *given)
        plan = ("plan", "s.yaml", "--local", "--detailed-exitcode", *given)
        return tracewright(binary, folder, *apply, **env) or tracewright(binary, folder, *plan, **env)


def tracewright(binary, folder, *args, **env):
    command, environment = [binary, *args], servers.bare_environment(HOME=folder, **env)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    return "" if done.returncode == 0 else f"{args[0]}: exit {done.returncode}\n{done.stdout}{done.stderr}"


def value(name):
    return next((value for word, value in VALUES.items() if word in name), name.replace("_", "-")[:32])
