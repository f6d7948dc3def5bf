"""ECS task definitions: the calls that every server gets, and what AWS says to each.

What is expected comes from AWS's service model (ecs, 2014-11-13), from recordings of
what the API answered (what it fills in, what it keeps and in which order), and from
error messages that users of AWS quote. Of a refusal's message a part is expected:
AWS's words where someone has quoted them, else what it has to be about.
"""

from clients import Call
from iam import role
from steps import Case, Ok, Refused, Step

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/"
TOLD = ARN.replace("123456789012", "ACCOUNT")
# ECS's own errors (service model): what is wrong in substance, and a parameter that is.
CLIENT = "ClientException"
PARAMETER = "InvalidParameterException"

APP = {"name": "app", "image": "nginx:1.27", "memory": 128}
WEB = {"family": "web", "containerDefinitions": [APP]}
FARGATE = {
    "family": "web",
    "requiresCompatibilities": ["FARGATE"],
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [{"name": "app", "image": "nginx:1.27"}],
}

# What AWS adds to a container that leaves it out, and what it does not (recordings: 14
# inputs beside what came back, 96 containers in all).
FILLED = {
    "cpu": 0, "essential": True, "environment": [], "mountPoints": [], "portMappings": [],
    "volumesFrom": [], "systemControls": [],
}
NOT_FILLED = dict.fromkeys([
    "command", "entryPoint", "links", "dnsServers", "dockerLabels", "ulimits", "secrets", "healthCheck",
    "linuxParameters", "environmentFiles", "dependsOn", "logConfiguration", "versionConsistency",
])

# The environment comes back in the order in which a Java HashMap has its keys: by the hash of
# the name, here in 16 buckets (recordings: 60 of 67 lists; the others were edited by hand).
HASHED = [
    "OTEL_SERVICE_NAME", "PORT", "AWS_DEFAULT_REGION", "OTEL_EXPORTER_OTLP_HEADERS", "BACKEND_URL",
    "ROLLBAR_ACCESS_TOKEN", "LOG_LEVEL", "AWS_COGNITO_USER_POOL_ID", "FRONTEND_URL",
]

SECRETS = [
    {"name": name, "valueFrom": f"arn:aws:ssm:us-east-1:123456789012:parameter/cruddur/{name}"}
    for name in ("SENTRY_DSN", "CONNECTION_URL", "AWS_SECRET_ACCESS_KEY")
]
# What real definitions have in them, more at once than any one of them.
FULL = {
    "family": "backend",
    "taskRoleArn": "arn:aws:iam::123456789012:role/task",
    "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
    "networkMode": "awsvpc",
    "cpu": "1024",
    "memory": "4096",
    "requiresCompatibilities": ["FARGATE"],
    "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
    "ephemeralStorage": {"sizeInGiB": 40},
    "pidMode": "task",
    "volumes": [
        {"name": "scratch"},
        {"name": "data", "efsVolumeConfiguration": {
            "fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
        }},
    ],
    "containerDefinitions": [
        {
            "name": "xray",
            "image": "public.ecr.aws/xray/aws-xray-daemon:3.6.6",
            "essential": False,
            "cpu": 32,
            "memoryReservation": 256,
            "command": ["-o"],
            "user": "1337",
            "portMappings": [{"name": "xray", "containerPort": 2000, "protocol": "udp"}],
        },
        {
            "name": "backend-flask",
            "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/backend-flask:1",
            "cpu": 256,
            "memory": 512,
            "essential": True,
            "entryPoint": ["ddtrace-run"],
            "command": ["python3", "-m", "flask", "run"],
            "workingDirectory": "/app",
            "readonlyRootFilesystem": True,
            "interactive": True,
            "stopTimeout": 60,
            "startTimeout": 90,
            "environment": [{"name": name, "value": name.lower()} for name in sorted(HASHED)],
            "secrets": SECRETS,
            "dependsOn": [{"containerName": "xray", "condition": "START"}],
            "healthCheck": {"command": ["CMD-SHELL", "python3 /app/bin/health-check || exit 1"]},
            "portMappings": [
                {"name": "http", "containerPort": 4567, "protocol": "tcp", "appProtocol": "http"},
                {"containerPort": 9464, "hostPort": 9464, "protocol": "tcp"},
            ],
            "mountPoints": [
                {"sourceVolume": "scratch", "containerPath": "/tmp"},
                {"sourceVolume": "data", "containerPath": "/data", "readOnly": True},
            ],
            "ulimits": [{"name": "nofile", "softLimit": 4096, "hardLimit": 8192}],
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "dockerLabels": {"service": "backend", "team": "caf\u00e9"},
            "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": "cruddur", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "backend",
            }},
        },
        # Whoever registers from the console or the CDK sends empty lists; they are kept.
        {
            "name": "router",
            "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
            "essential": False,
            "memory": 64,
            "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}},
            "command": [], "entryPoint": [], "links": [], "dnsServers": [], "ulimits": [], "secrets": [],
            "dockerLabels": {},
        },
    ],
}
XRAY, FLASK, ROUTER = FULL["containerDefinitions"]
FULL_READ = {
    **FULL,
    "taskRoleArn": "arn:aws:iam::ACCOUNT:role/task",
    "executionRoleArn": "arn:aws:iam::ACCOUNT:role/execution",
    "placementConstraints": [],
    # A volume of nothing but a name is a bind mount; an EFS volume gets no host.
    "volumes": [{"name": "scratch", "host": {}}, {"name": "data", "host": None}],
    "containerDefinitions": [
        {
            **{**FILLED, **XRAY}, "memory": None,
            # In awsvpc the host's port is the container's.
            "portMappings": [{"name": "xray", "containerPort": 2000, "hostPort": 2000, "protocol": "udp"}],
        },
        {
            **FLASK,
            "image": FLASK["image"].replace("123456789012", "ACCOUNT"),
            "environment": [{"name": name, "value": name.lower()} for name in HASHED],
            # Nobody sorts the secrets.
            "secrets": [{**one, "valueFrom": one["valueFrom"].replace("123456789012", "ACCOUNT")} for one in SECRETS],
            "healthCheck": {**FLASK["healthCheck"], "interval": 30, "timeout": 5, "retries": 3, "startPeriod": None},
            "portMappings": [
                {"name": "http", "containerPort": 4567, "hostPort": 4567, "protocol": "tcp", "appProtocol": "http"},
                {"containerPort": 9464, "hostPort": 9464, "protocol": "tcp", "name": None},
            ],
            "mountPoints": [
                {"sourceVolume": "scratch", "containerPath": "/tmp", "readOnly": None},
                {"sourceVolume": "data", "containerPath": "/data", "readOnly": True},
            ],
        },
        {**FILLED, **ROUTER},
    ],
}


def register(base=WEB, **changes):
    members = {key: value for key, value in {**base, **changes}.items() if value is not None}
    return call("register_task_definition", **members)


def with_app(base=WEB, **changes):
    """The definition with a change in its only container."""
    app = {key: value for key, value in {**base["containerDefinitions"][0], **changes}.items() if value is not None}
    return register(base, containerDefinitions=[app])


def call(operation, every_page=False, **params):
    return Call(operation, params, service="ecs", every_page=every_page)


def describe(which, *include):
    more = {"include": list(include)} if include else {}
    return call("describe_task_definition", taskDefinition=which, **more)


def deregister(which):
    return call("deregister_task_definition", taskDefinition=which)


def delete(*which):
    return call("delete_task_definitions", taskDefinitions=list(which))


def listed(**params):
    return call("list_task_definitions", every_page=True, **params)


def tags(**pairs):
    return [{"key": key, "value": value} for key, value in pairs.items()]


def arns(*which):
    return Ok({"taskDefinitionArns": [TOLD + name for name in which]})


def world(client):
    """All that a change could have changed: revisions with their status and their tags."""
    seen = {}
    for status in ["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"]:
        answer = client.ask(listed(status=status))
        for arn in (answer.result or {}).get("taskDefinitionArns", []):
            asked = client.ask(call("list_tags_for_resource", resourceArn=arn.replace("ACCOUNT", "123456789012")))
            told = (asked.result or {}).get("tags", [])
            seen[arn.rpartition("/")[2]] = {"status": status, "tags": {tag["key"]: tag["value"] for tag in told}}
    return seen


def revision(number, **members):
    told = {"taskDefinitionArn": f"{TOLD}web:{number}", "family": "web", "revision": number, "status": "ACTIVE"}
    return {"taskDefinition": {**told, **members}}


UNKNOWN = Refused(CLIENT, "Unable to describe task definition.")

LIFE = Case("a family's life", [
    Step("nothing is listed", listed(), arns()),
    Step("register", register(), Ok(
        revision(
            1, containerDefinitions=[{**NOT_FILLED, **FILLED, **APP}], volumes=[], placementConstraints=[],
            registeredAt="some time", registeredBy="…", runtimePlatform=None, cpu=None, memory=None,
            requiresCompatibilities=None, taskRoleArn=None,
        ),
        {"web:1": {"status": "ACTIVE", "tags": {}}},
    )),
    Step("describe", describe("web"), Ok({**revision(1, containerDefinitions=[{**NOT_FILLED, **FILLED, **APP}]), "tags": None})),
    Step("register with tags", register(tags=tags(team="a", empty="")), Ok(
        {**revision(2), "tags": tags(empty="", team="a")}, {"web:2": {"status": "ACTIVE", "tags": {"team": "a", "empty": ""}}},
    )),
    Step("describe the family", describe("web"), Ok({**revision(2), "tags": None})),
    Step("describe with tags", describe("web", "TAGS"), Ok({**revision(2), "tags": tags(empty="", team="a")})),
    Step("describe a revision", describe("web:1"), Ok(revision(1))),
    Step("describe an ARN", describe(ARN + "web:1"), Ok(revision(1))),
    Step("list", listed(), arns("web:1", "web:2")),
    Step("list the newest first", listed(familyPrefix="web", sort="DESC"), arns("web:2", "web:1")),
    Step("tag", call("tag_resource", resourceArn=ARN + "web:2", tags=tags(team="b", stage="test")), Ok(
        {}, {"web:1": {"tags": {}}, "web:2": {"tags": {"team": "b", "empty": "", "stage": "test"}}},
    )),
    Step("untag", call("untag_resource", resourceArn=ARN + "web:2", tagKeys=["team", "never there"]), Ok(
        {}, {"web:2": {"tags": {"empty": "", "stage": "test"}}},
    )),
    Step("list tags", call("list_tags_for_resource", resourceArn=ARN + "web:2"), Ok({"tags": tags(empty="", stage="test")})),
    Step("deregister the newest", deregister("web:2"), Ok(
        revision(2, status="INACTIVE", deregisteredAt="some time"), {"web:2": {"status": "INACTIVE"}},
    )),
    Step("describe the family's newest that is active", describe("web"), Ok(revision(1))),
    Step("describe an inactive revision", describe("web:2"), Ok(revision(2, status="INACTIVE"))),
    # "The revision is a version number": it is never given out twice.
    Step("register a third time", register(), Ok(revision(3))),
    Step("list the active", listed(status="ACTIVE"), arns("web:1", "web:3")),
    Step("list the inactive", listed(status="INACTIVE"), arns("web:2")),
    Step("delete", delete("web:2"), Ok(
        {"taskDefinitions": [{"revision": 2, "status": "DELETE_IN_PROGRESS"}], "failures": []},
    )),
    Step("deregister the first", deregister("web:1"), Ok(revision(1, status="INACTIVE"))),
    Step("deregister the third", deregister(ARN + "web:3"), Ok(revision(3, status="INACTIVE"))),
    Step("describe a family of inactive revisions", describe("web"), UNKNOWN),
    Step("list the families", call("list_task_definition_families", every_page=True), Ok({"families": ["web"]})),
    Step("list the active families", call("list_task_definition_families", status="ACTIVE"), Ok({"families": []})),
    Step("register after all", register(), Ok(revision(4))),
], both_clients=True)

ROLES = [role("task"), role("execution")]

MORE = [
    Case("Fargate", [
        Step("Fargate: register", register(FARGATE), Ok(revision(
            1, cpu="256", memory="512", networkMode="awsvpc", requiresCompatibilities=["FARGATE"],
            containerDefinitions=[{**NOT_FILLED, **FILLED, "name": "app", "memory": None}],
        ))),
        Step("Fargate: the documented largest", register(FARGATE, cpu="16384", memory="122880"), Ok(revision(2))),
        Step("Fargate: 32 virtual processors", register(FARGATE, cpu="32768", memory="249856"), Ok(revision(3))),
    ]),
    Case("everything at once", [
        Step("full: register", register(FULL), Ok({"taskDefinition": FULL_READ})),
        Step("full: describe", describe("backend"), Ok({"taskDefinition": FULL_READ})),
    ], setup=ROLES),
    Case("families that begin alike", [
        Step("alike: list by family", listed(familyPrefix="web"), arns("web:1")),
        Step("alike: describe", describe("web"), Ok(revision(1))),
        Step("alike: families by prefix", call("list_task_definition_families", familyPrefix="web", every_page=True),
             Ok({"families": ["web", "web-worker"]})),
    ], setup=[register(family="web-worker"), register(), register(family="other")]),
    Case("pages", [
        Step("pages: the first", call("list_task_definitions", maxResults=2),
             Ok({"taskDefinitionArns": [TOLD + "web:1", TOLD + "web:2"], "nextToken": "…"})),
        Step("pages: all", listed(PaginationConfig={"PageSize": 2}), arns("web:1", "web:2", "web:3")),
        Step("pages: a bad token", call("list_task_definitions", nextToken="bad"), Refused(PARAMETER, "token")),
    ], setup=[register()] * 3),
    Case("deletions", [
        # "You must deregister a task definition revision before you delete it."
        Step("delete an active revision", delete("web:1"), Ok({"taskDefinitions": [], "failures": [{"arn": "…"}]})),
        Step("delete a bare family", delete("web"), Refused(CLIENT, "revision")),
        Step("delete eleven", delete(*[f"web:{n}" for n in range(1, 12)]), Refused(PARAMETER, "10")),
    ], setup=[register()]),
]

BRIDGE_PORT = [{"containerPort": 80, "hostPort": 8080}]
# What a definition is refused for: (name, the code, what the message is about, the call).
REFUSALS = [
    # Words that users of AWS quote; where each was found is in the recordings' errors.
    ("impossible Fargate pair", CLIENT, "No Fargate configuration exists for given values", register(FARGATE, cpu="1024", memory="1024")),
    ("Fargate without cpu", CLIENT, "Fargate requires that 'cpu' be defined at the task level.", register(FARGATE, cpu=None)),
    ("Fargate without awsvpc", CLIENT, "Fargate only supports network mode", register(FARGATE, networkMode="bridge")),
    ("awsvpc with another hostPort", CLIENT,
     "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
     with_app(FARGATE, portMappings=BRIDGE_PORT)),
    ("containerPort 70000", CLIENT, "Invalid 'containerPort' setting for container", with_app(portMappings=[{"containerPort": 70000}])),
    ("no memory at all", CLIENT, "At least one of 'memory' or 'memoryReservation' must be specified.", with_app(memory=None)),
    ("awslogs without a group", CLIENT, "Log driver awslogs requires options: awslogs-",
     with_app(logConfiguration={"logDriver": "awslogs", "options": {}})),
    ("more cpu than the task has", CLIENT, "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
     with_app(FARGATE, cpu=512)),
    ("waits for an essential container to end", CLIENT,
     "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
     register(containerDefinitions=[APP, {**APP, "name": "b", "dependsOn": [{"containerName": "app", "condition": "SUCCESS"}]}])),
    ("duplicate container names", CLIENT, "Container names must be unique", register(containerDefinitions=[APP, APP])),
    ("container without a name", CLIENT, "Container.name should not be null or empty", with_app(name=None)),
    ("container name with a blank", CLIENT, "Container.name contains invalid characters", with_app(name="a b")),
    ("empty tags", CLIENT, "Tags can not be empty.", register(tags=[])),
    ("more than 64 KiB", CLIENT, "Max allowed length is '65536' bytes.",
     with_app(environment=[{"name": f"V{n}", "value": "x" * 1000} for n in range(70)])),
    # Nobody has quoted the words; the rules are in the developer guide and in the model.
    ("no essential container", CLIENT, "essential", with_app(essential=False)),
    ("eleven containers", CLIENT, "containers", register(containerDefinitions=[{**APP, "name": f"c{n}"} for n in range(11)])),
    ("no containers", CLIENT, "container", register(containerDefinitions=[])),
    ("family with a dot", CLIENT, "family", register(family="web.app")),
    ("family of 256 characters", CLIENT, "family", register(family="f" * 256)),
    ("a volume that is not there", CLIENT, "volume", with_app(mountPoints=[{"sourceVolume": "nope", "containerPath": "/x"}])),
    ("waits for nobody", CLIENT, "depend", with_app(dependsOn=[{"containerName": "nope", "condition": "START"}])),
    ("an aws: tag", PARAMETER, "aws:", register(tags=tags(**{"aws:team": "a"}))),
    ("51 tags", PARAMETER, "50", register(tags=tags(**{f"k{n}": "v" for n in range(51)}))),
]
CALLS = [
    ("describe an unknown family", UNKNOWN, describe("nope")),
    ("describe an unknown revision", UNKNOWN, describe("web:9")),
    ("deregister without a revision", Refused(CLIENT, "revision"), deregister("web")),
    ("deregister an unknown revision", Refused(CLIENT, ""), deregister("web:9")),
    ("tag an unknown revision", Refused(PARAMETER, ""), call("tag_resource", resourceArn=ARN + "web:9", tags=tags(a="b"))),
    ("tag with nothing of an ARN", Refused(PARAMETER, "arn"), call("tag_resource", resourceArn="web:1", tags=tags(a="b"))),
    ("tag with an aws: tag", Refused(PARAMETER, "aws:"), call("tag_resource", resourceArn=ARN + "web:1", tags=tags(**{"aws:a": "b"}))),
]
CASES = [
    LIFE,
    *MORE,
    *[Case("refused definitions", [Step(f"register: {name}", asked, Refused(code, about))])
      for name, code, about, asked in REFUSALS],
    *[Case("refused calls", [Step(name, asked, expect)], setup=[register()]) for name, expect, asked in CALLS],
]
