"""Where the other servers' ECS differs from the local AWS, who is right and where that stands.

"The model" is the service model that comes with botocore (ecs, 2014-11-13). "Recordings" are
what AWS answered to people who made it public: 96 containers in 82 definitions, and 14 inputs
beside what came back.
"""

from differences import Differs, names, places
from sequence_ecs import REFUSALS

TASK = "taskDefinition*"
CONTAINERS = "taskDefinition*.containerDefinitions"


def members(*paths):
    """A member of the result, in whichever step it shows."""
    return [f"* [result {path}]" for path in paths]


def in_containers(*paths):
    return members(*[f"{CONTAINERS}.{path}" for path in paths])


def refusals(*but):
    """The definitions that AWS refuses and this server takes."""
    return names("register", [one for one in REFUSALS if one[0] not in but], "answer")


DIFFERENCES = [
    Differs(
        "AWS refuses the definition: the words are quoted by users, the rules are in the developer"
        " guide and in the model; the others check next to nothing",
        moto=refusals("no memory at all", "container without a name"),
        ministack=refusals("container without a name", "no containers"),
        fakecloud=refusals("container without a name", "no containers", "family with a dot", "family of 256 characters"),
    ),
    Differs(
        "AWS refuses, they do not: the aws: prefix is reserved (the model, TagResourceRequest)",
        places("answer", "tag with an aws: tag"),
    ),
    Differs(
        "'You must specify a revision' and 'up to 10 task definitions' (the model,"
        " DeregisterTaskDefinitionRequest and DeleteTaskDefinitionsRequest)",
        moto=places("answer", "delete a bare family"),
        ministack=places("answer", "delete a bare family", "delete eleven", "deregister without a revision"),
        fakecloud=places("answer", "delete a bare family", "delete eleven"),
    ),
    Differs(
        "A family has a latest ACTIVE revision or cannot be described (the model,"
        " DescribeTaskDefinitionRequest: 'family for the latest ACTIVE revision'); there the latest is"
        " taken, active or not",
        moto=[
            *places("answer", "describe a family of inactive revisions"),
            *places("result", "describe the family's newest that is active"),
        ],
        ministack=[
            *places("answer", "describe a family of inactive revisions"),
            *places("result", "describe the family's newest that is active"),
        ],
    ),
    Differs(
        "AWS fills these in (recordings: never absent since 2024)",
        moto=in_containers("systemControls"),
        ministack=in_containers("environment", "mountPoints", "portMappings", "systemControls", "volumesFrom"),
        fakecloud=in_containers("cpu", "essential"),
    ),
    Differs(
        "In awsvpc the host's port is the container's, a health check has 30, 5 and 3, and a volume that"
        " is nothing but a name has an empty host (recordings)",
        [
            *in_containers("portMappings.hostPort", "healthCheck.interval", "healthCheck.timeout", "healthCheck.retries"),
            *members(f"{TASK}.volumes.host"),
        ],
    ),
    Differs(
        "The environment comes back in the order of a Java HashMap of its names (recordings: 60 of 67"
        " lists, the others edited by hand); there in the order it was sent",
        in_containers("environment.name", "environment.value"),
    ),
    Differs(
        "AWS invents none of these: what is not sent is not there (recordings: 14 of 14)",
        moto=members(f"{TASK}.volumes.efsVolumeConfiguration.rootDirectory"),
        ministack=members(*[f"{TASK}.{name}" for name in ("executionRoleArn", "taskRoleArn", "ipcMode", "pidMode")]),
        fakecloud=[
            *in_containers("dependsOn", "environmentFiles", "extraHosts", "resourceRequirements", "secrets", "ulimits"),
            *members(f"{TASK}.inferenceAccelerators", f"{TASK}.requiresCompatibilities"),
        ],
    ),
    Differs(
        "Whether a network mode that is not sent reads back as bridge is not known: of 82 recorded"
        " definitions 81 name theirs; the local AWS invents nothing",
        moto=members(f"{TASK}.networkMode"),
        ministack=members(f"{TASK}.networkMode"),
    ),
    Differs(
        "Tags are told where they were set and where they are asked for (the model,"
        " DescribeTaskDefinitionRequest.include: 'If this field is omitted, tags aren't included')",
        moto=places("result tags", "register with tags"),
        ministack=members("tags"),
        fakecloud=members("tags"),
    ),
    Differs(
        "What AWS finds out about a definition, when it came and from whom: computed, and compared by"
        " nobody; the others do without most of it",
        moto=members(*[f"{TASK}.{name}" for name in (
            "compatibilities", "requiresAttributes", "registeredAt", "registeredBy", "deregisteredAt",
        )], "taskDefinitions.deleteRequestedAt"),
        ministack=members(*[f"{TASK}.{name}" for name in ("compatibilities", "requiresAttributes", "registeredBy")],
                          "taskDefinitions.deleteRequestedAt"),
        fakecloud=members(*[f"{TASK}.{name}" for name in ("compatibilities", "requiresAttributes", "registeredBy")],
                          "taskDefinitions.deleteRequestedAt"),
    ),
    Differs(
        "'ASC or DESC', by family and then by revision, and a page of maxResults (the model,"
        " ListTaskDefinitionsRequest); moto has one order and one page",
        moto=[
            *places("result", "list the newest first", "pages: the first", "alike: families by prefix"),
            *places("answer", "pages: a bad token"),
        ],
    ),
    Differs(
        "A token that was never given out is refused (the model, ListTaskDefinitionsRequest.nextToken)",
        ministack=places("code", "pages: a bad token"),
        fakecloud=places("answer", "pages: a bad token"),
    ),
    Differs(
        "'By default, both ACTIVE and INACTIVE task definition families are listed', and with ACTIVE"
        " those with an active revision (the model, ListTaskDefinitionFamiliesRequest)",
        moto=places("result", "list the active families"),
        ministack=places("result", "list the families"),
        fakecloud=places("result", "list the families"),
    ),
    Differs(
        "'The full family name to filter with' (the model, ListTaskDefinitionsRequest.familyPrefix)",
        ministack=places("result", "alike: list by family"),
        fakecloud=places("result", "alike: list by family"),
    ),
    Differs(
        "A deleted revision is DELETE_IN_PROGRESS while something refers to it (the model,"
        " DeleteTaskDefinitions); moto forgets it at once",
        moto=["* [state web:2]"],
    ),
    Differs(
        "'You must deregister a task definition revision before you delete it' (the model,"
        " DeleteTaskDefinitions); the words of a failure are not published",
        ministack=[*places("result", "delete an active revision"), *places("state *", "delete an active revision")],
        fakecloud=places("result failures.*", "delete an active revision"),
    ),
    Differs(
        "Users of AWS quote 'Unable to describe task definition.' and 'Container.name should not be null"
        " or empty.' as they stand here",
        ministack=places("message", "register: container without a name", "describe an unknown family", "describe an unknown revision"),
        fakecloud=places("message", "register: container without a name", "describe an unknown family",
                         "describe an unknown revision", "describe a family of inactive revisions"),
    ),
    Differs(
        "Neither AWS's words nor its choice between ClientException and InvalidParameterException are"
        " published: each server has its own",
        moto=[
            *places("message", "delete eleven", "tag with nothing of an ARN"),
            *places("code", "tag an unknown revision"),
        ],
        ministack=places("message", "register: no containers", "deregister an unknown revision", "tag an unknown revision",
                         "tag with nothing of an ARN"),
        fakecloud=[
            *places("message", "register: no containers", "deregister without a revision", "deregister an unknown revision",
                    "tag with nothing of an ARN"),
            *places("code", "register: family with a dot", "register: family of 256 characters", "tag an unknown revision"),
        ],
    ),
]
