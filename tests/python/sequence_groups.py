"""X-Ray's groups and resource policies: the calls that every server gets, and what AWS says to each.

The ids at the end of groups' ARNs and the revisions of policies are AWS's to make up, so that no call here
names one that it was given; what AWS says of tags by an ARN is asked of rules.
"""

import json

from clients import Call
from sequence_xray import BAD_TAGS, BOUNDS, INVALID, SERIALIZATION, WRONG_TAGS, raw, refused, tags
from steps import Case, Ok, Refused, Step

ARN = "arn:aws:xray:us-east-1:ACCOUNT:group/"
OFF = {"InsightsEnabled": False, "NotificationsEnabled": False}
ON = {"InsightsEnabled": True, "NotificationsEnabled": True}
FILTER = 'service("checkout") {fault OR error}'
GROUP = {"GroupName": "one", "GroupARN": ARN + "one/…", "FilterExpression": FILTER, "InsightsConfiguration": OFF}

STALE = "InvalidPolicyRevisionIdException"
MALFORMED = "MalformedPolicyDocumentException"
LOCKED_OUT = "LockoutPreventionException"


def create(name="one", **more):
    return Call("create_group", {"GroupName": name, "FilterExpression": FILTER, **more})


def update(**members):
    return Call("update_group", members)


def delete(**which):
    return Call("delete_group", which)


def get(**which):
    return Call("get_group", which)


def policy(effect="Allow", principal=None, action="xray:PutTraceSegments", **without):
    statement = {
        "Effect": effect,
        "Principal": principal or {"Service": "sns.amazonaws.com"},
        "Action": action,
        "Resource": "*",
    }
    for element in without:
        del statement[element]
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def put(name="sns", text=None, **more):
    return Call("put_resource_policy", {"PolicyName": name, "PolicyDocument": text or policy(), **more})


def remove(name="sns", **more):
    return Call("delete_resource_policy", {"PolicyName": name, **more})


READ = Call("get_groups", {}, every_page=True)
LIST = Call("list_resource_policies", {}, every_page=True)
PUT = {"PolicyName": "sns", "PolicyDocument": policy(), "PolicyRevisionId": "…", "LastUpdatedTime": "some time"}
DENIED = policy("Deny", {"AWS": "123456789012"}, "xray:*")

GROUPS = [
    Case("a group's life", [
        Step("groups: nothing but Default", READ, Ok({"Groups": [
            {"GroupName": "Default", "GroupARN": ARN + "Default", "InsightsConfiguration": OFF},
        ]})),
        Step("group: create", create(Tags=tags(("team", "a"))), Ok({"Group": GROUP}, {"groups": {"one": GROUP}})),
        Step("group: create again", create(), Refused(INVALID, "exists")),
        Step("group: get", get(GroupName="one"), Ok({"Group": GROUP})),
        Step("group: another filter", update(GroupName="one", FilterExpression="fault"),
             Ok({"Group": {**GROUP, "FilterExpression": "fault"}})),
        Step("group: insights", update(GroupName="one", InsightsConfiguration=ON),
             Ok({"Group": {"FilterExpression": "fault", "InsightsConfiguration": ON}})),
        Step("groups: read", READ, Ok({"Groups": [{"GroupName": "one"}, {"GroupName": "Default"}]})),
        Step("group: delete", delete(GroupName="one"), Ok({}, {"groups": {"one": None}})),
        Step("group: delete again", delete(GroupName="one"), Refused(INVALID, "Group not found")),
        Step("group: get what is gone", get(GroupName="one"), Refused(INVALID, "Group not found")),
        Step("group: update what is gone", update(GroupName="one"), Refused(INVALID, "Group not found")),
    ], both_clients=True),
    Case("names of groups", [
        Step("group: the name in other case", create("ONE"), Ok({}, {"groups": {"one": {}, "ONE": {}}})),
        Step("group: 32 characters", create("n" * 32), Ok()),
        Step("group: without a filter", Call("create_group", {"GroupName": "bare"}), Ok({"Group": {"GroupName": "bare"}})),
    ], setup=[create()]),
    Case("the Default group", [
        Step("group: delete Default", delete(GroupName="Default"), Refused(INVALID, "efault")),
        Step("group: create Default", create("Default"), Refused(INVALID, "")),
        Step("group: insights for Default", update(GroupName="Default", InsightsConfiguration=ON),
             Ok({"Group": {"GroupName": "Default", "InsightsConfiguration": ON}})),
    ]),
    Case("the quota of groups", [
        Step("group: the 25th", create("g24"), Ok()),
        Step("group: the 26th", create("g25"), Refused(INVALID, "25")),
        Step("groups: all pages", READ, Ok({"Groups": [{}] * 26})),
        Step("groups: a bad token", Call("get_groups", {"NextToken": "bad"}), Refused(INVALID, "oken")),
    ], setup=[create(f"g{n}") for n in range(24)]),
]

POLICIES = [
    Case("a resource policy's life", [
        Step("policies: none", LIST, Ok({"ResourcePolicies": []})),
        Step("policy: put", put(PolicyRevisionId="0"), Ok({"ResourcePolicy": PUT}, {"policies": {"sns": PUT}})),
        Step("policy: put as if it were new", put(PolicyRevisionId="0"), Refused(STALE, "evision")),
        Step("policy: put at another revision", put(PolicyRevisionId="no-such-revision"), Refused(STALE, "evision")),
        Step("policy: put whatever is there", put(text=policy(action="xray:GetSamplingRules")),
             Ok({"ResourcePolicy": {"PolicyDocument": policy(action="xray:GetSamplingRules")}})),
        Step("policy: delete at another revision", remove(PolicyRevisionId="no-such-revision"), Refused(STALE, "evision")),
        Step("policy: delete", remove(), Ok({}, {"policies": {"sns": None}})),
        Step("policy: delete again", remove(), Refused(INVALID, "not found")),
    ], both_clients=True),
    Case("the quota of resource policies", [
        Step("policy: the fifth", put("p4"), Ok()),
        Step("policy: the sixth", put("p5"), Refused("PolicyCountLimitExceededException", "5")),
        Step("policy: another one of five", put("p0", text=policy(action="xray:*")), Ok()),
        Step("policies: all of them", LIST, Ok({"ResourcePolicies": [{}] * 5})),
    ], setup=[put(f"p{n}") for n in range(4)]),
    Case("who may write a policy again", [
        Step("policy: locks the account out", put(text=DENIED), Refused(LOCKED_OUT, "PutResourcePolicy")),
        Step("policy: and is meant to", put(text=DENIED, BypassPolicyLockoutCheck=True), Ok({"ResourcePolicy": {"PolicyName": "sns"}})),
    ]),
]

BAD_GROUPS = [
    ("without a name", {"GroupName": None}, "GroupName"),
    ("an empty name", {"GroupName": ""}, "GroupName"),
    ("a name of 33 characters", {"GroupName": "n" * 33}, "GroupName"),
]
WRONG_GROUPS = [
    ("a name with a space", {"GroupName": "a b"}, "name"),
    ("notifications alone", {"InsightsConfiguration": {"NotificationsEnabled": True}}, "nsights"),
]
WRONG_GROUP_BODIES = [
    ("insights are text", {"GroupName": "one", "InsightsConfiguration": {"InsightsEnabled": "true"}}, ""),
    ("insights are a list", {"GroupName": "one", "InsightsConfiguration": []}, ""),
    ("the filter is a number", {"GroupName": "one", "FilterExpression": 5}, ""),
]
BAD_NAMES = [
    ("an empty name", "", "policyName"),
    ("a name of 129 characters", "p" * 129, "policyName"),
    ("a name with a space", "a b", "policyName"),
]
BAD_TEXTS = [
    ("no JSON", "{"),
    ("no statement", "{}"),
    ("without Effect", policy(Effect=None)),
    ("without Principal", policy(Principal=None)),
    ("without Action", policy(Action=None)),
]


def changed(change):
    members = {"GroupName": "one", "FilterExpression": FILTER, **change}
    return Call("create_group", {name: value for name, value in members.items() if value is not None})


REFUSALS = [
    *[refused("refused groups", code, about, (f"group: {name}", changed(change)))
      for code, table in [(INVALID, WRONG_GROUPS), (BOUNDS, BAD_GROUPS)] for name, change, about in table],
    *[refused("refused tags of groups", code, about, (f"group tag: {name}", create(Tags=bad)))
      for code, table in [(INVALID, WRONG_TAGS), (BOUNDS, BAD_TAGS)] for name, bad, about in table],
    *[Case("refused bodies of groups", [Step(f"group: {name}", raw("create_group", body), Refused(SERIALIZATION, about))])
      for name, body, about in WRONG_GROUP_BODIES],
    Case("refused calls about groups", [
        Step("group: get neither", get(), Refused(INVALID, "GroupName")),
        Step("group: get both", get(GroupName="one", GroupARN="arn:aws:xray:us-east-1:123456789012:group/one/X"),
             Refused(INVALID, "not both")),
        Step("group: get by an ARN that is none", get(GroupARN="arn:aws:xray:us-east-1:123456789012:group/one/X"),
             Refused(INVALID, "Group not found")),
    ], setup=[create()]),
    *[refused("refused names of policies", BOUNDS, about, (f"policy: {name}", put(given)))
      for name, given, about in BAD_NAMES],
    *[refused("refused texts of policies", MALFORMED, "", (f"policy: {name}", put(text=text)))
      for name, text in BAD_TEXTS],
    refused("a policy that is too large", "PolicySizeLimitExceededException", "",
            ("policy: 6 KB", put(text=policy(action="xray:" + "x" * 6144)))),
]

CASES = [*GROUPS, *POLICIES, *REFUSALS]


def world(client):
    """All that a change could have changed: every group, and every policy."""
    groups, policies = client.ask(READ).result, client.ask(LIST).result
    if not isinstance(groups, dict) or not isinstance(policies, dict):
        return {"unreadable": [groups, policies]}
    return {
        "groups": {group["GroupName"]: group for group in groups["Groups"]},
        "policies": {one["PolicyName"]: one for one in policies["ResourcePolicies"]},
    }
