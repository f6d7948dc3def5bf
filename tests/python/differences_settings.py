"""Where fakecloud's X-Ray settings differ from the local AWS, who is right and where that stands.

"The model" is the service model that comes with botocore (xray, 2016-04-12).
"""

from differences import Differs, places

DIFFERENCES = [
    Differs(
        "AWS goes on with the change after its answer, and says so: the status is UPDATING or PENDING (X-Ray"
        " developer guide, put-encryption-config, example; users' output of update-trace-segment-destination);"
        " fakecloud's is done at once",
        fakecloud=places(
            "result EncryptionConfig.Status", "encrypt: a key by its ARN", "encrypt: a key by its id",
            "encrypt: an alias", "encrypt: X-Ray's own",
        ) + places("result Status", "send: to the logs", "send: back", "send: with a key"),
    ),
    Differs(
        "AWS answers with the ARN of the key, whatever it was given (X-Ray developer guide, example);"
        " fakecloud with what it was given",
        fakecloud=places("result EncryptionConfig.KeyId", "encrypt: a key by its id", "encrypt: an alias")
        + places("state encryption.KeyId", "encrypt: a key by its id", "encrypt: an alias"),
    ),
    Differs(
        "AWS refuses the present value: 'The destination is already set to …', as users quote it; fakecloud"
        " takes it",
        fakecloud=places("answer", "send: to the logs again", "send: to where it goes"),
    ),
    Differs(
        "AWS asks for a log resource policy that lets X-Ray write (CloudWatch user guide, Enable Transaction"
        " Search; users quote the refusal); fakecloud does not",
        fakecloud=places("answer", "send: without a policy", "send: with another's policy"),
    ),
    Differs(
        "AWS refuses, fakecloud does not check it: what the model says of"
        " CloudWatchLogsConfiguration, and, as an assumption, what means nothing",
        fakecloud=places(
            "answer", "send: a key to X-Ray", "encrypt: no key", "index: more than all", "index: less than nothing",
        ),
    ),
    Differs(
        "What the model does not enumerate is AWS's common ValidationException, before the service sees it;"
        " fakecloud has the service's error",
        fakecloud=places("code", "send: to nowhere", "encrypt: with what"),
    ),
    Differs(
        "When a rule that nobody changed was changed is not documented; the local AWS has 0, as X-Ray's"
        " Default rule has; fakecloud gives the time it was started",
        fakecloud=places("result IndexingRules.ModifiedAt", "indexing: as it ships"),
    ),
    Differs(
        "AWS's words are not published: each server has its own",
        fakecloud=places("message", "index: another rule", "send: nothing"),
    ),
]
