"""The stack's schema has the sampling rule of AWS's service model, bound for bound.

The bounds stand in one table of tracewright. AWS's model comes with botocore, so a
new version of botocore shows what AWS has changed.
"""

import json
import subprocess
import tempfile

import botocore.session
import jsonschema

import servers

# What AWS fills in, which a stack cannot set.
READ_ONLY = {"RuleARN"}

# Where tracewright is stricter than the model, and why.
STRICTER = {
    ("Version", "maximum"): "the documentation says that 1 is the version there is",
}

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
}


def run(checks, binary):
    schema = printed(binary)
    jsonschema.Draft202012Validator.check_schema(schema)
    checks.check("schema: is a JSON Schema", True)
    service = botocore.session.Session().get_service_model("xray")
    rule = schema["$defs"]["sampling_rule"]
    compare(checks, "", service.shape_for("SamplingRule"), rule, schema)
    known = set(service.shape_for("SamplingRule").members)
    # Keys in AWS's own way of writing are AWS's; the envelope's are snake_case.
    ours = {name for name in rule["properties"] if name[:1].isupper()}
    checks.equal("schema: has no member that AWS does not know", ours - known, set())


def printed(binary):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [binary, "schema"],
            cwd=folder,
            env=servers.bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
    if done.returncode != 0:
        raise RuntimeError(f"tracewright schema: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


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
