"""That a plan never lies: every member of a task definition there is, one at a time, from outside.

For each member that botocore's model has, at any depth, a family is registered without it, with it,
with another value, and without it again. Each time a plan has to show a change at exactly that place
and nothing else, `apply` has to carry it out, the next plan has to be empty, and boto3 has to read
the value. Families stand in a stack file together, so that a stage is three runs of the program.
`members_iam` does the same for roles and policies.
"""

import copy
import functools
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import botocore.session

import members_iam
import servers
from task_bases import BASES, NEEDED, OTHER

# What the model has and the SDK's crate does not yet. The program has to refuse it by name.
NOT_IN_THE_SDK = {"trustedExecutionConfiguration"}

# The family is the name of the whole; see `rename`.
ELSEWHERE = {"family"}

# Lists that the plan tells apart by a name, as the page of task definitions says, and what is left
# of an element beside its name where that is one value.
KEYED = {
    "containerDefinitions": ("name", None),
    "containerDefinitions[].dependsOn": ("containerName", "condition"),
    "containerDefinitions[].environment": ("name", "value"),
    "containerDefinitions[].logConfiguration.secretOptions": ("name", "valueFrom"),
    "containerDefinitions[].mountPoints": ("containerPath", None),
    "containerDefinitions[].portMappings": (None, None),
    "containerDefinitions[].secrets": ("name", "valueFrom"),
    "containerDefinitions[].systemControls": ("namespace", "value"),
    "containerDefinitions[].ulimits": ("name", None),
    "containerDefinitions[].volumesFrom": ("sourceContainer", None),
    "proxyConfiguration.properties": ("name", "value"),
    "tags": ("key", "value"),
    "volumes": ("name", None),
}

# Lists without an order.
SETS = {
    "containerDefinitions[].linuxParameters.capabilities.add",
    "containerDefinitions[].linuxParameters.capabilities.drop",
    "containerDefinitions[].links",
    "containerDefinitions[].resourceRequirements",
    "placementConstraints",
    "requiresCompatibilities",
}

# What is documented to mean the same as nothing.
NOTHING = {
    "enableFaultInjection": False,
    "containerDefinitions[].essential": True,
    "containerDefinitions[].mountPoints[].readOnly": False,
    "containerDefinitions[].volumesFrom[].readOnly": False,
    "containerDefinitions[].portMappings[].protocol": "tcp",
    "containerDefinitions[].versionConsistency": "enabled",
    # The crate has text where AWS has none: it sends it beside a `sharingStrategy`.
    "containerDefinitions[].resourceRequirements[].value": "",
    "volumes[].efsVolumeConfiguration.transitEncryption": "DISABLED",
    "volumes[].efsVolumeConfiguration.authorizationConfig.iam": "DISABLED",
}

# So many families in a stack: each call to the local AWS costs as much as its whole state is long.
TOGETHER = 26

# The seed by which the local AWS rewrites its answers.
REREAD = "TRACEWRIGHT_LOCAL_REREAD"

# What AWS adds where it is left out: recorded, but for the port that Docker chooses, which is 0.
FILLED = {"cpu": {0}, "interval": {30}, "timeout": {5}, "retries": {3}, "hostPort": {0, 8080}}

STAGES = ["without", "base", "changed", "without"]


@dataclass
class Case:
    """A member, and the task definition of each stage."""

    member: str
    stages: dict


def run(checks, binary):
    cases = list(find_cases(checks).items())
    for start in range(0, len(cases), TOGETHER):
        with tempfile.TemporaryDirectory() as folder:
            try_stages(checks, Tool(binary, folder), dict(cases[start : start + TOGETHER]))
    for part in (refuse_what_the_sdk_has_not, rename, members_iam.run):
        with tempfile.TemporaryDirectory() as folder:
            part(checks, Tool(binary, folder))


class Tool:
    """The program in a folder of its own, on a local AWS of its own."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.runs = binary, Path(folder), 0
        (self.folder / ".git").mkdir()

    def run(self, *args):
        return subprocess.run(
            [self.binary, *args],
            cwd=self.folder,
            env=servers.bare_environment(**self.rewriting()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def rewriting(self):
        """How the local AWS rewrites its answers, if it is to: in another way in each run."""
        self.runs += 1
        seed = os.environ.get(REREAD)
        return {REREAD: str(int(seed) + self.runs)} if seed else {}

    def write(self, sections):
        stack = {"stack": "members", "account": "123456789012", "region": "us-east-1", **sections}
        # JSON is YAML.
        (self.folder / "stack.yaml").write_text(json.dumps(stack, indent=1), encoding="utf-8")

    def plan(self):
        """The steps of the plan: by address, the action and what changes as `{path: (before, after)}`."""
        done = self.run("plan", "stack.yaml", "--local", "--format", "json")
        if done.returncode != 0:
            raise RuntimeError(f"plan: exit {done.returncode}\n{done.stderr[:4000]}")
        return {step["address"]: step for step in json.loads(done.stdout)["steps"]}

    def apply(self, checks, what):
        done = self.run("apply", "stack.yaml", "--local", "--yes", "--allow-deletes", "20")
        checks.check(f"{what}: is applied", done.returncode == 0, done.stderr[-2000:])
        done = self.run("plan", "stack.yaml", "--local", "--detailed-exitcode")
        checks.check(f"{what}: nothing to do after it", done.returncode == 0, done.stdout[:4000] + done.stderr[:4000])

    def aws(self):
        return servers.local_aws(self.binary, self.folder, ".tracewright/local.json")


def changes(step):
    return {change["path"]: (change["before"], change["after"]) for change in step["changes"]}


def try_stages(checks, tool, cases):
    before, revisions = {}, {}
    for stage in STAGES:
        families = {family: case.stages[stage] for family, case in cases.items()}
        tool.write({"task_definitions": families})
        plan = tool.plan()
        for family, case in cases.items():
            step = plan.pop(f"task_definitions.{family}", None)
            compare(checks, f"members: {case.member}: {stage}", step, before.get(family), families[family])
            if before.get(family) is None or is_another_revision(before[family], families[family]):
                revisions[family] = revisions.get(family, 0) + 1
        checks.equal(f"members: {stage}: no other steps", list(plan), [])
        tool.apply(checks, f"members: {stage}")
        read_back(checks, tool, cases, stage, revisions)
        before = families


@functools.cache
def input_shape():
    service = botocore.session.Session().get_service_model("ecs")
    return service.operation_model("RegisterTaskDefinition").input_shape


def find_cases(checks):
    """A case for each member of the model, by the name of its family."""
    cases, missing = {}, []
    for member, required, inner in members_of(input_shape()):
        if member.split(".")[0] in NOT_IN_THE_SDK | ELSEWHERE:
            continue
        found = next(((base, *place) for base in BASES.values() for place in places(base, member)), None)
        if found is None:
            missing.append(member)
            continue
        base, parent, key = found
        base = slim(base, parent, key)
        stages = {"base": base, "without": base, "changed": base}
        if not required and member not in NEEDED:
            stages["without"] = edited(base, parent, key, None)
        if inner.type_name not in ("structure", "list", "map"):
            old = at(base, parent)[key]
            stages["changed"] = edited(base, parent, key, OTHER.get(member, another(inner, old)))
        family = member.replace("[]", "").replace("{}", "").replace(".", "-")
        while family in cases:
            family += "_"
        cases[family] = Case(member, stages)
    checks.equal("members: each is in a task definition here", missing, [])
    return cases


def members_of(shape, path=""):
    """Everything below a shape: its path, whether it has to be there, and its shape."""
    if shape.type_name == "structure":
        for name, inner in shape.members.items():
            below = f"{path}.{name}" if path else name
            yield below, name in shape.required_members, inner
            yield from members_of(inner, below)
    elif shape.type_name in ("list", "map"):
        below, inner = (f"{path}[]", shape.member) if shape.type_name == "list" else (f"{path}{{}}", shape.value)
        yield below, False, inner
        yield from members_of(inner, below)


def steps_of(member):
    return member.replace("[]", ".[]").replace("{}", ".{}").split(".")


def places(base, member):
    """Where a member stands in a task definition: the keys to what holds it, and its key."""
    found = [((), base)]
    for step in steps_of(member):
        deeper = []
        for keys, value in found:
            if step == "[]":
                deeper += [((*keys, index), item) for index, item in enumerate(value)]
            elif step == "{}":
                deeper += [((*keys, key), item) for key, item in value.items()]
            elif step in value:
                deeper.append(((*keys, step), value[step]))
        found = deeper
    return [(keys[:-1], keys[-1]) for keys, _ in found]


def slim(base, parent, key):
    """What a member stands in, alone: nothing of the plain task definition refers to the rest."""
    if base is not BASES["plain"]:
        return base
    keys = (*parent, key)
    kept = {"networkMode", "memory", "containerDefinitions", keys[0]}
    task = {name: value for name, value in base.items() if name in kept}
    kept = {"name", "image", "memory", *keys[2:3]}
    alone, *others = base["containerDefinitions"]
    alone = {name: value for name, value in alone.items() if name in kept}
    return {**task, "containerDefinitions": [alone, *others]}


def at(value, keys):
    for key in keys:
        value = value[key]
    return value


def edited(base, parent, key, value):
    """A copy with another value there, or without it. What is empty then is left out, as AWS asks for
    in some places: a list with one element cannot lose it."""
    task = copy.deepcopy(base)
    holder = at(task, parent)
    if value is None:
        del holder[key]
    else:
        holder[key] = value
    return task


def another(shape, old):
    if getattr(shape, "enum", None):
        return shape.enum[(shape.enum.index(old) + 1) % len(shape.enum)]
    if isinstance(old, bool):
        return not old
    return old + 1 if isinstance(old, int) else old + "2"


def flat(value, pattern="", path=""):
    """The leaves of a task definition as the plan names their places."""
    if NOTHING.get(pattern) == value and pattern in NOTHING:
        return {}
    if isinstance(value, list) and pattern in KEYED:
        return flat_list(value, pattern, path)
    if isinstance(value, dict):
        mark = "{}" if pattern.rsplit(".", 1)[-1] in ("dockerLabels", "options", "driverOpts", "labels") else None
        found = {}
        for key, inner in value.items():
            below = pattern + mark if mark else f"{pattern}.{key}".lstrip(".")
            found |= flat(inner, below, f"{path}.{quoted(key)}".lstrip("."))
        return found
    if value in ([], None):
        return {}
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        value = [without_nothing(item, pattern + "[]") for item in value]
    if pattern in SETS:
        value = sorted(value, key=lambda item: json.dumps(item, sort_keys=True))
    return {path: value}


def without_nothing(item, pattern):
    return {key: value for key, value in item.items() if NOTHING.get(f"{pattern}.{key}", None) != value}


def flat_list(items, pattern, path):
    name, beside = KEYED[pattern]
    found = {}
    for item in items:
        if name:
            key = item[name]
        else:
            key = f"{item.get('containerPort', item.get('containerPortRange'))}/{item.get('protocol', 'tcp')}"
        here = f"{path}.{quoted(key)}"
        if beside and set(item) == {name, beside}:
            found[here] = item[beside]
        else:
            found |= flat(item, pattern + "[]", here)
    return found


def quoted(key):
    plain = key and all(letter.isalnum() or letter in "-_/*" for letter in key)
    return key if plain else json.dumps(key)


def difference(before, after):
    before, after = flat(before), flat(after)
    paths = sorted(before.keys() | after.keys())
    return {p: (before.get(p), after.get(p)) for p in paths if before.get(p) != after.get(p)}


def compare(checks, name, step, before, after):
    """Whether a step is what has to be done, and just that."""
    if before is None:
        checks.equal(f"{name}: is created", step and step["action"], "create")
        return
    want = difference(before, after)
    got = changes(step) if step else {}
    checks.equal(f"{name}: the plan shows just that", got, want)
    if step:
        checks.equal(f"{name}: is changed", step["action"], "update")
        origins = {change["origin"] for change in step["changes"]}
        checks.equal(f"{name}: because of the file", origins, {"pending"})


def is_another_revision(before, after):
    """Tags change in place."""
    return any(not path.startswith("tags.") for path in difference(before, after))


def read_back(checks, tool, cases, stage, revisions):
    """What boto3 reads is what was asked for, and what AWS adds to it."""
    with tool.aws() as server:
        ecs = server.client("ecs")
        for family, case in cases.items():
            answer = ecs.describe_task_definition(taskDefinition=family, include=["TAGS"])
            name = f"members: {case.member}: {stage}"
            task = answer["taskDefinition"]
            checks.equal(f"{name}: the revision", task["revision"], revisions[family])
            tags = [tag for tag in answer["tags"] if not tag["key"].startswith("tracewright:")]
            want, got = flat(case.stages[stage]), flat({**registered(task), "tags": tags})
            for path in got.keys() - want.keys():
                if got[path] in FILLED.get(path.rsplit(".", 1)[-1], ()):
                    del got[path]
            checks.equal(f"{name}: AWS has it", got, want)


def registered(task):
    """What of an answer was registered."""
    return {name: value for name, value in task.items() if name in input_shape().members and name != "family"}


def refuse_what_the_sdk_has_not(checks, tool):
    for member in sorted(NOT_IN_THE_SDK):
        body = {**BASES["gpu"], member: {}}
        tool.write({"task_definitions": {"new": body}})
        done = tool.run("check", "stack.yaml")
        print(f"NOT IN THE SDK  {member}: AWS's model has it; the program refuses it until the crate has it")
        checks.check(
            f"members: {member}: is refused by name (else take it out of NOT_IN_THE_SDK)",
            done.returncode == 1 and member in done.stderr,
            done.stderr,
        )


def rename(checks, tool):
    """Another family is another resource."""
    body = BASES["gpu"]
    tool.write({"task_definitions": {"stays": body, "key": {**body, "family": "before"}}})
    tool.apply(checks, "members: family")
    tool.write({"task_definitions": {"stays": body, "key": {**body, "family": "after"}}})
    steps = {(step["action"], step["name"]) for step in tool.plan().values()}
    checks.equal("members: family: the one is made and the other goes", steps, {("create", "after"), ("delete", "before")})
    tool.apply(checks, "members: family: changed")
