"""Where the other servers' tagging API differs from the local AWS, who is right and where that stands.

"The model" is the service model that comes with botocore (resourcegroupstaggingapi, 2017-01-26).
"""

from differences import Differs, places

DIFFERENCES = [
    Differs(
        "AWS lists customer-managed policies (its page of supported services names IAM's, and of them"
        " excludes users and roles); the others list no resource of IAM",
        places(
            "result", "all that is tagged", "by a tag", "by a key", "by a key and no values", "by one of two values",
            "by two types", "by type and tag", "all pages of one",
        ),
    ),
    Differs(
        "Task definitions are of a region; ministack lists all of them in each",
        ministack=places("result", "in another region"),
    ),
    Differs(
        "'A minimum of 1 and a maximum value of 100' on a page, and a token for the rest (the model,"
        " GetResourcesInput.ResourcesPerPage); ministack has one page",
        ministack=[
            *places("result", "a page of one"),
            *places("answer", "a page of none", "a page of 101", "a token never given out"),
        ],
    ),
    Differs(
        "Where there is no more, clients of AWS see an empty token",
        moto=places("result PaginationToken", "by ARN"),
    ),
    Differs(
        "'You can't specify both this parameter and' the others (the model, GetResourcesInput.ResourceARNList)",
        moto=places("answer", "ARNs and tags", "ARNs and types", "ARNs and pages"),
    ),
    Differs(
        "At most 50 filters with 20 values each (the model, TagFilterList and TagValueList)",
        places("answer", "51 filters", "21 values"),
    ),
    Differs(
        "'Each TagFilter must contain a key' (the model, GetResourcesInput.TagFilters); ministack does"
        " without, moto breaks down",
        moto=places("code", "a filter without a key"),
        ministack=places("answer", "a filter without a key"),
    ),
    Differs(
        "A token that was never given out cannot have expired; the model has one error for either",
        moto=places("code", "a token never given out"),
    ),
    Differs(
        "AWS's words are not published: each server has its own",
        moto=places("message", "a page of none", "a page of 101"),
        ministack=places("message", "ARNs and tags", "ARNs and types", "ARNs and pages"),
    ),
]
