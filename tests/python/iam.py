"""How IAM is asked, with documents as people write them."""

import json
from urllib.parse import quote

from clients import Call, normal
from steps import Refused

ACCOUNT_ARN = "arn:aws:iam::123456789012:"
AWS_POLICY = "arn:aws:iam::aws:policy/"
# AWS's common error for what breaks the model's bounds; the others are IAM's (service model).
BOUNDS = "ValidationError"
EXISTS = ("EntityAlreadyExists", 409)
CONFLICT = ("DeleteConflict", 409)
LIMIT = ("LimitExceeded", 409)
MISSING = ("NoSuchEntity", 404)
MALFORMED = ("MalformedPolicyDocument", 400)

# As people write it: indented, the keys in their own order. IAM keeps the meaning of a trust
# policy and writes it anew whenever it is read; a list of one comes back without its list.
TRUST = """{
  "Statement": [
    { "Action": "sts:AssumeRole", "Principal": { "Service": ["ecs-tasks.amazonaws.com"] }, "Effect": "Allow" }
  ],
  "Version": "2012-10-17"
}
"""
TRUST_READ = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
    '"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)
EC2_TRUST = TRUST.replace("ecs-tasks", "ec2")
# The text of any other document is kept, to the newline at its end.
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Secrets",
      "Effect": "Allow",
      "Action": ["ssm:GetParameters", "kms:Decrypt"],
      "Resource": "arn:aws:ssm:*:123456789012:parameter/cruddur/*"
    }
  ]
}
"""
OTHER_POLICY = POLICY.replace("Secrets", "Others")
# 6,000 characters, as many as fit, with letters that are two bytes and six characters on the way.
LONG = POLICY.replace("cruddur/*", "caf\u00e9-\u00fc/%2F+ *")
LONG = LONG.replace("Secrets", "S" * (6000 - len(LONG) + len("Secrets")))


def on_the_way(text):
    """RFC 3986: all but letters, digits and - . _ ~ is percent-encoded (recordings: 111 documents)."""
    return quote(text, safe="-._~")


def call(operation, every_page=False, as_sent=False, **params):
    return Call(operation, params, service="iam", every_page=every_page, as_sent=as_sent)


def document(*statements, version="2012-10-17"):
    return json.dumps({"Version": version, "Statement": list(statements)})


def statement(**members):
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **members}
    return {key: value for key, value in whole.items() if value is not None}


def trusting(principal, **members):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **members})


def tags(**pairs):
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def role(name="task", trust=TRUST, **more):
    return call("create_role", RoleName=name, AssumeRolePolicyDocument=trust, **more)


def policy(name="shared", text=POLICY, **more):
    return call("create_policy", PolicyName=name, PolicyDocument=text, **more)


def attach(arn, name="task"):
    return call("attach_role_policy", RoleName=name, PolicyArn=arn)


def inline(name="secrets", text=POLICY, to="task"):
    return call("put_role_policy", RoleName=to, PolicyName=name, PolicyDocument=text)


def version(text=POLICY, default=False, arn=ACCOUNT_ARN + "policy/shared"):
    return call("create_policy_version", PolicyArn=arn, PolicyDocument=text, SetAsDefault=default)


def details(*filters, **more):
    return call("get_account_authorization_details", every_page=True, Filter=list(filters), **more)


def refused(error, about):
    code, status = error if isinstance(error, tuple) else (error, 400)
    return Refused(code, about, status)


def told(arn):
    return arn.replace("123456789012", "ACCOUNT")


SHARED = ACCOUNT_ARN + "policy/shared"
ALL_DETAILS = details("Role", "LocalManagedPolicy")


def world(client):
    """All that a change could have changed: roles and customer-managed policies."""
    seen = client.ask(ALL_DETAILS).result
    if not isinstance(seen, dict):
        return {"unreadable": seen}
    # A fresh account has roles of AWS's own, which nobody here changes.
    ours = [one for one in seen.get("RoleDetailList", []) if not one["Path"].startswith("/aws-service-role/")]
    roles = {one["RoleName"]: dict(one) for one in ours}
    for name, one in roles.items():
        # What the one bulk read leaves out.
        asked = client.ask(call("get_role", RoleName=name)).result or {"Role": {}}
        one["Description"] = asked["Role"].get("Description")
        one["MaxSessionDuration"] = asked["Role"].get("MaxSessionDuration")
    # Not every server names them.
    policies = {one["Arn"].rpartition("/")[2]: dict(one) for one in seen.get("Policies", [])}
    for one in policies.values():
        asked = client.ask(call("list_policy_tags", PolicyArn=one["Arn"].replace("ACCOUNT", "123456789012")))
        one["Tags"] = (asked.result or {}).get("Tags")
    return {"roles": roles, "policies": policies}


def tree(text):
    """The document as a client that decodes it shows it."""
    return normal(json.loads(text), "iam")


TRUST_TREE = tree(TRUST_READ)
POLICY_TREE = tree(POLICY)
