"""The local AWS's IAM has the bounds of AWS's service model, of each member of each operation.

What is outside by one is refused with a ValidationError that names the member, and what
is just inside is not. The bounds come with botocore, so a new version of botocore shows
what AWS has changed.
"""

import tempfile

import botocore.session

import iam
import servers
from clients import Boto3
from iam import BOUNDS, call

OPERATIONS = """
create_role get_role update_role update_role_description update_assume_role_policy delete_role list_roles
put_role_policy get_role_policy delete_role_policy list_role_policies
attach_role_policy detach_role_policy list_attached_role_policies
put_role_permissions_boundary delete_role_permissions_boundary tag_role untag_role list_role_tags
create_instance_profile get_instance_profile delete_instance_profile add_role_to_instance_profile
remove_role_from_instance_profile list_instance_profiles_for_role
create_policy get_policy delete_policy list_policies create_policy_version get_policy_version list_policy_versions
delete_policy_version set_default_policy_version list_entities_for_policy tag_policy untag_policy list_policy_tags
get_account_authorization_details
""".split()

# How a value of so many characters, or so many members, is made of each shape that is not plain text.
SIZED = {
    "pathType": lambda size: "/" + "a" * (size - 2) + "/" if size > 1 else "/" * size,
    "policyPathType": lambda size: "/" + "a" * (size - 2) + "/" if size > 1 else "/" * size,
    "pathPrefixType": lambda size: ("/" + "a" * size)[:size],
    "policyDocumentType": lambda size: iam.POLICY.ljust(size)[:size],
    "arnType": lambda size: iam.SHARED.ljust(size, "a")[:size],
    "tagListType": lambda size: iam.tags(**{f"k{n}": "v" for n in range(size)}),
    "tagKeyListType": lambda size: [f"k{n}" for n in range(size)],
}
GOOD = {
    "arnType": iam.SHARED,
    "policyDocumentType": iam.POLICY,
    "policyVersionIdType": "v1",
    "tagListType": iam.tags(a="b"),
    "tagKeyListType": ["a"],
}
# Outside every pattern that IAM has.
OUTSIDE = "\u2603"
# One that was not given out is refused whatever its length.
NEVER_GOOD = {"markerType"}


def run(checks, binary):
    model = botocore.session.Session().get_service_model("iam")
    wire_names = {botocore.xform_name(name): name for name in model.operation_names}
    with tempfile.TemporaryDirectory() as folder, servers.local_aws(binary, folder) as server:
        client = Boto3(server.url)
        for operation in OPERATIONS:
            shape = model.operation_model(wire_names[operation]).input_shape
            needed = {name: GOOD.get(shape.members[name].name, "name") for name in shape.required_members}
            for name in shape.required_members:
                rest = {other: value for other, value in needed.items() if other != name}
                refuses(checks, client, operation, name, "left out", rest)
            for name, member in shape.members.items():
                for why, value in outside(member):
                    refuses(checks, client, operation, name, why, {**needed, name: value})
                for value in inside(member):
                    answer = client.ask(call(operation, **{**needed, name: value}))
                    where = f"iam: {operation}: {name}: at its bound"
                    checks.check(where, answer.code != BOUNDS, f"{str(value)[:80]}\n{answer}")


def refuses(checks, client, operation, name, why, params):
    answer = client.ask(call(operation, **params))
    told = f"'{name[0].lower()}{name[1:]}" in (answer.message or "")
    checks.check(f"iam: {operation}: {name}: {why}", answer.code == BOUNDS and answer.status == 400 and told, answer)


def outside(shape):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.metadata.get("enum"):
        yield "none of its values", OUTSIDE
    if shape.metadata.get("pattern"):
        yield "not of its pattern", OUTSIDE * max(low or 1, 1)
    if low is not None:
        yield "too small", of_size(shape, low - 1)
    if high is not None:
        yield "too large", of_size(shape, high + 1)


def inside(shape):
    if shape.metadata.get("enum"):
        yield from shape.metadata["enum"]
    elif shape.metadata.get("max") is not None and shape.name not in NEVER_GOOD:
        yield of_size(shape, shape.metadata["max"])


def of_size(shape, size):
    if shape.type_name == "integer":
        return size
    return SIZED.get(shape.name, lambda size: "a" * size)(size)
