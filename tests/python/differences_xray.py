"""Where fakecloud's X-Ray differs from the local AWS, who is right and where that stands.

"The model" is the service model that comes with botocore (xray, 2016-04-12).
"""

from differences import Differs, names, places
from sequence_xray import BAD_RULES, BAD_TAGS, BAD_UPDATES, WRONG_RULES, WRONG_TAGS, WRONG_UPDATES

DIFFERENCES = [
    Differs(
        "AWS refuses, fakecloud checks no values: the model's min and max of each shape",
        fakecloud=[
            *names("create", BAD_RULES, "answer", but="without "),
            *names("create", BAD_TAGS, "answer"),
            *names("tag", BAD_TAGS, "answer"),
            *names("update", BAD_UPDATES, "answer"),
            *places("answer", "report: 26 documents", "report: short ClientID", "report: negative count"),
        ],
    ),
    Differs(
        "AWS refuses, we take it: the model bounds these in SamplingRule, and in SamplingRuleUpdate it"
        " leaves that to the service; fakecloud checks no values",
        fakecloud=[
            *[f"update: {name} [answer]" for name in ("priority 0", "priority 10000", "rate 5", "reservoir -1")],
            "update Default: FixedRate 2 [answer]",
        ],
    ),
    Differs(
        "AWS refuses, fakecloud makes a name or takes both: 'Specify a rule by either name or ARN, but"
        " not both' (the model, SamplingRule and SamplingRuleUpdate, and DeleteSamplingRuleRequest)",
        fakecloud=[
            *names("create", WRONG_RULES[:2], "answer"),
            *places("answer", "update: both name and ARN", "delete: both name and ARN"),
        ],
    ),
    Differs(
        "AWS refuses, we take it: 1 is the only 'version of the sampling rule format' (the model's"
        " documentation of SamplingRule.Version); fakecloud checks no values",
        fakecloud=[
            *names("create", WRONG_RULES[2:], "answer"),
        ],
    ),
    Differs(
        "AWS refuses, fakecloud does not: the aws: prefix is reserved and the characters of tags are"
        " listed (the model's documentation of TagResourceRequest)",
        fakecloud=[
            *names("create", WRONG_TAGS, "answer"),
            *names("tag", WRONG_TAGS, "answer"),
        ],
    ),
    Differs(
        "AWS refuses, fakecloud does not: 'Maximum number of user-applied tags per resource: 50' (the"
        " model's documentation of CreateSamplingRuleRequest)",
        fakecloud=places("answer", "create: 51 tags"),
    ),
    Differs(
        "AWS refuses, fakecloud changes it: 'Invalid update request for default sampling rule' is what"
        " users of AWS quote (a bug report to terraform-provider-aws)",
        fakecloud=[
            *places("answer", "update Default: Priority", "update Default: Host", "update Default: Attributes"),
        ],
    ),
    Differs(
        "AWS refuses, fakecloud has no quota: 25 custom rules for each region (X-Ray endpoints and"
        " quotas, AWS General Reference)",
        fakecloud=places("answer", "the 26th rule"),
    ),
    Differs(
        "AWS refuses, fakecloud converts or keeps it: the model's types; SerializationException is what"
        " AWS's JSON protocols answer",
        fakecloud=[
            *[f"create: {name} [answer]" for name in (
                "Priority is a string", "Priority is 1.5", "FixedRate is a string", "Host is a number",
                "Attributes is a list", "an attribute is a number", "Tags is a map",
            )],
        ],
    ),
    Differs(
        "What cannot be read as the operation's input is a SerializationException in AWS's JSON"
        " protocols, before the service sees it; fakecloud has the service's error",
        fakecloud=[
            *places("code", "create: body cut short", "create: body is a list", "create: SamplingRule is a string"),
        ],
    ),
    Differs(
        "A missing required member is AWS's common ValidationException (AWS APIs, common errors: 'The"
        " input fails to satisfy the constraints'), before the service sees it; fakecloud has the"
        " service's error",
        fakecloud=[
            *[f"create: {name} [code]" for name, *_ in BAD_RULES if name.startswith("without ")],
            *places(
                "code", "report: no documents member", "create: no rule", "create: Priority is null",
                "create: no body", "update: no update", "list tags: no ARN", "tag: no tags", "untag: no keys",
            ),
        ],
    ),
    Differs(
        "The words are those that clients of AWS look for (terraform-provider-aws, sampling_rule.go:"
        " 'Sampling rule does not exist'; alchemy: 'Sampling rule already exists'); fakecloud has its own",
        fakecloud=[
            *places(
                "message", "create again", "create Default", "a duplicate at the quota", "delete again",
                "delete: a missing ARN", "update: a missing rule", "update: a missing ARN",
                "update: the name in other case",
            ),
        ],
    ),
    Differs(
        "AWS's words are not published: each server has its own",
        fakecloud=[
            *places(
                "message", "delete Default", "delete Default by ARN", "read with a bad token",
                "update: neither name nor ARN", "delete: neither name nor ARN", "list tags of a deleted rule",
                "list tags: a missing rule", "tag: a missing rule", "untag: a missing rule", "tag: the 51st",
            ),
        ],
    ),
    Differs(
        "A refused TagResource leaves no tags behind, fakecloud's adds them first: AWS's error says"
        " that the request failed (the model, TooManyTagsException)",
        fakecloud=places("state", "tag: the 51st"),
    ),
    Differs(
        "AWS's Default rule has CreatedAt 0 (AWS CLI reference, get-sampling-rules, example); fakecloud"
        " gives the time it was started",
        fakecloud=[
            *places("result", "nothing but Default", "read", "update Default", "read the other region", "read all pages"),
        ],
    ),
    Differs(
        "AWS pages (the model, GetSamplingRulesRequest.NextToken) and does not say how much is on a"
        " page; the local AWS uses 25, so that clients meet it; fakecloud never pages",
        fakecloud=[
            *places("result", "read the first page"),
        ],
    ),
    Differs(
        "Who is asking is made up by both; AWS names the user whose key it is (STS reference,"
        " GetCallerIdentity)",
        fakecloud=places("result", "who is asking"),
    ),
    Differs(
        "How AWS shares a reservoir is not published; the local AWS shares all of it, fakecloud gives 1."
        " UnprocessedBoostStatistics is in the model and not in fakecloud",
        fakecloud=[
            *places("result", "report", "report on Default", "report nothing", "report a boost"),
        ],
    ),
    Differs(
        "AWS does not process an unknown rule and says so: ErrorCode 400, 'Unknown rule' (X-Ray"
        " developer guide, sampling targets, example); fakecloud gives it a target",
        fakecloud=[
            *places("result", "report on an unknown rule"),
        ],
    ),
    Differs(
        "AWS tells what samplers have reported (the model, GetSamplingStatisticSummaries); fakecloud"
        " keeps no statistics",
        fakecloud=places("result", "summaries"),
    ),
]
