"""The shapes of ECS that the local AWS checks requests against, as botocore's model has them.

They stand in src/aws/local/ecs/shapes.txt, a line per member and each structure before those that
hold it. `python tests/python/ecs_shapes.py` writes that file anew; the check holds it against
botocore, so that a new version of botocore shows what AWS has changed.
"""

import difflib
from pathlib import Path

import botocore.session

FILE = Path(__file__).resolve().parents[2] / "src/aws/local/ecs/shapes.txt"

OPERATIONS = [
    "RegisterTaskDefinition",
    "DescribeTaskDefinition",
    "DeregisterTaskDefinition",
    "DeleteTaskDefinitions",
    "ListTaskDefinitions",
    "ListTaskDefinitionFamilies",
    "TagResource",
    "UntagResource",
    "ListTagsForResource",
    "CreateCluster",
    "DescribeClusters",
    "ListClusters",
    "DeleteCluster",
    "CreateService",
    "UpdateService",
    "DescribeServices",
    "DeleteService",
    "ListServices",
    "ListTasks",
    "DescribeTasks",
    "RegisterDaemonTaskDefinition",
    "DescribeDaemonTaskDefinition",
    "DeleteDaemonTaskDefinition",
    "ListDaemonTaskDefinitions",
    "CreateDaemon",
    "DescribeDaemon",
    "UpdateDaemon",
    "DeleteDaemon",
    "ListDaemons",
    "DescribeDaemonRevisions",
    "DescribeDaemonDeployments",
    "ListDaemonDeployments",
]


def run(checks, _binary):
    want, got = text(), FILE.read_text(encoding="utf-8")
    changes = difflib.unified_diff(got.splitlines(), want.splitlines(), FILE.name, "botocore", lineterm="")
    checks.check("ecs: the shapes are those of botocore's model", got == want, "\n".join(changes))


def text():
    service = botocore.session.Session().get_service_model("ecs")
    blocks = {}
    for operation in OPERATIONS:
        write(service.operation_model(operation).input_shape, blocks)
    return "\n".join(blocks.values())


def write(shape, blocks):
    """Adds the block of a structure after those of the structures in it."""
    if shape.type_name == "structure" and shape.name not in blocks and not shape.is_document_type:
        lines = [shape.name]
        for name, member in shape.members.items():
            mark = "!" if name in shape.required_members else ""
            lines.append(f"  {name}{mark} {kind(member)}")
            write(member, blocks)
        blocks[shape.name] = "\n".join(lines) + "\n"
    elif shape.type_name == "list":
        write(shape.member, blocks)


def kind(shape):
    """A type in one word, with its bounds behind it."""
    if shape.type_name == "structure":
        return "any" if shape.is_document_type else shape.name
    if getattr(shape, "enum", None):
        return "=" + "|".join(shape.enum)
    if shape.type_name == "list":
        word = f"[{kind(shape.member)}]"
    elif shape.type_name == "map":
        word = "{" + f"{kind(shape.value)}" + "}"
    else:
        word = shape.type_name
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is None and most is None:
        return word
    # Those of numbers with a fraction have none themselves.
    least, most = ("" if bound is None else int(bound) for bound in (least, most))
    return f"{word} {least}..{most}"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
