"""Two clients by others, boto3 and awscli, with one way to ask and one shape of answer.

Their answers become plain data in which everything that differs from run to run
is replaced: times, the account number, the order of a list that has none.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from servers import bare_environment


UNREADABLE = "boto3 cannot read the answer"


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


class Boto3:
    name = "boto3"

    def __init__(self, url):
        self._url = url
        self._clients = {}

    def _client(self, service, region):
        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.session.Session().client(
                service,
                endpoint_url=self._url,
                region_name=region,
                aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
                aws_secret_access_key="not-a-secret",
                # What is wrong must reach the server, and its first answer counts.
                config=Config(
                    parameter_validation=False,
                    retries={"total_max_attempts": 1},
                    connect_timeout=5,
                    read_timeout=20,
                ),
            )
        return self._clients[service, region]

    def ask(self, call):
        client = self._client(call.service, call.region)
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
        except (AttributeError, TypeError, ValueError) as error:
            # botocore trips over an answer that is not of the model's shape.
            return Answer(None, None, None, f"{UNREADABLE}: {error}")
        finally:
            if call.body is not None:
                client.meta.events.unregister(events, swap)
        result = {key: value for key, value in result.items() if key != "ResponseMetadata"}
        return Answer(status, None, None, normal(result))


class AwsCli:
    name = "awscli"
    _ERROR = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", re.S)

    def __init__(self, url):
        self._url = url

    def ask(self, call):
        assert call.body is None, "awscli sends what it makes of its arguments"
        command = [sys.executable, "-m", "awscli", "--endpoint-url", self._url]
        command += ["--region", call.region, "--output", "json"]
        command += [call.service, call.operation.replace("_", "-")]
        if call.params:
            command += ["--cli-input-json", json.dumps(call.params)]
        if not call.every_page and call.operation == "get_sampling_rules":
            command += ["--no-paginate"]
        done = subprocess.run(
            command,
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode == 0:
            return Answer(None, None, None, normal(json.loads(done.stdout or "{}")))
        match = self._ERROR.search(done.stderr)
        if not match:
            raise RuntimeError(f"awscli: exit {done.returncode}\n{done.stderr}")
        return refusal(None, match[1], match[2].strip())


def refusal(status, code, message):
    return Answer(status, code or "(none)", normal(message or ""), None)


def same_to_both(one, other):
    """Whether two clients saw the same; awscli does not tell the HTTP status."""
    return replace(one, status=None) == replace(other, status=None)


def merge(pages):
    whole = {}
    for page in pages:
        for key, value in page.items():
            if isinstance(value, list):
                whole[key] = whole.get(key, []) + value
            elif key != "NextToken":
                whole[key] = value
    return whole


TIMES = {"CreatedAt", "ModifiedAt", "LastRuleModification", "ReservoirQuotaTTL", "BoostRateTTL", "Timestamp"}


def normal(value, key=None):
    if key in TIMES:
        return "never" if moment(value) == 0 else "some time"
    if isinstance(value, dict):
        return {name: normal(inner, name) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        # AWS documents no order for any list these calls return.
        return sorted((normal(inner) for inner in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        return re.sub(r"\b\d{12}\b", "ACCOUNT", value)
    return value


def moment(value):
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    return value
