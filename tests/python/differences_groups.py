"""Where fakecloud's groups and resource policies differ from the local AWS, who is right and where that stands.

"The model" is the service model that comes with botocore (xray, 2016-04-12).
"""

from differences import Differs, names, places
from sequence_groups import BAD_GROUPS, BAD_NAMES, BAD_TEXTS, WRONG_GROUP_BODIES, WRONG_GROUPS
from sequence_xray import BAD_TAGS, WRONG_TAGS

DIFFERENCES = [
    Differs(
        "AWS has a group Default in every region (recordings of two accounts), fakecloud does not",
        fakecloud=[
            "* [state groups.Default]",
            *places("result Groups", "groups: nothing but Default", "groups: read", "groups: all pages"),
            *places("message", "group: delete Default"),
            *places("answer", "group: create Default", "group: insights for Default"),
        ],
    ),
    Differs(
        "AWS refuses, fakecloud checks no values of tags: the model's TagResourceRequest and Tag",
        fakecloud=[
            *names("group tag", WRONG_TAGS, "answer"),
            *names("group tag", BAD_TAGS, "answer"),
        ],
    ),
    Differs(
        "AWS refuses, fakecloud checks no types and no characters: the model's shapes and the documentation's"
        " 'alphanumeric characters and dashes'; and notifications need insights (the model,"
        " InsightsConfiguration)",
        fakecloud=[
            *names("group", WRONG_GROUPS, "answer"),
            *names("group", WRONG_GROUP_BODIES, "answer"),
        ],
    ),
    Differs(
        "AWS's front end refuses what breaks the model's bounds before X-Ray sees it, with another code",
        fakecloud=[
            *names("group", BAD_GROUPS, "code"),
            *names("policy", BAD_NAMES[:2], "code"),
        ],
    ),
    Differs(
        "AWS refuses, fakecloud takes any text for a policy of any size, and any name: the model's"
        " MalformedPolicyDocumentException, PolicySizeLimitExceededException, LockoutPreventionException"
        " and the pattern of PolicyName",
        fakecloud=[
            *names("policy", BAD_NAMES[2:], "answer"),
            *names("policy", BAD_TEXTS, "answer"),
            *places("answer", "policy: 6 KB", "policy: locks the account out"),
        ],
    ),
    Differs(
        "Both have a group without a filter; recordings of AWS have no FilterExpression then, fakecloud an empty one",
        fakecloud=[
            *places("result Group.FilterExpression", "group: without a filter"),
            *places("state groups.bare.FilterExpression", "group: without a filter"),
        ],
    ),
    Differs(
        "AWS's words are not documented but for 'Group not found', which clients look for (terraform-provider-aws,"
        " xray/group.go)",
        fakecloud=[
            *places("message", "group: create again", "group: delete again", "group: get what is gone"),
            *places("message", "group: update what is gone", "group: get by an ARN that is none"),
            *places("message", "group: get neither", "groups: a bad token"),
        ],
    ),
    Differs(
        "Neither is documented of groups: with a name and an ARN we refuse, as of rules, and fakecloud takes one",
        fakecloud=places("answer", "group: get both"),
    ),
    Differs(
        "AWS refuses, fakecloud has no quotas: 25 groups (documentation, X-Ray quotas), 5 policies (the model,"
        " PutResourcePolicy)",
        fakecloud=places("answer", "group: the 26th", "policy: the sixth"),
    ),
    Differs(
        "AWS refuses a revision that is not the latest, fakecloud looks at none: the model's PolicyRevisionId; and"
        " what it says of a policy that is not there is not documented",
        fakecloud=[
            *places("answer", "policy: put as if it were new", "policy: put at another revision"),
            *places("answer", "policy: delete at another revision", "policy: delete again"),
        ],
    ),
]
