"""X-Ray's sampling rules: the calls that every server gets, and what AWS says to each.

What is expected here comes from AWS's service model and documentation, not from
what a server happens to do. AWS publishes almost no message texts, so of a
refusal's message only what helps its reader is expected: a part of it.
"""

import json
from dataclasses import replace
from datetime import datetime, timezone

from clients import Call
from steps import Case, Ok, Refused, Step

ARN = "arn:aws:xray:us-east-1:123456789012:sampling-rule/"
# X-Ray's own error for what is wrong in substance (service model).
INVALID = "InvalidRequestException"
# What AWS checks against the service model before X-Ray sees the request: bounds and
# required members (common errors of AWS APIs; seen from X-Ray in the wild).
BOUNDS = "ValidationException"
# What does not even have the model's types (common to AWS's JSON protocols).
SERIALIZATION = "SerializationException"

RULE = {
    "RuleName": "one",
    "ResourceARN": "*",
    "Priority": 100,
    "FixedRate": 0.1,
    "ReservoirSize": 5,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
}
DEFAULT = {
    **RULE,
    "RuleName": "Default",
    "RuleARN": ARN.replace("123456789012", "ACCOUNT") + "Default",
    "Priority": 10000,
    "FixedRate": 0.05,
    "ReservoirSize": 1,
    "Attributes": {},
}
STATISTICS = {
    "RuleName": "one",
    "ClientID": "0123456789abcdef01234567",
    "Timestamp": datetime(2026, 1, 1, tzinfo=timezone.utc),
    "RequestCount": 20,
    "SampledCount": 5,
    "BorrowCount": 1,
}
BOOST_STATISTICS = {
    "RuleName": "one",
    "ServiceName": "shop",
    "Timestamp": datetime(2026, 1, 1, tzinfo=timezone.utc),
    "AnomalyCount": 1,
    "TotalCount": 20,
    "SampledAnomalyCount": 1,
}


def rule(**changes):
    return {key: value for key, value in {**RULE, **changes}.items() if value is not None}


def create(tags=None, **changes):
    params = {"SamplingRule": rule(**changes)}
    return Call("create_sampling_rule", params if tags is None else {**params, "Tags": tags})


def update(**members):
    return Call("update_sampling_rule", {"SamplingRuleUpdate": members})


def delete(**which):
    return Call("delete_sampling_rule", which)


def tag(name, *pairs):
    return Call("tag_resource", {"ResourceARN": ARN + name, "Tags": tags(*pairs)})


def untag(name, *keys):
    return Call("untag_resource", {"ResourceARN": ARN + name, "TagKeys": list(keys)})


def list_tags(arn):
    return Call("list_tags_for_resource", {"ResourceARN": arn})


def targets(*documents, **more):
    documents = [{**STATISTICS, **changes} for changes in documents]
    return Call("get_sampling_targets", {"SamplingStatisticsDocuments": documents, **more})


def tags(*pairs):
    return [{"Key": key, "Value": value} for key, value in pairs]


def raw(operation, body):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Call(operation, {}, body=body)


READ = Call("get_sampling_rules", {}, every_page=True)
WHO = Call("get_caller_identity", {}, service="sts")

LIFE = Case(
    "a rule's life",
    [
        Step("who is asking", WHO, Ok({"Account": "ACCOUNT"})),
        Step("nothing but Default", READ, Ok({"SamplingRuleRecords": [
            {"SamplingRule": DEFAULT, "CreatedAt": "never", "ModifiedAt": "never"},
        ]})),
        Step("create", create(tags(("team", "a"), ("empty", ""))), Ok(
            {"SamplingRuleRecord": {
                "SamplingRule": {**RULE, "RuleARN": ARN.replace("123456789012", "ACCOUNT") + "one", "Attributes": {}},
                "CreatedAt": "some time",
                "ModifiedAt": "some time",
            }},
            {"rules": {"one": RULE}, "tags": {"one": {"team": "a", "empty": ""}}},
        )),
        Step("create again", create(), Refused(INVALID, "already exists")),
        Step("read", READ, Ok({"SamplingRuleRecords": [
            {"SamplingRule": {"RuleName": "Default"}}, {"SamplingRule": RULE},
        ]})),
        Step("update one member", update(RuleName="one", FixedRate=0.25), Ok(
            {"SamplingRuleRecord": {"SamplingRule": rule(FixedRate=0.25)}},
            {"rules": {"one": rule(FixedRate=0.25)}, "tags": {"one": {"team": "a", "empty": ""}}},
        )),
        Step("update by ARN", update(RuleARN=ARN + "one", Host="example.com", Attributes={"k": "v"}), Ok(
            {"SamplingRuleRecord": {"SamplingRule": {"Host": "example.com", "FixedRate": 0.25}}},
            {"rules": {"one": {"Attributes": {"k": "v"}}}},
        )),
        Step("list tags", list_tags(ARN + "one"), Ok({"Tags": tags(("empty", ""), ("team", "a"))})),
        Step("tag", tag("one", ("team", "b"), ("stage", "test")), Ok(
            {}, {"tags": {"one": {"team": "b", "empty": "", "stage": "test"}}},
        )),
        Step("untag", untag("one", "team", "never there"), Ok(
            {}, {"tags": {"one": {"empty": "", "stage": "test"}}},
        )),
        Step("delete", delete(RuleName="one"), Ok(
            {"SamplingRuleRecord": {"SamplingRule": rule(FixedRate=0.25, Host="example.com")}},
            {"rules": {"one": None}, "tags": {"one": None}},
        )),
        Step("delete again", delete(RuleName="one"), Refused(INVALID, "does not exist")),
        Step("list tags of a deleted rule", list_tags(ARN + "one"), Refused("ResourceNotFoundException", "not found", 404)),
    ],
    both_clients=True,
)

DEFAULT_RULE = Case(
    "the Default rule",
    [
        Step("update Default", update(RuleName="Default", FixedRate=0.5, ReservoirSize=3), Ok(
            {"SamplingRuleRecord": {"SamplingRule": {**DEFAULT, "FixedRate": 0.5, "ReservoirSize": 3}}},
        )),
        # The one message of X-Ray that users have quoted word for word.
        Step("update Default: Priority", update(RuleName="Default", Priority=10000, FixedRate=0.1),
             Refused(INVALID, "Invalid update request for default sampling rule")),
        Step("delete Default", delete(RuleName="Default"), Refused(INVALID, "Default")),
    ],
    both_clients=True,
)

MORE = [
    Case("the Default rule, in detail", [
        Step("update Default: Host", update(RuleName="Default", Host="x"),
             Refused(INVALID, "Invalid update request for default sampling rule")),
        Step("update Default: Attributes", update(RuleARN=ARN + "Default", Attributes={"a": "b"}),
             Refused(INVALID, "Invalid update request for default sampling rule")),
        Step("update Default: FixedRate 2", update(RuleName="Default", FixedRate=2), Refused(INVALID, "FixedRate")),
        Step("delete Default by ARN", delete(RuleARN=ARN + "Default"), Refused(INVALID, "Default")),
        Step("create Default", create(RuleName="Default"), Refused(INVALID, "")),
        Step("tags of Default", list_tags(ARN + "Default"), Ok({"Tags": []})),
        Step("tag Default", tag("Default", ("a", "b")), Ok({}, {"tags": {"Default": {"a": "b"}}})),
        Step("untag Default", untag("Default", "a"), Ok({}, {"tags": {"Default": {}}})),
    ]),
    Case("bounds that are still inside", [
        Step("create: smallest values", create(RuleName="n", Priority=1, FixedRate=0, ReservoirSize=0, HTTPMethod=""),
             Ok({"SamplingRuleRecord": {"SamplingRule": {"Priority": 1, "FixedRate": 0, "HTTPMethod": ""}}})),
        Step("create: largest values", create(
            RuleName="n" * 32, Priority=9999, FixedRate=1, ReservoirSize=2**31 - 1, ResourceARN="r" * 500,
            ServiceName="s" * 64, ServiceType="t" * 64, Host="h" * 64, HTTPMethod="M" * 10, URLPath="p" * 128,
            Attributes={f"{n}".rjust(32, "k"): "v" * 32 for n in range(5)},
            SamplingRateBoost={"MaxRate": 1, "CooldownWindowMinutes": 0},
        ), Ok({"SamplingRuleRecord": {"SamplingRule": {
            "Priority": 9999,
            "ReservoirSize": 2**31 - 1,
            "SamplingRateBoost": {"MaxRate": 1, "CooldownWindowMinutes": 0},
        }}})),
        Step("create: a name in AWS's own examples", create(RuleName="DEBUG – history updates"),
             Ok({"SamplingRuleRecord": {"SamplingRule": {"RuleName": "DEBUG – history updates"}}})),
        Step("tag: that name", tag("DEBUG – history updates", ("a", "b")),
             Ok({}, {"tags": {"DEBUG – history updates": {"a": "b"}}})),
        Step("create: 32 characters of two bytes", create(RuleName="é" * 32), Ok()),
        Step("create: an equal priority", create(RuleName="two", Priority=9999), Ok()),
        Step("create: default in lower case", create(RuleName="default", Priority=5), Ok()),
        Step("update: Attributes away", update(RuleName="n" * 32, Attributes={}),
             Ok({"SamplingRuleRecord": {"SamplingRule": {"Attributes": {}}}})),
        Step("update: nothing", update(RuleName="two"), Ok({"SamplingRuleRecord": {"SamplingRule": {"Priority": 9999}}})),
        # A member the service does not know is ignored: the protocol's rule, so that
        # a newer client can talk to an older service.
        Step("create: an unknown member", raw("create_sampling_rule", {"SamplingRule": rule(RuleName="u", Colour="red")}),
             Ok({"SamplingRuleRecord": {"SamplingRule": {"RuleName": "u"}}})),
    ]),
    Case("regions", [
        Step("create in another region",
             Call("create_sampling_rule", {"SamplingRule": RULE}, region="eu-west-1"),
             Ok({"SamplingRuleRecord": {"SamplingRule": {
                 "RuleARN": "arn:aws:xray:eu-west-1:ACCOUNT:sampling-rule/one",
             }}}, {"rules": {"one": None}})),
        Step("read the other region", Call("get_sampling_rules", {}, region="eu-west-1", every_page=True),
             Ok({"SamplingRuleRecords": [{}, {}]})),
        Step("delete in the other region", Call("delete_sampling_rule", {"RuleName": "one"}, region="eu-west-1"), Ok()),
    ]),
    Case("the quota", [
        Step("the 25th rule", create(RuleName="rule-24"), Ok()),
        Step("the 26th rule", create(RuleName="rule-25"), Refused("RuleLimitExceededException", "25")),
        Step("a duplicate at the quota", create(RuleName="rule-24"), Refused(INVALID, "already exists")),
        Step("read all pages", READ, Ok({"SamplingRuleRecords": [{}] * 26})),
        Step("read the first page", Call("get_sampling_rules", {}), Ok({"NextToken": "…"})),
        Step("read with a bad token", Call("get_sampling_rules", {"NextToken": "bad"}), Refused(INVALID, "oken")),
        Step("make room", delete(RuleARN=ARN + "rule-3"), Ok()),
        Step("the 25th rule again", create(RuleName="rule-25"), Ok()),
    ], setup=[create(RuleName=f"rule-{n}", Priority=n + 1) for n in range(24)]),
    Case("sampling targets", [
        Step("report", targets({}), Ok({
            "SamplingTargetDocuments": [
                {"RuleName": "one", "FixedRate": 0.1, "Interval": 10, "ReservoirQuotaTTL": "some time"},
            ],
            "LastRuleModification": "some time",
            "UnprocessedStatistics": [],
        })),
        Step("report on Default", targets({"RuleName": "Default"}),
             Ok({"SamplingTargetDocuments": [{"RuleName": "Default", "FixedRate": 0.05}]})),
        Step("report on an unknown rule", targets({"RuleName": "nope"}), Ok({
            "SamplingTargetDocuments": [],
            "UnprocessedStatistics": [{"RuleName": "nope", "ErrorCode": "400", "Message": "Unknown rule"}],
        })),
        Step("report nothing", targets(), Ok({"SamplingTargetDocuments": []})),
        Step("report a boost", targets({}, SamplingBoostStatisticsDocuments=[BOOST_STATISTICS]),
             Ok({"SamplingTargetDocuments": [{"RuleName": "one"}]})),
        Step("report: no documents member", Call("get_sampling_targets", {}), Refused(BOUNDS, "SamplingStatisticsDocuments")),
        Step("report: 26 documents", targets(*[{}] * 26), Refused(BOUNDS, "SamplingStatisticsDocuments")),
        Step("report: short ClientID", targets({"ClientID": "0123"}), Refused(BOUNDS, "ClientID")),
        Step("report: negative count", targets({"RequestCount": -1}), Refused(BOUNDS, "RequestCount")),
        Step("summaries", Call("get_sampling_statistic_summaries", {}),
             Ok({"SamplingStatisticSummaries": [{"RuleName": "Default"}, {"RuleName": "one"}]})),
    ], setup=[create()]),
]

# What a new rule is refused for: (name, what is changed in a good rule, what the message is about).
WRONG_RULES = [
    ("without RuleName", {"RuleName": None}, "RuleName"),
    ("with name and ARN", {"RuleARN": ARN + "one"}, "RuleARN"),
    ("version 2", {"Version": 2}, "version"),
]
BAD_RULES = [
    *[(f"without {name}", {name: None}, name) for name in RULE if name != "RuleName"],
    ("empty name", {"RuleName": ""}, "RuleName"),
    ("name of 33 characters", {"RuleName": "n" * 33}, "RuleName"),
    ("priority 0", {"Priority": 0}, "Priority"),
    ("priority 10000", {"Priority": 10000}, "Priority"),
    ("priority -1", {"Priority": -1}, "Priority"),
    ("rate 5", {"FixedRate": 5.0}, "FixedRate"),
    ("rate 1.01", {"FixedRate": 1.01}, "FixedRate"),
    ("rate -0.1", {"FixedRate": -0.1}, "FixedRate"),
    ("reservoir -1", {"ReservoirSize": -1}, "ReservoirSize"),
    ("version 0", {"Version": 0}, "Version"),
    ("ResourceARN of 501 characters", {"ResourceARN": "r" * 501}, "ResourceARN"),
    ("ServiceName of 65 characters", {"ServiceName": "s" * 65}, "ServiceName"),
    ("ServiceType of 65 characters", {"ServiceType": "s" * 65}, "ServiceType"),
    ("Host of 65 characters", {"Host": "s" * 65}, "Host"),
    ("HTTPMethod of 11 characters", {"HTTPMethod": "s" * 11}, "HTTPMethod"),
    ("URLPath of 129 characters", {"URLPath": "s" * 129}, "URLPath"),
    ("six attributes", {"Attributes": {f"k{n}": "v" for n in range(6)}}, "Attributes"),
    ("attribute key of 33 characters", {"Attributes": {"k" * 33: "v"}}, "Attributes"),
    ("empty attribute key", {"Attributes": {"": "v"}}, "Attributes"),
    ("attribute value of 33 characters", {"Attributes": {"k": "v" * 33}}, "Attributes"),
    ("empty attribute value", {"Attributes": {"k": ""}}, "Attributes"),
    ("boost MaxRate 2", {"SamplingRateBoost": {"MaxRate": 2, "CooldownWindowMinutes": 1}}, "MaxRate"),
    ("boost cooldown -1", {"SamplingRateBoost": {"MaxRate": 1, "CooldownWindowMinutes": -1}}, "CooldownWindowMinutes"),
    ("boost without cooldown", {"SamplingRateBoost": {"MaxRate": 1}}, "CooldownWindowMinutes"),
    ("boost without MaxRate", {"SamplingRateBoost": {"CooldownWindowMinutes": 1}}, "MaxRate"),
]
WRONG_TAGS = [
    ("an aws: tag", tags(("aws:team", "a")), "aws:"),
    ("an AWS: tag", tags(("AWS:team", "a")), "aws:"),
    ("a tag key outside AWS's characters", tags(("k*", "a")), "key"),
    ("a tag value outside AWS's characters", tags(("k", "a*")), "value"),
]
BAD_TAGS = [
    ("an empty tag key", tags(("", "a")), "Key"),
    ("a tag key of 129 characters", tags(("k" * 129, "a")), "Key"),
    ("a tag value of 257 characters", tags(("k", "v" * 257)), "Value"),
    ("a tag without a value", [{"Key": "k"}], "Value"),
]
WRONG_UPDATES = [
    ("neither name nor ARN", {"FixedRate": 0.5}, "RuleName"),
    ("both name and ARN", {"RuleName": "one", "RuleARN": ARN + "one", "FixedRate": 0.5}, "RuleARN"),
    ("a missing rule", {"RuleName": "nope", "FixedRate": 0.5}, "does not exist"),
    ("a missing ARN", {"RuleARN": ARN + "nope", "FixedRate": 0.5}, "does not exist"),
    ("the name in other case", {"RuleName": "ONE", "FixedRate": 0.5}, "does not exist"),
    ("priority 0", {"RuleName": "one", "Priority": 0}, "Priority"),
    ("priority 10000", {"RuleName": "one", "Priority": 10000}, "Priority"),
    ("rate 5", {"RuleName": "one", "FixedRate": 5.0}, "FixedRate"),
    ("reservoir -1", {"RuleName": "one", "ReservoirSize": -1}, "ReservoirSize"),
]
BAD_UPDATES = [
    ("Host of 65 characters", {"RuleName": "one", "Host": "h" * 65}, "Host"),
    ("six attributes", {"RuleName": "one", "Attributes": {f"k{n}": "v" for n in range(6)}}, "Attributes"),
    ("boost without cooldown", {"RuleName": "one", "SamplingRateBoost": {"MaxRate": 1}}, "CooldownWindowMinutes"),
]
# What does not have the type the service model says; boto3 cannot write these, so they go out as they are.
BAD_BODIES = [
    ("body cut short", b'{"SamplingRule": {', ""),
    ("body is a list", b"[]", ""),
    ("SamplingRule is a string", {"SamplingRule": "x"}, ""),
    ("Priority is a string", {"SamplingRule": rule(Priority="100")}, ""),
    ("Priority is 1.5", {"SamplingRule": rule(Priority=1.5)}, ""),
    ("FixedRate is a string", {"SamplingRule": rule(FixedRate="0.5")}, ""),
    ("Host is a number", {"SamplingRule": rule(Host=5)}, ""),
    ("Attributes is a list", {"SamplingRule": rule(Attributes=["a"])}, ""),
    ("an attribute is a number", {"SamplingRule": rule(Attributes={"a": 1})}, ""),
    ("Tags is a map", {"SamplingRule": RULE, "Tags": {"a": "b"}}, ""),
]

def refused(kind, code, about, call, setup=()):
    return Case(kind, [Step(call[0], call[1], Refused(code, about))], setup=list(setup))


REFUSALS = [
    *[refused("refused rules", code, about, (f"create: {name}", create(**change)))
      for code, table in [(INVALID, WRONG_RULES), (BOUNDS, BAD_RULES)] for name, change, about in table],
    *[refused("refused tags", code, about, (f"create: {name}", create(bad)))
      for code, table in [(INVALID, WRONG_TAGS), (BOUNDS, BAD_TAGS)] for name, bad, about in table],
    *[refused("refused tags", code, about, (
        f"tag: {name}", Call("tag_resource", {"ResourceARN": ARN + "one", "Tags": bad})), setup=[create()])
      for code, table in [(INVALID, WRONG_TAGS), (BOUNDS, BAD_TAGS)] for name, bad, about in table],
    # The update's shape has no bounds for the numbers, so there it is X-Ray itself that refuses.
    *[refused("refused updates", code, about, (f"update: {name}", update(**change)), setup=[create()])
      for code, table in [(INVALID, WRONG_UPDATES), (BOUNDS, BAD_UPDATES)] for name, change, about in table],
    *[Case("refused bodies", [Step(f"create: {name}", raw("create_sampling_rule", body), Refused(SERIALIZATION, about))])
      for name, body, about in BAD_BODIES],
    Case("refused calls", [
        Step("create: no rule", Call("create_sampling_rule", {}), Refused(BOUNDS, "SamplingRule")),
        Step("create: Priority is null", raw("create_sampling_rule", {"SamplingRule": {**RULE, "Priority": None}}),
             Refused(BOUNDS, "Priority")),
        Step("create: no body", raw("create_sampling_rule", b""), Refused(BOUNDS, "SamplingRule")),
        Step("update: no update", Call("update_sampling_rule", {}), Refused(BOUNDS, "SamplingRuleUpdate")),
        Step("delete: neither name nor ARN", delete(), Refused(INVALID, "RuleName")),
        Step("delete: a missing ARN", delete(RuleARN=ARN + "nope"), Refused(INVALID, "does not exist")),
        Step("list tags: no ARN", Call("list_tags_for_resource", {}), Refused(BOUNDS, "ResourceARN")),
        Step("list tags: a missing rule", list_tags(ARN + "nope"), Refused("ResourceNotFoundException", "not found", 404)),
        Step("tag: a missing rule", tag("nope", ("a", "b")), Refused("ResourceNotFoundException", "not found", 404)),
        Step("tag: no tags", Call("tag_resource", {"ResourceARN": ARN + "nope"}), Refused(BOUNDS, "Tags")),
        Step("untag: a missing rule", untag("nope", "a"), Refused("ResourceNotFoundException", "not found", 404)),
        Step("untag: no keys", Call("untag_resource", {"ResourceARN": ARN + "nope"}), Refused(BOUNDS, "TagKeys")),
    ]),
    Case("refused deletions", [
        Step("delete: both name and ARN", delete(RuleName="one", RuleARN=ARN + "one"), Refused(INVALID, "RuleARN")),
    ], setup=[create()]),
    Case("too many tags", [
        Step("tag: the 51st", tag("one", ("k50", "v")), Refused("TooManyTagsException", "50")),
        Step("tag: one that is there, at the limit", tag("one", ("k49", "w")), Ok()),
    ], setup=[create(tags(*[(f"k{n}", "v") for n in range(50)]))]),
    Case("too many tags at once", [
        Step("create: 51 tags", create(tags(*[(f"k{n}", "v") for n in range(51)])), Refused(INVALID, "50")),
    ]),
]

CASES = [LIFE, DEFAULT_RULE, *MORE, *REFUSALS]


def world(client):
    """All that a change could have changed: every rule and its tags."""
    records = client.ask(READ).result
    if not isinstance(records, dict):
        return {"unreadable": records}
    rules = {record["SamplingRule"]["RuleName"]: record["SamplingRule"] for record in records["SamplingRuleRecords"]}
    tags = {}
    for name in rules:
        # A name that a server should have refused may make an ARN it cannot find again.
        told = client.ask(replace(list_tags(ARN + name), every_page=True)).result
        tags[name] = {tag["Key"]: tag.get("Value") for tag in told["Tags"]} if told else None
    return {"rules": rules, "tags": tags}
