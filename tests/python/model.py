"""The published schemas: as AWS's service model says, and as an independent reader reads them.

The bounds of a sampling rule stand in one table of tracewright, and so do the rules of a task
definition. AWS's model comes with botocore, so a new version of botocore shows what AWS has
changed.
"""

import copy
import json
import re
import subprocess
import tempfile
from pathlib import Path

import botocore.session
import yaml
from jsonschema import Draft202012Validator

import servers

# What AWS fills in, which a stack cannot set.
READ_ONLY = {"RuleARN"}

# Where tracewright is stricter than the model, and why.
STRICTER = {
    ("PermissionsBoundary", "minLength"): "AWS's own policies may be called by their names alone",
    ("DesiredSamplingPercentage", "minimum"): "it is a percentage, which the model does not say",
    ("DesiredSamplingPercentage", "maximum"): "it is a percentage, which the model does not say",
    ("Version", "maximum"): "the documentation says that 1 is the version there is",
    ("Value", "minLength"): "Parameter Store refuses an empty value, which the model does not say",
    ("Value", "maxLength"): "the model says it in words: 8 KB in the advanced tier",
    ("DataType", "maxLength"): "the model says in words which there are",
}

# The input of the call that makes one of a section; what a stack writes with another call, or not at all.
LOGS_AND_PARAMETERS = {
    "log_groups": ("logs", "CreateLogGroup", {"retentionInDays"}, set(), set()),
    "parameters": ("ssm", "PutParameter", set(), {"Overwrite", "Policies"}, {"Type"}),
}

# What X-Ray makes of a section in one call, the operation and what of its input is no field of a stack's.
OF_XRAY = {
    "groups": ("CreateGroup", {"GroupName"}, set()),
    "resource_policies": ("PutResourcePolicy", {"PolicyName"}, {"PolicyRevisionId"}),
}

# The input's shape of each section, the rule's value of the indexing rule.
SETTINGS = {
    "encryption": "PutEncryptionConfigRequest",
    "indexing": "ProbabilisticRuleValueUpdate",
    "trace_destination": "UpdateTraceSegmentDestinationRequest",
}

# What a role has in a stack that AWS has other calls for.
BESIDE = {"roles": ["InlinePolicies", "ManagedPolicies"], "policies": []}
# What is read apart from the table of fields, or is the same for all kinds.
APART = {"AssumeRolePolicyDocument", "PolicyDocument", "Tags"}

# Members of a task definition that came in 2026, which only the newer of the SDK's crate and
# botocore's model has, and what their coming made optional.
RECENT = {"trustedExecutionConfiguration": set(), "sharingStrategy": {"value"}}

BOUNDS = {
    "string": [("min", "minLength"), ("max", "maxLength")],
    "integer": [("min", "minimum"), ("max", "maximum")],
    "double": [("min", "minimum"), ("max", "maximum")],
    "map": [("min", "minProperties"), ("max", "maxProperties")],
    "list": [("min", "minItems"), ("max", "maxItems")],
}
TYPES = {
    "string": "string",
    "integer": "integer",
    "double": "number",
    "map": "object",
    "structure": "object",
    "boolean": "boolean",
    "list": "array",
}


# How a schema says that exactly one member is there.
UNION_BOUNDS = {"minProperties", "maxProperties"}

ROOT = Path(__file__).resolve().parents[2]
STACKS = ROOT / "stacks"

# What the schema of task definitions has to refuse: a change to a good one each.
BAD_TASKS = {
    "an unknown member": {"containerdefinitions": []},
    "an unknown network mode": {"networkMode": "awsvcp"},
    "a container that is text": {"containerDefinitions": ["app"]},
    "memory in quotes": {"containerDefinitions": [{"name": "app", "memory": "512"}]},
    "a health check without its command": {"containerDefinitions": [{"healthCheck": {"retries": 3}}]},
    "a tag without letters": {"tags": [{"key": "", "value": "x"}]},
}

ENVELOPE = {"stack": "s", "account": "123456789012", "region": "us-east-1"}

# What it has to take, beside the stacks that are shipped.
GOOD_STACKS = {
    "an absent resource policy": {"resource_policies": {"sns": {"absent": True}}},
    "a group of all traces": {"groups": {"one": {"InsightsConfiguration": {"InsightsEnabled": "${var.on}"}}}},
}

# What the schema of stacks has to refuse: a change to a good stack each.
BAD_STACKS = {
    "an unknown section": {"samplingrules": {}},
    "an account that is a number": {"account": 123456789012},
    "an unknown field": {"sampling_rules": {"one": {"Prioritty": 1}}},
    "priority 10000": {"sampling_rules": {"one": {"Priority": 10000, "FixedRate": 0, "ReservoirSize": 0}}},
    "a rate of 5": {"sampling_rules": {"one": {"Priority": 1, "FixedRate": 5, "ReservoirSize": 0}}},
    "a rate in words": {"sampling_rules": {"one": {"Priority": 1, "FixedRate": "half", "ReservoirSize": 0}}},
    "a role that nobody may assume": {"roles": {"task": {"Path": "/"}}},
    "a session of a minute": {"roles": {"task": {"AssumeRolePolicyDocument": "{}", "MaxSessionDuration": 60}}},
    "a policy without a document": {"policies": {"read": {}}},
    "no revisions": {"task_definitions": {"app": {"containerDefinitions": [], "keep_revisions": 0}}},
    "a rule without its priority": {"sampling_rules": {"one": {"FixedRate": 0, "ReservoirSize": 0}}},
    "a switch in words": {"groups": {"one": {"InsightsConfiguration": {"InsightsEnabled": "yes"}}}},
    "a resource policy without a document": {"resource_policies": {"sns": {}}},
    "an absence in words": {"resource_policies": {"sns": {"absent": "yes"}}},
    "an absent group": {"groups": {"one": {"absent": True}}},
    "an unknown encryption": {"encryption": {"Type": "AES"}},
    "an encryption's status": {"encryption": {"Type": "NONE", "Status": "ACTIVE"}},
    "more than all": {"indexing": {"DesiredSamplingPercentage": 101}},
    "an unknown destination": {"trace_destination": {"Destination": "S3"}},
    "a destination's key by another name": {
        "trace_destination": {"Destination": "CloudWatchLogs", "CloudWatchLogsConfiguration": {"KmsKeyId": "x"}}
    },
    "a retention that there is not": {"log_groups": {"a": {"retentionInDays": 31}}},
    "a class that there is not": {"log_groups": {"a": {"logGroupClass": "COLD"}}},
    "a protection in words": {"log_groups": {"a": {"deletionProtectionEnabled": "no"}}},
    "a parameter without a type": {"parameters": {"a": {"Value": "x"}}},
    "an empty value": {"parameters": {"a": {"Type": "String", "Value": ""}}},
    "the Default rule's Host": {"default_sampling": {"FixedRate": 0, "ReservoirSize": 0, "Host": "x"}},
}


def run(checks, binary):
    stack, plan = json.loads(output(binary, "schema")), json.loads(output(binary, "schema", "plan"))
    for name, schema in [("stack", stack), ("plan", plan)]:
        Draft202012Validator.check_schema(schema)
        checks.check(f"schema: that of a {name} is a JSON Schema", True)
    compare_with_aws(checks, stack)
    compare_inputs_with_aws(checks, stack)
    compare_settings_with_aws(checks, stack)
    compare_logs_and_parameters_with_aws(checks, stack)
    compare_tasks_with_aws(checks, stack)
    compare_daemons_with_aws(checks, stack)
    compare_iam_with_aws(checks, stack)
    read_stacks(checks, stack)
    read_plans(checks, binary, plan)


def compare_with_aws(checks, schema):
    service = botocore.session.Session().get_service_model("xray")
    shape = service.shape_for("SamplingRule")
    rule = schema["$defs"]["sampling_rules"]
    compare(checks, "", shape, rule, schema)
    known = {*shape.members, *service.shape_for("CreateSamplingRuleRequest").members}
    # Keys in AWS's own way of writing are AWS's; the envelope's are snake_case.
    ours = {name for name in rule["properties"] if name[:1].isupper()}
    checks.equal("schema: has no member that AWS does not know", sorted(ours - known), [])


def compare_inputs_with_aws(checks, stack):
    """The sections that are one call's input have its members, bounds and requirements."""
    service = botocore.session.Session().get_service_model("xray")
    for section, (operation, may_be_key, beside) in OF_XRAY.items():
        shape, node = service.operation_model(operation).input_shape, stack["$defs"][section]
        ours = {name for name in node["properties"] if name[:1].isupper()}
        checks.equal(f"schema: {section}: members", sorted(ours), sorted({*shape.members} - beside))
        for name in sorted(ours - APART):
            compare(checks, name, shape.members[name], node["properties"][name], stack)
        required = {*shape.required_members} - may_be_key
        checks.equal(f"schema: {section}: required", {*node["then"]["required"]}, required)


def compare_settings_with_aws(checks, stack):
    """What X-Ray has one of in each region has AWS's members, values and bounds."""
    service = botocore.session.Session().get_service_model("xray")
    for section, name in SETTINGS.items():
        shape, node = service.shape_for(name), stack["$defs"][section]
        ours = {member for member in node["properties"] if member[:1].isupper()}
        checks.equal(f"schema: {section}: members", sorted(ours), sorted(shape.members))
        for member in sorted(ours & {*shape.members}):
            inner, has = shape.members[member], node["properties"][member]
            compare(checks, member, inner, has, stack)
            values = resolve(has, stack).get("enum", [])
            checks.equal(f"schema: {section}.{member}: values", sorted(values), sorted(inner.metadata.get("enum", [])))
        required = {*shape.required_members} or {"Destination"}
        checks.equal(f"schema: {section}: required", {*node["then"]["required"]}, required)


def compare_logs_and_parameters_with_aws(checks, stack):
    """Log groups and parameters have the members, values and bounds of the calls that make them."""
    envelope = {"file", "protect", "renamed_from", "from_stack"}
    for section, (service, operation, beside, left, more) in LOGS_AND_PARAMETERS.items():
        model = botocore.session.Session().get_service_model(service)
        shape, node = model.operation_model(operation).input_shape, stack["$defs"][section]
        ours = {*node["properties"]} - envelope
        checks.equal(f"schema: {section}: members", sorted(ours), sorted(({*shape.members} | beside) - left))
        for member in sorted(ours & {*shape.members} - {"tags", "Tags"}):
            inner, has = shape.members[member], node["properties"][member]
            compare(checks, member, inner, has, stack)
            values = resolve(has, stack).get("enum", inner.metadata.get("enum", []))
            want = inner.metadata.get("enum", values)
            checks.equal(f"schema: {section}.{member}: values", sorted(values), sorted(want))
        # The name may be the key, and what is encrypted has no value.
        required = ({*shape.required_members} | more) - {"logGroupName", "Name", "Value"}
        checks.equal(f"schema: {section}: required", {*node.get("then", node).get("required", [])}, required)
    days = resolve(stack["$defs"]["log_groups"]["properties"]["retentionInDays"], stack)
    text = botocore.session.Session().get_service_model("logs").shape_for("Days").documentation
    listed = re.search(r"Possible values are: ([0-9, and]+)\.", text)[1]
    checks.equal("schema: retentionInDays: values", days["enum"], [int(day) for day in re.findall(r"\d+", listed)])


def compare_iam_with_aws(checks, stack):
    """The fields of roles and policies that AWS knows have AWS's bounds and requirements."""
    service = botocore.session.Session().get_service_model("iam")
    for section, operation in [("roles", "CreateRole"), ("policies", "CreatePolicy")]:
        shape = service.operation_model(operation).input_shape
        node = stack["$defs"][section]
        ours = {name for name in node["properties"] if name[:1].isupper()}
        checks.equal(f"schema: {section}: fields AWS does not know", sorted(ours - {*shape.members}), BESIDE[section])
        for name in sorted(ours & {*shape.members} - APART):
            compare(checks, name, shape.members[name], node["properties"][name], stack)
        # The name may be the key.
        required = {*shape.required_members} - {"RoleName", "PolicyName"}
        checks.equal(f"schema: {section}: required", {*node["then"]["required"]}, required)


def task_schema(stack):
    """The schema of a task definition, without what a stack file does about files, names and tags."""
    schema = copy.deepcopy(stack["$defs"]["task_definitions"])
    # The name may be the key, and a daemon may be the only container.
    schema["required"] = [*schema.pop("then")["required"], "family", "containerDefinitions"]
    schema.pop("if")
    for ours in ("file", "keep_revisions", "daemon", "protect", "renamed_from", "from_stack"):
        del schema["properties"][ours]
    del schema["properties"]["containerDefinitions"]["items"]["properties"]["image_from"]
    tags = schema["properties"]["tags"]["anyOf"]
    schema["properties"]["tags"] = next(choice for choice in tags if "$ref" not in choice)
    return schema


# What stands beside AWS's own fields, by section, and what of AWS's does not stand there: names may be the
# key, and each call has a token of its own.
DAEMONS = [
    (
        "daemon_task_definitions",
        "RegisterDaemonTaskDefinitionRequest",
        ["keep_revisions", "daemon"],
        ["family", "containerDefinitions"],
        [],
    ),
    ("daemons", "CreateDaemonRequest", ["wait"], ["daemonName"], ["clientToken"]),
]


def compare_daemons_with_aws(checks, stack):
    service = botocore.session.Session().get_service_model("ecs")
    for section, name, settings, named, absent in DAEMONS:
        schema = copy.deepcopy(stack["$defs"][section])
        schema["required"] = [*schema.pop("then")["required"], *named]
        schema.pop("if")
        for ours in ("file", "protect", "renamed_from", "from_stack", *settings):
            del schema["properties"][ours]
        for token in absent:
            schema["properties"][token] = {"type": "string"}
        tags = schema["properties"]["tags"]["anyOf"]
        schema["properties"]["tags"] = next(choice for choice in tags if "$ref" not in choice)
        Draft202012Validator.check_schema(schema)
        compare_task(checks, section, service.shape_for(name), schema)


def compare_tasks_with_aws(checks, stack):
    schema = task_schema(stack)
    Draft202012Validator.check_schema(schema)
    service = botocore.session.Session().get_service_model("ecs")
    shape = service.shape_for("RegisterTaskDefinitionRequest")
    compare_task(checks, "a task definition", shape, schema)
    validator = Draft202012Validator(schema)
    good = {"family": "f", "cpu": 256, "volumes": None, "containerDefinitions": [{"memory": "${var.m}"}]}
    checks.check("task schema: takes a task definition", validator.is_valid(good))
    for name, change in BAD_TASKS.items():
        checks.check(f"task schema: refuses {name}", not validator.is_valid({**good, **change}))


def compare_task(checks, path, shape, node):
    """Checks one shape and all that is in it, in both directions: what one side has, so does the other."""
    node = resolve(node, node)
    checks.check(f"task schema: {path}: type", TYPES[shape.type_name] in types(node), f"{node}")
    bounds = BOUNDS.get(shape.type_name, [])
    rules = {theirs: shape.metadata.get(ours) for ours, theirs in bounds} | {"enum": shape.metadata.get("enum")}
    for rule, want in rules.items():
        got = node.get(rule)
        # An enumeration has no order.
        if rule == "enum":
            want, got = set(want or []), set(got or [])
        checks.equal(f"task schema: {path}: {rule}", got, want)
    others = {name for pairs in BOUNDS.values() for _, name in pairs} - rules.keys() - UNION_BOUNDS
    checks.equal(f"task schema: {path}: rules of another type", sorted(others & node.keys()), [])
    if shape.type_name == "structure":
        properties = node["properties"]
        both = [set(properties), set(shape.members)]
        recent = RECENT.keys() & (both[0] ^ both[1])
        checks.equal(f"task schema: {path}: members", *(sorted(names - recent) for names in both))
        lax = recent.union(*(RECENT[name] for name in recent))
        required = [set(node.get("required", [])), set(shape.required_members)]
        checks.equal(f"task schema: {path}: required", *(sorted(names - lax) for names in required))
        one = 1 if shape.is_tagged_union else None
        checks.equal(f"task schema: {path}: union", [node.get(name) for name in sorted(UNION_BOUNDS)], [one, one])
        for member in properties.keys() & shape.members.keys():
            compare_task(checks, f"{path}.{member}", shape.members[member], properties[member])
    elif shape.type_name == "list":
        compare_task(checks, f"{path}[]", shape.member, node["items"])
    elif shape.type_name == "map":
        compare_task(checks, f"{path}{{}}", shape.value, node["additionalProperties"])


def read_stacks(checks, schema):
    validator = Draft202012Validator(schema)
    for path in sorted(STACKS.glob("*.yaml")):
        stack = yaml.safe_load(path.read_text(encoding="utf-8"))
        errors = [error.message for error in validator.iter_errors(stack)]
        checks.check(f"schema: takes stacks/{path.name}", not errors, "\n".join(errors))
    for name, change in GOOD_STACKS.items():
        errors = [error.message for error in validator.iter_errors({**ENVELOPE, **change})]
        checks.check(f"schema: takes {name}", not errors, "\n".join(errors))
    for name, change in BAD_STACKS.items():
        stack = ENVELOPE
        checks.check(f"schema: takes a stack before {name}", validator.is_valid(stack))
        checks.check(f"schema: refuses {name}", not validator.is_valid({**stack, **copy.deepcopy(change)}))


def read_plans(checks, binary, schema):
    validator = Draft202012Validator(schema)
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(STACKS.glob("*.yaml")):
            plan = output(binary, "plan", str(path), f"--local={folder}/state.json", "--format", "json")
            errors = [error.message for error in validator.iter_errors(json.loads(plan))]
            checks.check(f"schema: takes the plan of stacks/{path.name}", not errors, "\n".join(errors))
    checks.check("schema: refuses a plan without steps", not validator.is_valid({"format": 1}))


def output(binary, *args):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [binary, *args],
            cwd=folder,
            env=servers.bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
    if done.returncode != 0:
        raise RuntimeError(f"tracewright {' '.join(args)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def compare(checks, path, shape, node, schema):
    """Checks one shape and all that is in it; `path` is empty for the rule itself."""
    node = resolve(node, schema)
    name = path or "SamplingRule"
    checks.check(f"schema: {name}: type", TYPES[shape.type_name] in types(node), f"{node}")
    for ours, theirs in BOUNDS.get(shape.type_name, []):
        want, got = shape.metadata.get(ours), node.get(theirs)
        # "No characters at least" and no lower bound are the same.
        if theirs in ("minLength", "minProperties", "minItems"):
            want, got = want or 0, got or 0
        if (path, theirs) in STRICTER:
            checks.check(f"schema: {name}: {theirs} is still stricter", got != want, "take its line out of STRICTER")
        else:
            checks.equal(f"schema: {name}: {theirs}", got, want)
    if shape.type_name == "structure":
        properties = node.get("properties", {})
        for member, inner in shape.members.items():
            if not path and member in READ_ONLY:
                continue
            where = f"{path}.{member}" if path else member
            if checks.check(f"schema: {where}: is there", member in properties):
                compare(checks, where, inner, properties[member], schema)
        # A rule's match members may be left out of a stack: they become "*".
        if path:
            required = set(node.get("required", []))
            checks.equal(f"schema: {name}: required", required, set(shape.required_members))
    elif shape.type_name == "map":
        keys = node.get("propertyNames", {})
        compare(checks, f"{name} key", shape.key, {"type": "string", **resolve(keys, schema)}, schema)
        compare(checks, f"{name} value", shape.value, node.get("additionalProperties", {}), schema)


def resolve(node, schema):
    """Follows references and looks behind `null` and behind other ways to say the same."""
    while True:
        if "$ref" in node:
            target = schema
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
            continue
        choices = [choice for choice in node.get("anyOf", []) + node.get("oneOf", []) if not is_aside(choice)]
        if len(choices) != 1:
            return node
        node = {**{key: value for key, value in node.items() if key not in ("anyOf", "oneOf")}, **choices[0]}


def is_aside(choice):
    """`null`, and text with a ${…} in it that stands for a number."""
    return choice.get("type") == "null" or "pattern" in choice


def types(node):
    kind = node.get("type", [])
    return [kind] if isinstance(kind, str) else kind
