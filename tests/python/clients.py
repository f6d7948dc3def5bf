"""Two clients by others, boto3 and awscli, with one way to ask and one shape of answer.

Their answers become plain data in which everything that differs from run to run
is replaced: times, identifiers, tokens, the account number, the order of a list
that has none.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import json_decode_policies
from botocore.parsers import ResponseParserError

from servers import ACCOUNT, bare_environment


UNREADABLE = "boto3 cannot read the answer"
# A page for browsers, where an error was meant.
NO_ERROR_OF_AWS = "(not an error of AWS)"


@dataclass(frozen=True)
class Answer:
    status: int | None
    code: str | None
    message: str | None
    result: object

    @property
    def refused(self):
        return self.code is not None


@dataclass(frozen=True)
class Call:
    """One API call: `body` replaces the request's body as it goes out."""

    operation: str
    params: dict
    service: str = "xray"
    region: str = "us-east-1"
    body: bytes | None = None
    every_page: bool = False
    # IAM's documents as they travel, percent-encoded; boto3 makes trees of them else.
    as_sent: bool = False


class Boto3:
    name = "boto3"

    def __init__(self, url):
        self._url = url
        self._clients = {}

    def _client(self, service, region, as_sent=False):
        if (service, region, as_sent) not in self._clients:
            client = boto3.session.Session().client(
                service,
                endpoint_url=self._url,
                region_name=region,
                aws_access_key_id=ACCOUNT,
                aws_secret_access_key="not-a-secret",
                # What is wrong must reach the server, and its first answer counts.
                config=Config(
                    parameter_validation=False,
                    retries={"total_max_attempts": 1},
                    connect_timeout=5,
                    read_timeout=20,
                ),
            )
            if as_sent:
                client.meta.events.unregister("after-call.iam", json_decode_policies)
            self._clients[service, region, as_sent] = client
        return self._clients[service, region, as_sent]

    def ask(self, call):
        client = self._client(call.service, call.region, call.as_sent)
        events = f"before-call.{call.service}"

        def swap(params, **_):
            params["body"] = call.body

        if call.body is not None:
            client.meta.events.register_first(events, swap)
        try:
            if call.every_page:
                pages = list(client.get_paginator(call.operation).paginate(**call.params))
                result = merge(pages)
                status = pages[-1]["ResponseMetadata"]["HTTPStatusCode"]
            else:
                result = getattr(client, call.operation)(**call.params)
                status = result["ResponseMetadata"]["HTTPStatusCode"]
        except ClientError as error:
            told = error.response
            status = told["ResponseMetadata"]["HTTPStatusCode"]
            return refusal(status, told["Error"].get("Code"), told["Error"].get("Message"))
        except ResponseParserError:
            return refusal(None, NO_ERROR_OF_AWS, None)
        except (AttributeError, TypeError, ValueError) as error:
            # botocore trips over an answer that is not of the model's shape.
            return Answer(None, None, None, f"{UNREADABLE}: {error}")
        finally:
            if call.body is not None:
                client.meta.events.unregister(events, swap)
        result = {key: value for key, value in result.items() if key not in ENVELOPE}
        return Answer(status, None, None, normal(result, call.service))


class AwsCli:
    name = "awscli"
    _ERROR = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", re.S)

    def __init__(self, url):
        self._url = url
        self._worker = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__), "awscli_worker.py")],
            env=bare_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._worker.stdin.close()
        self._worker.wait()
        self._worker.stdout.close()

    def ask(self, call):
        assert call.body is None, "awscli sends what it makes of its arguments"
        assert not call.as_sent, "awscli decodes documents"
        command = ["--endpoint-url", self._url, "--region", call.region, "--output", "json"]
        command += [call.service, call.operation.replace("_", "-")]
        if call.params:
            command += ["--cli-input-json", json.dumps(call.params)]
        if not call.every_page:
            command += ["--no-paginate"]
        print(json.dumps(command), file=self._worker.stdin, flush=True)
        told = self._worker.stdout.readline()
        if not told:
            raise RuntimeError("awscli ended")
        done = json.loads(told)
        if done["code"] == 0:
            result = json.loads(done["stdout"] or "{}")
            result = {key: value for key, value in result.items() if key not in ENVELOPE}
            return Answer(None, None, None, normal(result, call.service))
        if "Unable to parse response" in done["stderr"]:
            return refusal(None, NO_ERROR_OF_AWS, None)
        match = self._ERROR.search(done["stderr"])
        if not match:
            raise RuntimeError(f"awscli: exit {done['code']}\n{done['stderr']}")
        return refusal(None, match[1], match[2].strip())


def refusal(status, code, message):
    return Answer(status, code or "(none)", normal(message or "", None), None)


def same_to_both(one, other):
    """Whether two clients saw the same; awscli does not tell the HTTP status."""
    return replace(one, status=None) == replace(other, status=None)


# What is about the answer and not of it.
ENVELOPE = {"ResponseMetadata"}
# What leads to the next page, and is used up by who has read all of them.
TOKENS = {"NextToken", "nextToken", "PaginationToken", "Marker"}
PAGING = {*TOKENS, "IsTruncated"}


def merge(pages):
    whole = {}
    for page in pages:
        for key, value in page.items():
            if isinstance(value, list):
                whole[key] = whole.get(key, []) + value
            elif key not in PAGING:
                whole[key] = value
    return whole


TIMES = {
    "CreatedAt", "ModifiedAt", "LastRuleModification", "ReservoirQuotaTTL", "BoostRateTTL", "Timestamp",
    "LastUpdatedTime", "CreateDate", "UpdateDate", "AttachmentDate", "LastUsedDate",
    "registeredAt", "deregisteredAt", "deleteRequestedAt",
}
# ECS documents an order for what it lists, and keeps that of most that it is given.
UNORDERED_IN_ECS = {"tags", "compatibilities", "requiresAttributes", "requiresCompatibilities"}
# IAM's unique identifiers: four letters for the kind, and seventeen letters and digits.
UNIQUE_IDS = {"RoleId": "AROA", "PolicyId": "ANPA", "InstanceProfileId": "AIPA"}


def normal(value, service, key=None):
    if key in TIMES:
        return "never" if moment(value) == 0 else "some time"
    if key in UNIQUE_IDS:
        known = re.fullmatch(UNIQUE_IDS[key] + "[A-Z0-9]{17}", value)
        return UNIQUE_IDS[key] + "…" if known else "(of another form)"
    if (key in TOKENS or key == "PolicyRevisionId") and value:
        return "…"
    if isinstance(value, dict):
        return {name: normal(inner, service, name) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        inner = [normal(item, service) for item in value]
        if key == "SamplingStatisticSummaries":
            # A rule has one for every ten seconds: how many depends on when the reports came in.
            inner = list({item.get("RuleName"): item for item in inner}.values())
        if service == "ecs" and key not in UNORDERED_IN_ECS:
            return inner
        # AWS documents no order for any other list these calls return.
        return sorted(inner, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        # The end of a group's ARN is made up when the group is made.
        value = re.sub(r"(:xray:.*:group/[^/]+)/\w+$", r"\1/…", value)
        return re.sub(r"\b\d{12}\b", "ACCOUNT", value)
    return value


def moment(value):
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    return value
