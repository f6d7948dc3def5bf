"""The Resource Groups Tagging API: what it lists of task definitions, policies, roles and rules.

What is expected comes from AWS's service model (resourcegroupstaggingapi, 2017-01-26)
and its page of supported services. Whether deregistered revisions are listed is not
documented, so that nothing here asks for them.
"""

import iam
import sequence_ecs as ecs
import sequence_xray as xray
from clients import Call
from steps import Case, Ok, Refused, Step

# What the model's text says of "an Invalid Parameter exception", and what breaks its bounds.
PARAMETER, BOUNDS = "InvalidParameterException", "ValidationException"

WEB_1, WEB_2 = ecs.TOLD + "web:1", ecs.TOLD + "web:2"
POLICY = iam.told(iam.SHARED)


def resources(every_page=True, region="us-east-1", **params):
    return Call("get_resources", params, service="resourcegroupstaggingapi", region=region, every_page=every_page)


def having(*filters):
    return [{"Key": key, "Values": list(values)} for key, *values in filters]


def found(*arns):
    """These and no others, in any order, with their tags."""
    mappings = [{"ResourceARN": arn, "Tags": iam.tags(**TAGS[arn])} for arn in arns]
    return Ok({"ResourceTagMappingList": sorted(mappings, key=lambda mapping: mapping["ResourceARN"])})


def world(_):
    """Nothing that is asked here changes anything."""
    return {}


TAGS = {WEB_1: {"stage": "test", "team": "a"}, WEB_2: {"team": "b"}, POLICY: {"team": "a"}}
SETUP = [
    ecs.register(tags=ecs.tags(**TAGS[WEB_1])),
    ecs.register(tags=ecs.tags(**TAGS[WEB_2])),
    ecs.register(family="untagged"),
    iam.policy(Tags=iam.tags(**TAGS[POLICY])),
    iam.policy("untagged"),
    # It lists neither roles nor sampling rules, whatever their tags.
    iam.role(Tags=iam.tags(team="a")),
    xray.create(tags=xray.tags(("team", "a"))),
]

FOUND = Case("what is found", [
    Step("all that is tagged", resources(), found(WEB_1, WEB_2, POLICY)),
    Step("by a tag", resources(TagFilters=having(("team", "a"))), found(WEB_1, POLICY)),
    Step("by a key", resources(TagFilters=having(["team"])), found(WEB_1, WEB_2, POLICY)),
    Step("by a key and no values", resources(TagFilters=[{"Key": "team"}]), found(WEB_1, WEB_2, POLICY)),
    Step("by one of two values", resources(TagFilters=having(("team", "a", "b"))), found(WEB_1, WEB_2, POLICY)),
    Step("by two tags", resources(TagFilters=having(("team", "a"), ("stage", "test"))), found(WEB_1)),
    Step("by a tag in other case", resources(TagFilters=having(("team", "A"))), found()),
    Step("by a tag that nothing has", resources(TagFilters=having(["nope"])), found()),
    Step("by type", resources(ResourceTypeFilters=["ecs:task-definition"]), found(WEB_1, WEB_2)),
    Step("by service", resources(ResourceTypeFilters=["ecs"]), found(WEB_1, WEB_2)),
    Step("by two types", resources(ResourceTypeFilters=["ecs:task-definition", "iam:policy"]), found(WEB_1, WEB_2, POLICY)),
    Step("by type and tag", resources(ResourceTypeFilters=["iam:policy"], TagFilters=having(("team", "a"))), found(POLICY)),
    # "GetResources does not currently support IAM users and roles" (supported services).
    Step("by ARN", resources(False, ResourceARNList=[
        ecs.ARN + "web:2", ecs.ARN + "nope:1", iam.ACCOUNT_ARN + "role/task", xray.ARN + "one",
    ]), found(WEB_2)),
    Step("a page of one", resources(False, ResourcesPerPage=1), Ok({"PaginationToken": "…", "ResourceTagMappingList": [{}]})),
    Step("all pages of one", resources(PaginationConfig={"PageSize": 1}), found(WEB_1, WEB_2, POLICY)),
    # Task definitions are of a region; what is of none is listed in us-east-1.
    Step("in another region", resources(region="eu-west-1"), found()),
], setup=SETUP, both_clients=True)

# "You can't specify both…" (the model, of ResourceARNList), and "a minimum of 1 and a maximum of 100".
REFUSALS = [
    ("ARNs and tags", PARAMETER, resources(False, ResourceARNList=[ecs.ARN + "web:1"], TagFilters=having(["team"]))),
    ("ARNs and types", PARAMETER, resources(False, ResourceARNList=[ecs.ARN + "web:1"], ResourceTypeFilters=["ecs"])),
    ("ARNs and pages", PARAMETER, resources(False, ResourceARNList=[ecs.ARN + "web:1"], ResourcesPerPage=1)),
    ("a page of none", PARAMETER, resources(False, ResourcesPerPage=0)),
    ("a page of 101", PARAMETER, resources(False, ResourcesPerPage=101)),
    ("a filter without a key", PARAMETER, resources(False, TagFilters=[{"Values": ["a"]}])),
    ("a token never given out", PARAMETER, resources(False, PaginationToken="bad")),
    ("51 filters", BOUNDS, resources(False, TagFilters=having(*[[f"k{n}"] for n in range(51)]))),
    ("21 values", BOUNDS, resources(False, TagFilters=having(["team", *map(str, range(21))]))),
]
CASES = [FOUND, Case("what is refused", [Step(name, asked, Refused(code, "")) for name, code, asked in REFUSALS], setup=SETUP)]
