"""What IAM refuses: documents above all, and what breaks its bounds and quotas."""

from iam import (
    ACCOUNT_ARN, AWS_POLICY, BOUNDS, LIMIT, MALFORMED, MISSING, POLICY, SHARED, attach, call, document,
    inline, policy, refused, role, statement, tags, trusting, version,
)
from steps import Case, Step

ECS = {"Service": "ecs-tasks.amazonaws.com"}
# Quoted by users of AWS; where each was found is in the recordings' errors.
SYNTAX = "Syntax errors in policy."
NOT_JSON = "This policy contains invalid Json"
# Where nobody has quoted the words, nothing is expected of them.
DOCUMENTS = [
    ("no JSON", SYNTAX, "{"),
    ("JSON with a comma too many", SYNTAX, POLICY.replace('"Allow",', '"Allow",,')),
    ("a list", SYNTAX, "[1]"),
    ("no statement", SYNTAX, '{"Version": "2012-10-17"}'),
    ("an unknown version", SYNTAX, document(statement(), version="2020-01-01")),
    ("an unknown effect", SYNTAX, document(statement(Effect="Permit"))),
    ("an unknown element", SYNTAX, document(statement(Colour="red"))),
    ("no action", "actions", document(statement(Action=None))),
    ("an action without its service", "", document(statement(Action="GetObject"))),
    ("no resource", "Policy statement must contain resources.", document(statement(Resource=None))),
    ("a resource that is no ARN", "", document(statement(Resource="bucket"))),
    ("a principal", "Policy document should not specify a principal.", document(statement(Principal="*"))),
    ("a Sid with a blank", "", document(statement(Sid="not one"))),
    ("a Sid twice", "", document(statement(Sid="a"), statement(Sid="a"))),
]
TRUSTS = [
    ("no JSON", NOT_JSON, "{"),
    ("a resource", "Has prohibited field Resource", trusting(ECS, Resource="*")),
    ("no principal", "", document({"Effect": "Allow", "Action": "sts:AssumeRole"})),
    ("anyone as a string", "invalid principal", trusting("*")),
    ("a role that is not there", 'Invalid principal in policy: "AWS":"', trusting({"AWS": ACCOUNT_ARN + "role/nope"})),
    ("an unknown kind of principal", "", trusting({"Robot": "x"})),
    ("an action of another service", "", trusting(ECS, Action="s3:GetObject")),
]
ROLES = [
    ("a name of 65 characters", "roleName", role("r" * 65)),
    ("a name with a blank", "roleName", role("my role")),
    ("no name", "roleName", role("")),
    ("a path without its slashes", "path", role(Path="cruddur")),
    ("a session of a minute", "maxSessionDuration", role(MaxSessionDuration=60)),
    ("a session of a day", "maxSessionDuration", role(MaxSessionDuration=86400)),
    ("a description of 1,001 characters", "description", role(Description="d" * 1001)),
    ("a letter that no document may have", "", role(trust=trusting(ECS, Sid="\u2603").replace("\\u2603", "\u2603"))),
    ("51 tags", "tags", role(Tags=tags(**{f"k{n}": "v" for n in range(51)}))),
    ("a tag value of 257 characters", "tags", role(Tags=tags(k="v" * 257))),
    ("a tag key of a star", "tags", role(Tags=tags(**{"*": "v"}))),
]
# Characters are counted without white space.
QUOTAS = [
    ("a trust policy of 2,049 characters", "Cannot exceed quota for ACLSizePerRole: 2048",
     role(trust=trusting(ECS, Sid="S" * 2000))),
    ("a managed policy of 6,145 characters", "Cannot exceed quota for PolicySize: 6144", policy(text=document(statement(Sid="S" * 6100)))),
]
MISSINGS = [
    ("get an inline policy that is not there", "The role policy with name nope cannot be found.",
     call("get_role_policy", RoleName="task", PolicyName="nope")),
    ("delete an inline policy that is not there", "The role policy with name nope cannot be found.",
     call("delete_role_policy", RoleName="task", PolicyName="nope")),
    ("attach a policy that is not there", "policy/nope does not exist or is not attachable.", attach(ACCOUNT_ARN + "policy/nope")),
    ("attach one that AWS does not have", "policy/Nope does not exist or is not attachable.", attach(AWS_POLICY + "Nope")),
    ("detach a policy that is not attached", "policy/shared was not found.",
     call("detach_role_policy", RoleName="task", PolicyArn=SHARED)),
    ("put an inline policy on no role", "The role with name nope cannot be found.", inline(to="nope")),
    ("tag no role", "The role with name nope cannot be found.", call("tag_role", RoleName="nope", Tags=tags(a="b"))),
    ("get a version that is not there", "v9", call("get_policy_version", PolicyArn=SHARED, VersionId="v9")),
    ("update no role", "The role with name nope cannot be found.", call("update_role", RoleName="nope", Description="d")),
]
INVALID = [
    ("create a role with an aws: tag", "aws:", role("new", Tags=tags(**{"aws:team": "a"}))),
    # "Tag keys are case-insensitive" (IAM user guide, tags).
    ("create a role with a tag in two cases", "Duplicate tag keys found", role("new", Tags=tags(team="a", Team="b"))),
]


def once(group, name, asked, expect, setup=()):
    return Case(group, [Step(name, asked, expect)], setup=list(setup))


CASES = [
    *[once("refused documents", f"policy: {name}", policy(text=text), refused(MALFORMED, about)) for name, about, text in DOCUMENTS],
    *[once("refused documents", f"inline: {name}", inline(text=text), refused(MALFORMED, about), [role()])
      for name, about, text in DOCUMENTS[:3]],
    *[once("refused documents", f"version: {name}", version(text), refused(MALFORMED, about), [policy()])
      for name, about, text in DOCUMENTS[:1]],
    *[once("refused trust policies", f"trust: {name}", role(trust=text), refused(MALFORMED, about)) for name, about, text in TRUSTS],
    once("refused trust policies", "update the trust: a role that is not there",
         call("update_assume_role_policy", RoleName="task", PolicyDocument=TRUSTS[4][2]), refused(MALFORMED, TRUSTS[4][1]), [role()]),
    *[once("refused roles", f"role: {name}", asked, refused(BOUNDS, about)) for name, about, asked in ROLES],
    *[once("quotas", f"quota: {name}", asked, refused(LIMIT, about)) for name, about, asked in QUOTAS],
    once("quotas", "quota: inline policies of 10,241 characters", inline("b", document(statement(Sid="S" * 5200))),
         refused(LIMIT, "10240"), [role(), inline("a", document(statement(Sid="S" * 5200)))]),
    *[once("missing", name, asked, refused(MISSING, about), [role(), policy()]) for name, about, asked in MISSINGS],
    *[once("refused tags", name, asked, refused("InvalidInput", about)) for name, about, asked in INVALID],
]
