"""What X-Ray has one of in each region: encryption, the indexing rule, the destination of spans.

What is expected comes from AWS's service model (xray, 2016-04-12), its documentation,
and texts that users of AWS quote; what of it is an assumption, the local AWS says.
"""

import json

from clients import Call
from steps import Case, Ok, Refused, Step

INVALID, BOUNDS = "InvalidRequestException", "ValidationException"
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:us-east-1:123456789012:key/{ID}"
KEY_TOLD = KEY.replace("123456789012", "ACCOUNT")
LOGS = {"Destination": "CloudWatchLogs"}


def encrypt(**params):
    return Call("put_encryption_config", params)


def index(percentage, name="Default"):
    rule = {"Probabilistic": {"DesiredSamplingPercentage": percentage}}
    return Call("update_indexing_rule", {"Name": name, "Rule": rule})


def send(**params):
    return Call("update_trace_segment_destination", params)


def policy(service="xray.amazonaws.com"):
    arn = "arn:aws:logs:us-east-1:123456789012:log-group"
    document = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "logs:PutLogEvents",
        "Resource": [f"{arn}:aws/spans:*", f"{arn}:/aws/application-signals/data:*"],
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:xray:us-east-1:123456789012:*"},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }]}
    params = {"policyName": "spans", "policyDocument": json.dumps(document)}
    return Call("put_resource_policy", params, service="logs")


READ_ENCRYPTION = Call("get_encryption_config", {})
READ_INDEXING = Call("get_indexing_rules", {})
READ_DESTINATION = Call("get_trace_segment_destination", {})


def config(ty, status, **more):
    return Ok({"EncryptionConfig": {"Type": ty, "Status": status, **more}})


def rule(percentage):
    return {"Name": "Default", "Rule": {"Probabilistic": {"DesiredSamplingPercentage": percentage}}}


CASES = [
    Case("encryption", [
        Step("encryption: as it ships", READ_ENCRYPTION, config("NONE", "ACTIVE", KeyId=None)),
        Step("encrypt: a key by its ARN", encrypt(Type="KMS", KeyId=KEY), config("KMS", "UPDATING", KeyId=KEY_TOLD)),
        Step("encryption: a key", READ_ENCRYPTION, config("KMS", "ACTIVE", KeyId=KEY_TOLD)),
        Step("encrypt: a key by its id", encrypt(Type="KMS", KeyId=ID), config("KMS", "UPDATING", KeyId=KEY_TOLD)),
        Step("encrypt: an alias", encrypt(Type="KMS", KeyId="alias/traces"), config("KMS", "UPDATING", KeyId="…")),
        Step("encrypt: X-Ray's own", encrypt(Type="NONE"), config("NONE", "UPDATING", KeyId=None)),
    ], both_clients=True),
    Case("indexing", [
        Step("indexing: as it ships", READ_INDEXING, Ok({"IndexingRules": [rule(1)]})),
        Step("index: 12.5 %", index(12.5), Ok({"IndexingRule": rule(12.5)})),
        Step("indexing: 12.5 %", READ_INDEXING, Ok({"IndexingRules": [rule(12.5)]})),
        Step("index: all", index(100.0), Ok({"IndexingRule": rule(100)})),
        Step("index: nothing", index(0.0), Ok({"IndexingRule": rule(0)})),
    ], both_clients=True),
    Case("destination", [
        Step("destination: as it ships", READ_DESTINATION, Ok({"Destination": "XRay", "Status": "ACTIVE"})),
        Step("send: to the logs", send(**LOGS), Ok({**LOGS, "Status": "PENDING"})),
        Step("destination: the logs", READ_DESTINATION, Ok({**LOGS, "Status": "ACTIVE"})),
        Step("send: to the logs again", send(**LOGS), Refused(INVALID, "already set to CloudWatchLogs")),
        Step("send: back", send(Destination="XRay"), Ok({"Destination": "XRay", "Status": "PENDING"})),
    ], setup=[policy()], both_clients=True),
    Case("a key for the log group", [
        Step("send: with a key", send(**LOGS, CloudWatchLogsConfiguration={"SpansLogGroupKmsKeyId": KEY}),
             Ok({**LOGS, "Status": "PENDING"})),
    ], setup=[policy()]),
    Case("refused destinations", [
        Step("send: without a policy", send(**LOGS), Refused("AccessDeniedException", "PutLogEvents", 403)),
    ]),
    Case("refused destinations", [
        Step("send: with another's policy", send(**LOGS), Refused("AccessDeniedException", "PutLogEvents", 403)),
    ], setup=[policy("route53.amazonaws.com")]),
    Case("refused settings", [
        Step("send: to where it goes", send(Destination="XRay"), Refused(INVALID, "already set to XRay")),
        Step("send: to nowhere", send(Destination="Nowhere"), Refused(BOUNDS, "destination")),
        Step("send: nothing", send(), Refused(INVALID, "Destination")),
        Step("send: a key to X-Ray", send(Destination="XRay", CloudWatchLogsConfiguration={"SpansLogGroupKmsKeyId": KEY}),
             Refused(INVALID, "CloudWatchLogs")),
        Step("encrypt: no key", encrypt(Type="KMS"), Refused(INVALID, "KeyId")),
        Step("encrypt: with what", encrypt(Type="AES"), Refused(BOUNDS, "type")),
        Step("index: another rule", index(5.0, "Errors"), Refused("ResourceNotFoundException", "Errors", 404)),
        Step("index: more than all", index(100.5), Refused(INVALID, "100")),
        Step("index: less than nothing", index(-1.0), Refused(INVALID, "0")),
    ]),
]


def world(client):
    """All that a change could have changed. Whether one is under way is not part of it."""
    encryption, indexing, destination = (
        client.ask(call).result for call in (READ_ENCRYPTION, READ_INDEXING, READ_DESTINATION)
    )
    if not all(isinstance(one, dict) for one in (encryption, indexing, destination)):
        return {"unreadable": [encryption, indexing, destination]}
    return {
        "encryption": {key: encryption["EncryptionConfig"].get(key) for key in ("Type", "KeyId")},
        "indexing": [one["Rule"] for one in indexing["IndexingRules"]],
        "destination": destination["Destination"],
    }
