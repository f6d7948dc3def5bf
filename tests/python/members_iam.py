"""Every field of a role and of a policy, one at a time, and every element of a policy document.

As `members` does it for task definitions: without it, with it, with another value, without it again.
"""

import copy
import json

import botocore.session

STAGES = ["without", "base", "changed", "without"]

# The operation that a section's fields are of, and its name; what a role has beside those is ours.
CALLS = {"roles": ("CreateRole", "RoleName"), "policies": ("CreatePolicy", "PolicyName")}
OURS = {"ManagedPolicies", "InlinePolicies"}
DOCUMENTS = {"roles": "AssumeRolePolicyDocument", "policies": "PolicyDocument"}

# What IAM cannot change, so that the resource is made anew.
FIXED = {("roles", "Path"), ("policies", "Path"), ("policies", "Description")}

TRUST = {
    "Version": "2012-10-17",
    "Id": "trust",
    "Statement": [
        {
            "Sid": "Tasks",
            "Effect": "Allow",
            "Principal": {"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnLike": {"aws:SourceArn": ["arn:aws:ecs:us-east-1:123456789012:*"]},
            },
        },
        {
            "Effect": "Deny",
            "Principal": {"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"]},
            "Action": "sts:AssumeRole",
        },
    ],
}

GRANT = {
    "Version": "2012-10-17",
    "Id": "grant",
    "Statement": [
        {
            "Sid": "Write",
            "Effect": "Allow",
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Resource": ["*", "arn:aws:xray:us-east-1:123456789012:sampling-rule/a"],
            "Condition": {
                "StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]},
                "Bool": {"aws:SecureTransport": "true"},
            },
        },
        {"Effect": "Deny", "NotAction": ["s3:*", "sqs:*"], "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]},
    ],
}

# Where a document is changed, and to what: `None` takes it out.
EDITS = {
    "Id": ("Id", "another"),
    "Statement[]": ("Statement", 1, None),
    "Sid": ("Statement", 0, "Sid", "Another"),
    "Effect": ("Statement", 0, "Effect", "Deny"),
    "Action": ("Statement", 0, "Action", "xray:Get*"),
        "Condition": ("Statement", 0, "Condition", {"Null": {"aws:TokenIssueTime": "false"}}),
    "Condition.Operator": ("Statement", 0, "Condition", "StringEquals", {"aws:PrincipalTag/a": "b"}),
}
TRUST_EDITS = {
    **EDITS,
    # A policy of its own has to be of the newer version.
    "Version": ("Version", "2008-10-17"),
    "Action": ("Statement", 0, "Action", "sts:AssumeRole"),
    "Action[]": ("Statement", 0, "Action", 0, "sts:SetSourceIdentity"),
    "Principal": ("Statement", 0, "Principal", {"Federated": "cognito-identity.amazonaws.com"}),
    "Principal.Service[]": ("Statement", 0, "Principal", "Service", 1, "lambda.amazonaws.com"),
    "Principal.AWS[]": ("Statement", 1, "Principal", "AWS", 0, "*"),
    "Condition.Operator.Key[]": ("Statement", 0, "Condition", "ArnLike", "aws:SourceArn", 0, "arn:aws:ecs:*:123456789012:*"),
}
GRANT_EDITS = {
    **EDITS,
    "Action[]": ("Statement", 0, "Action", 0, "xray:GetGroups"),
    "Resource": ("Statement", 0, "Resource", "arn:aws:s3:::c/*"),
    "Resource[]": ("Statement", 0, "Resource", 1, "arn:aws:s3:::c/*"),
    "NotAction[]": ("Statement", 1, "NotAction", 0, "sns:*"),
    "NotResource[]": ("Statement", 1, "NotResource", 0, "arn:aws:s3:::c"),
    "Condition.Operator.Key[]": ("Statement", 0, "Condition", "StringEquals", "aws:RequestedRegion", 0, "eu-north-1"),
}
# What a document cannot be without.
NEEDED = {"Effect", "Action", "Resource", "Principal", "Condition.Operator.Key[]"}

POLICY = "arn:aws:iam::aws:policy/"
OTHERS = {
    "roles": {
        "Path": "/other/",
        "Description": "another",
        "MaxSessionDuration": 10800,
        "PermissionsBoundary": POLICY + "ReadOnlyAccess",
        "ManagedPolicies": [POLICY + "AWSXRayDaemonWriteAccess", POLICY + "AmazonSQSFullAccess"],
        "InlinePolicies": {"kept": GRANT, "other": GRANT},
        "Tags": {"stage": "production", "team": "tracing"},
    },
    "policies": {
        "Path": "/other/",
        "Description": "another",
        "Tags": {"stage": "production", "team": "tracing"},
    },
}
BASES = {
    "roles": {
        "Path": "/team/",
        "Description": "what it is for",
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": POLICY + "PowerUserAccess",
        "ManagedPolicies": [POLICY + "AWSXRayDaemonWriteAccess", POLICY + "AmazonS3ReadOnlyAccess"],
        "InlinePolicies": {"kept": GRANT, "more": {"Statement": GRANT["Statement"][:1]}},
        "Tags": {"stage": "test", "owner": "us"},
        "AssumeRolePolicyDocument": TRUST,
    },
    "policies": {
        "Path": "/team/",
        "Description": "what it is for",
        "Tags": {"stage": "test", "owner": "us"},
        "PolicyDocument": GRANT,
    },
}


def run(checks, tool):
    cases = {section: find_cases(checks, section) for section in BASES}
    before = {}
    for stage in STAGES:
        now = {section: {key: case[stage] for key, case in cases[section].items()} for section in cases}
        tool.write(now)
        plan = tool.plan()
        for section, resources in now.items():
            for key, body in resources.items():
                step = plan.pop(f"{section}.{key}", None)
                name = f"members: {section}: {key}: {stage}"
                compare(checks, name, section, step, before.get(section, {}).get(key), body)
        checks.equal(f"members: IAM: {stage}: no other steps", list(plan), [])
        tool.apply(checks, f"members: IAM: {stage}")
        with tool.aws() as server:
            iam = server.client("iam")
            for section, resources in now.items():
                for key, body in resources.items():
                    got = (role if section == "roles" else policy)(iam, key)
                    checks.equal(f"members: {section}: {key}: {stage}: AWS has it", flat(got), flat(body))
        before = now
    rename(checks, tool)


def find_cases(checks, section):
    """The body of each stage, by the field or the element of a document."""
    call, name = CALLS[section]
    base, document = BASES[section], DOCUMENTS[section]
    model = botocore.session.Session().get_service_model("iam").operation_model(call).input_shape.members
    tested = {*OTHERS[section], document, name} - OURS
    checks.equal(f"members: {section}: each field of {call} is tried", sorted(tested), sorted(model))
    cases = {}
    for field, other in OTHERS[section].items():
        without = {key: value for key, value in base.items() if key != field}
        cases[field] = {"without": without, "base": base, "changed": {**base, field: other}}
    for element, (*keys, other) in (TRUST_EDITS if section == "roles" else GRANT_EDITS).items():
        without = base if element in NEEDED else edited(base, [document, *keys], None)
        changed = edited(base, [document, *keys], other)
        key = "document-" + element.replace("[]", "-one").replace(".", "-")
        cases[key] = {"without": without, "base": base, "changed": changed}
    return cases


def edited(body, keys, value):
    body = copy.deepcopy(body)
    *path, last = keys
    holder = body
    for key in path:
        holder = holder[key]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return body


def flat(body):
    """What is in a body, as the plan names its places."""
    found = {"Path": "/"}
    if DOCUMENTS["roles"] in body:
        found["MaxSessionDuration"] = 3600
    for field, value in body.items():
        if field == "ManagedPolicies":
            found |= {f"{field}.{arn.rsplit('/')[-1]}": arn for arn in value}
        elif field == "InlinePolicies":
            found |= {f"{field}.{name}": meant(document) for name, document in value.items()}
        elif field == "Tags":
            found |= {f"{field}.{key}": text for key, text in value.items()}
        else:
            found[field] = meant(value) if field in DOCUMENTS.values() else value
    return found


def meant(document):
    """A document as IAM reads it: without a version it is of the first one."""
    return alike({"Version": "2008-10-17", **document})


def alike(value):
    """A document without the order of its lists: one entry and a list of one are the same."""
    if isinstance(value, dict):
        return {key: alike(inner) for key, inner in value.items()}
    if isinstance(value, list):
        items = sorted((alike(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 else items
    return value


def compare(checks, name, section, step, before, after):
    if before is None:
        checks.equal(f"{name}: is created", step and step["action"], "create")
        return
    old, new = flat(before), flat(after)
    want = {p: [old.get(p), new.get(p)] for p in old.keys() | new.keys() if old.get(p) != new.get(p)}
    got = {}
    for change in step["changes"] if step else []:
        got[change["path"]] = [
            meant(value) if isinstance(value, dict) else value for value in (change["before"], change["after"])
        ]
    checks.equal(f"{name}: the plan shows just that", got, want)
    if step:
        anew = any((section, path) in FIXED for path in want)
        checks.equal(f"{name}: is changed", step["action"], "replace" if anew else "update")


def role(iam, name):
    answer = iam.get_role(RoleName=name)["Role"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    boundary = answer.pop("PermissionsBoundary", None)
    return {
        **known(answer, {"Path", "Description", "MaxSessionDuration", "AssumeRolePolicyDocument"}),
        **({"PermissionsBoundary": boundary["PermissionsBoundaryArn"]} if boundary else {}),
        "ManagedPolicies": [policy["PolicyArn"] for policy in attached],
        "InlinePolicies": {
            each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in inline
        },
        "Tags": tags(answer),
    }


def policy(iam, name):
    every = iam.get_paginator("list_policies").paginate(Scope="Local").search("Policies[]")
    arn = next(policy["Arn"] for policy in every if policy["PolicyName"] == name)
    answer = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=answer["DefaultVersionId"])["PolicyVersion"]
    return {
        **known(answer, {"Path", "Description"}),
        "PolicyDocument": version["Document"],
        "Tags": tags(answer),
    }


def known(answer, fields):
    return {field: answer[field] for field in fields if field in answer}


def tags(answer):
    """Those that are not ours."""
    every = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
    return {key: value for key, value in every.items() if not key.startswith("tracewright:")}


def rename(checks, tool):
    """Another name is another resource."""
    for section, (_, name) in CALLS.items():
        key = section + "-renamed"
        body = BASES[section]
        tool.write({section: {"stays": body, key: {**body, name: "before"}}})
        tool.apply(checks, f"members: {section}: {name}")
        tool.write({section: {"stays": body, key: {**body, name: "after"}}})
        steps = {(step["action"], step["name"]) for step in tool.plan().values()}
        want = {("create", "after"), ("delete", "before")}
        checks.equal(f"members: {section}: {name}: the one is made and the other goes", steps, want)
        tool.apply(checks, f"members: {section}: {name}: changed")
