"""IAM's roles and policies: the calls that every server gets, and what AWS says to each.

What is expected comes from AWS's service model (iam, 2010-05-08), from recordings of
what IAM answered (which text it keeps, which it writes anew), and from error messages
that users of AWS quote. Of a refusal's message a part is expected: AWS's words where
someone has quoted them, else what it has to be about.
"""

import refusals_iam
from iam import (
    ACCOUNT_ARN, AWS_POLICY, BOUNDS, CONFLICT, EC2_TRUST, EXISTS, LIMIT, LONG, MISSING, OTHER_POLICY, POLICY,
    POLICY_TREE, SHARED, TRUST_READ, TRUST_TREE, attach, call, details, inline, on_the_way, policy, refused,
    role, tags, told, tree, version,
)
from steps import Case, Ok, Step

TASK = {
    "RoleName": "task", "Path": "/cruddur/", "RoleId": "AROA…", "Arn": "arn:aws:iam::ACCOUNT:role/cruddur/task",
    "CreateDate": "some time", "Description": "of the t\u00e2che", "Tags": tags(empty="", team="a"),
    "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": told(SHARED)},
}
GET_ROLE = call("get_role", RoleName="task")

ROLE = Case("a role's life", [
    Step("create a role", role(
        Path="/cruddur/", Description="of the t\u00e2che", MaxSessionDuration=7200,
        PermissionsBoundary=SHARED, Tags=tags(team="a", empty=""),
    ), Ok(
        # The answer to its creation has no MaxSessionDuration (recordings).
        {"Role": {key: TASK[key] for key in ("RoleName", "Path", "RoleId", "Arn", "CreateDate", "Tags")}},
        {"roles": {"task": {
            "MaxSessionDuration": 7200, "AssumeRolePolicyDocument": TRUST_TREE, "Tags": tags(empty="", team="a"),
            "AttachedManagedPolicies": [], "RolePolicyList": [], "InstanceProfileList": [],
        }}},
    )),
    Step("get it", GET_ROLE, Ok({"Role": {**TASK, "MaxSessionDuration": 7200, "AssumeRolePolicyDocument": TRUST_TREE, "RoleLastUsed": {}}})),
    Step("create it again", role(), refused(EXISTS, "Role with name task already exists.")),
    Step("create it in capitals", role("TASK"), refused(EXISTS, "already exists")),
    Step("update", call("update_role", RoleName="task", Description="b", MaxSessionDuration=3600),
         Ok({}, {"roles": {"task": {"Description": "b", "MaxSessionDuration": 3600}}})),
    Step("update the trust policy", call("update_assume_role_policy", RoleName="task", PolicyDocument=EC2_TRUST),
         Ok({}, {"roles": {"task": {"AssumeRolePolicyDocument": tree(TRUST_READ.replace("ecs-tasks", "ec2"))}}})),
    Step("tag it", call("tag_role", RoleName="task", Tags=tags(team="b", stage="test")),
         Ok({}, {"roles": {"task": {"Tags": tags(empty="", stage="test", team="b")}}})),
    Step("untag it", call("untag_role", RoleName="task", TagKeys=["team", "never there"]),
         Ok({}, {"roles": {"task": {"Tags": tags(empty="", stage="test")}}})),
    Step("list its tags", call("list_role_tags", RoleName="task"), Ok({"Tags": tags(empty="", stage="test")})),
    Step("take its boundary away", call("delete_role_permissions_boundary", RoleName="task"),
         Ok({}, {"roles": {"task": {"PermissionsBoundary": None}}})),
    Step("give it a boundary", call("put_role_permissions_boundary", RoleName="task", PermissionsBoundary=SHARED),
         Ok({}, {"roles": {"task": {"PermissionsBoundary": {"PermissionsBoundaryArn": told(SHARED)}}}})),
    Step("put an inline policy", inline(),
         Ok({}, {"roles": {"task": {"RolePolicyList": [{"PolicyName": "secrets", "PolicyDocument": POLICY_TREE}]}}})),
    Step("get the inline policy", call("get_role_policy", RoleName="task", PolicyName="secrets"),
         Ok({"RoleName": "task", "PolicyName": "secrets", "PolicyDocument": POLICY_TREE})),
    Step("list the inline policies", call("list_role_policies", every_page=True, RoleName="task"), Ok({"PolicyNames": ["secrets"]})),
    Step("attach a policy", attach(SHARED), Ok({}, {"roles": {"task": {
        "AttachedManagedPolicies": [{"PolicyName": "shared", "PolicyArn": told(SHARED)}],
    }}, "policies": {"shared": {"AttachmentCount": 1, "PermissionsBoundaryUsageCount": 1}}})),
    Step("attach it again", attach(SHARED), Ok({}, {"policies": {"shared": {"AttachmentCount": 1}}})),
    Step("attach one of AWS's", attach(AWS_POLICY + "AWSXRayDaemonWriteAccess"), Ok()),
    Step("list what is attached", call("list_attached_role_policies", every_page=True, RoleName="task"), Ok({"AttachedPolicies": [
        {"PolicyName": "shared", "PolicyArn": told(SHARED)},
        {"PolicyName": "AWSXRayDaemonWriteAccess", "PolicyArn": AWS_POLICY + "AWSXRayDaemonWriteAccess"},
    ]})),
    Step("delete it with policies attached", call("delete_role", RoleName="task"),
         refused(CONFLICT, "Cannot delete entity, must detach all policies first.")),
    Step("detach", call("detach_role_policy", RoleName="task", PolicyArn=SHARED), Ok()),
    Step("detach AWS's", call("detach_role_policy", RoleName="task", PolicyArn=AWS_POLICY + "AWSXRayDaemonWriteAccess"),
         Ok({}, {"roles": {"task": {"AttachedManagedPolicies": []}}})),
    Step("delete it with an inline policy", call("delete_role", RoleName="task"),
         refused(CONFLICT, "Cannot delete entity, must delete policies first.")),
    Step("delete the inline policy", call("delete_role_policy", RoleName="task", PolicyName="secrets"),
         Ok({}, {"roles": {"task": {"RolePolicyList": []}}})),
    Step("delete it", call("delete_role", RoleName="task"), Ok({}, {"roles": {"task": None}})),
    Step("delete it again", call("delete_role", RoleName="task"), refused(MISSING, "The role with name task cannot be found.")),
    Step("get a deleted role", GET_ROLE, refused(MISSING, "The role with name task cannot be found.")),
], setup=[policy()], both_clients=True)

OURS = ACCOUNT_ARN + "policy/cruddur/shared"
V2 = {"VersionId": "v2", "IsDefaultVersion": True, "CreateDate": "some time"}
POLICY_LIFE = Case("a managed policy's life", [
    Step("create a policy", policy(Path="/cruddur/", Description="d", Tags=tags(team="a")), Ok(
        {"Policy": {
            "PolicyName": "shared", "PolicyId": "ANPA…", "Arn": "arn:aws:iam::ACCOUNT:policy/cruddur/shared", "Path": "/cruddur/",
            "DefaultVersionId": "v1", "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 0, "IsAttachable": True,
        }},
        {"policies": {"shared": {"PolicyVersionList": [{"VersionId": "v1", "Document": POLICY_TREE}], "Tags": tags(team="a")}}},
    )),
    Step("create the policy again", policy(), refused(EXISTS, "A policy called shared already exists. Duplicate names are not allowed.")),
    Step("create the policy in capitals", policy("SHARED"), refused(EXISTS, "already exists")),
    Step("get the policy", call("get_policy", PolicyArn=OURS),
         Ok({"Policy": {"DefaultVersionId": "v1", "Description": "d", "Tags": tags(team="a")}})),
    Step("create a version", version(OTHER_POLICY, True, OURS), Ok({"PolicyVersion": V2})),
    Step("get the version", call("get_policy_version", PolicyArn=OURS, VersionId="v2"),
         Ok({"PolicyVersion": {**V2, "Document": tree(OTHER_POLICY)}})),
    Step("list the versions", call("list_policy_versions", every_page=True, PolicyArn=OURS),
         Ok({"Versions": [{"VersionId": "v1", "IsDefaultVersion": False}, {"VersionId": "v2", "IsDefaultVersion": True}]})),
    Step("delete the default version", call("delete_policy_version", PolicyArn=OURS, VersionId="v2"),
         refused(CONFLICT, "Cannot delete the default version of a policy.")),
    Step("delete it with two versions", call("delete_policy", PolicyArn=OURS),
         refused(CONFLICT, "This policy has more than one version.")),
    Step("back to the first version", call("set_default_policy_version", PolicyArn=OURS, VersionId="v1"),
         Ok({}, {"policies": {"shared": {"DefaultVersionId": "v1"}}})),
    Step("delete the version", call("delete_policy_version", PolicyArn=OURS, VersionId="v2"), Ok()),
    # A version's number is never given out twice.
    Step("create a third version", version(POLICY, False, OURS),
         Ok({"PolicyVersion": {"VersionId": "v3", "IsDefaultVersion": False}})),
    Step("delete the third version", call("delete_policy_version", PolicyArn=OURS, VersionId="v3"), Ok()),
    Step("tag the policy", call("tag_policy", PolicyArn=OURS, Tags=tags(team="b", stage="test")),
         Ok({}, {"policies": {"shared": {"Tags": tags(stage="test", team="b")}}})),
    Step("untag the policy", call("untag_policy", PolicyArn=OURS, TagKeys=["team"]),
         Ok({}, {"policies": {"shared": {"Tags": tags(stage="test")}}})),
    Step("delete the policy", call("delete_policy", PolicyArn=OURS), Ok({}, {"policies": {"shared": None}})),
    Step("get a deleted policy", call("get_policy", PolicyArn=OURS), refused(MISSING, "policy/cruddur/shared")),
], both_clients=True)


TEXTS = Case("documents, letter for letter", [
    # "…the policy is URL-encoded, compliant with RFC 3986" (the model, of each of these calls).
    Step("text: get the inline policy", call("get_role_policy", as_sent=True, RoleName="task", PolicyName="long"),
         Ok({"PolicyDocument": on_the_way(LONG)})),
    Step("text: get the managed policy", call("get_policy_version", as_sent=True, PolicyArn=SHARED, VersionId="v1"),
         Ok({"PolicyVersion": {"Document": on_the_way(POLICY)}})),
    Step("text: get the role", call("get_role", as_sent=True, RoleName="task"),
         Ok({"Role": {"AssumeRolePolicyDocument": on_the_way(TRUST_READ)}})),
    # Its creation is the one answer with the text as it was sent.
    Step("text: create a role", call("create_role", as_sent=True, RoleName="other", AssumeRolePolicyDocument=EC2_TRUST),
         Ok({"Role": {"AssumeRolePolicyDocument": on_the_way(EC2_TRUST)}})),
    Step("text: all in one read", call("get_account_authorization_details", as_sent=True, Filter=["Role", "LocalManagedPolicy"]), Ok({
        "Policies": [{"PolicyVersionList": [{"Document": on_the_way(POLICY)}]}],
        "RoleDetailList": [
            {"AssumeRolePolicyDocument": on_the_way(TRUST_READ.replace("ecs-tasks", "ec2"))},
            {"AssumeRolePolicyDocument": on_the_way(TRUST_READ), "RolePolicyList": [{"PolicyDocument": on_the_way(LONG)}]},
        ],
    })),
    Step("text: a managed policy of 6,000 characters", policy("long", LONG), Ok({"Policy": {"PolicyName": "long"}})),
], setup=[role(), inline("long", LONG), policy()])

MORE = [
    Case("what a bare role reads back as", [
        Step("bare: create", role(), Ok({"Role": {
            "RoleName": "task", "Path": "/", "MaxSessionDuration": None, **dict.fromkeys(["Description", "Tags", "PermissionsBoundary"]),
        }})),
        Step("bare: get", call("get_role", RoleName="task"), Ok({"Role": {
            "Path": "/", "MaxSessionDuration": 3600, "RoleLastUsed": {},
            **dict.fromkeys(["Description", "Tags", "PermissionsBoundary"]),
        }})),
        Step("bare: create a policy", policy(), Ok({"Policy": {"Path": "/", "Description": None}})),
        Step("bare: get the policy", call("get_policy", PolicyArn=SHARED), Ok({"Policy": {"Tags": [], "Description": None}})),
    ]),
    Case("lists of roles", [
        # "…does not return PermissionsBoundary, RoleLastUsed, Tags" (the model, ListRoles).
        Step("roles: by path", call("list_roles", PathPrefix="/a/"), Ok({"IsTruncated": False, "Roles": [
            {"RoleName": "one", "Description": "d", "Tags": None, "RoleLastUsed": None}, {"RoleName": "two"},
        ]})),
        Step("roles: all pages", call("list_roles", every_page=True, PathPrefix="/a/", PaginationConfig={"PageSize": 1}),
             Ok({"Roles": [{"RoleName": "one"}, {"RoleName": "two"}]})),
        # In which order roles come is not documented, and differs from run to run.
        Step("inline policies: the first page", call("list_role_policies", RoleName="one", MaxItems=1),
             Ok({"IsTruncated": True, "Marker": "…", "PolicyNames": ["a"]})),
        Step("inline policies: all pages", call("list_role_policies", every_page=True, RoleName="one", PaginationConfig={"PageSize": 1}),
             Ok({"PolicyNames": ["a", "b"]})),
        Step("roles: a bad marker", call("list_roles", Marker="bad"), refused(BOUNDS, "marker")),
        Step("details: of roles", details("Role"), Ok({
            "Policies": [], "UserDetailList": [], "GroupDetailList": [],
            "RoleDetailList": [
                {"RoleName": "one", "Tags": tags(team="a"), "Description": None, "MaxSessionDuration": None}, {}, {},
            ],
        })),
        Step("details: of policies", details("LocalManagedPolicy"), Ok({"RoleDetailList": [], "Policies": [
            {"PolicyName": "shared", "Description": "d", "Tags": None, "PolicyVersionList": [{"VersionId": "v1"}]},
        ]})),
        Step("details: the first page", call("get_account_authorization_details", MaxItems=1, Filter=["Role", "LocalManagedPolicy"]),
             Ok({"IsTruncated": True, "Marker": "…"})),
        Step("details: all pages", details("Role", "LocalManagedPolicy", PaginationConfig={"PageSize": 1}),
             Ok({"RoleDetailList": [{}, {}, {}], "Policies": [{}]})),
        Step("policies: ours", call("list_policies", every_page=True, Scope="Local"), Ok({"Policies": [{"PolicyName": "shared", "Tags": None}]})),
        Step("policies: who has it", call("list_entities_for_policy", every_page=True, PolicyArn=SHARED),
             Ok({"PolicyRoles": [{"RoleName": "two"}], "PolicyUsers": [], "PolicyGroups": []})),
    ], setup=[
        role("one", Path="/a/", Description="d", Tags=tags(team="a")), role("two", Path="/a/"), role("three"),
        policy(Description="d", Tags=tags(team="a")), attach(SHARED, "two"), inline("a", to="one"), inline("b", to="one"),
    ]),
    Case("instance profiles", [
        Step("profile: create", call("create_instance_profile", InstanceProfileName="box", Path="/p/"), Ok({"InstanceProfile": {
            "InstanceProfileName": "box", "InstanceProfileId": "AIPA…", "Path": "/p/", "Roles": [],
            "Arn": "arn:aws:iam::ACCOUNT:instance-profile/p/box",
        }})),
        Step("profile: create again", call("create_instance_profile", InstanceProfileName="BOX"), refused(EXISTS, "already exists")),
        Step("profile: put a role in", call("add_role_to_instance_profile", InstanceProfileName="box", RoleName="task"),
             Ok({}, {"roles": {"task": {"InstanceProfileList": [{"InstanceProfileName": "box"}]}}})),
        Step("profile: get", call("get_instance_profile", InstanceProfileName="box"), Ok({"InstanceProfile": {"Roles": [{"RoleName": "task"}]}})),
        Step("profile: of the role", call("list_instance_profiles_for_role", every_page=True, RoleName="task"),
             Ok({"InstanceProfiles": [{"InstanceProfileName": "box", "Roles": [{"RoleName": "task"}]}]})),
        Step("profile: delete the role", call("delete_role", RoleName="task"),
             refused(CONFLICT, "Cannot delete entity, must remove roles from instance profile first.")),
        Step("profile: delete with the role", call("delete_instance_profile", InstanceProfileName="box"),
             refused(CONFLICT, "Cannot delete entity, must remove roles from instance profile first.")),
        Step("profile: take the role out", call("remove_role_from_instance_profile", InstanceProfileName="box", RoleName="task"), Ok()),
        Step("profile: delete", call("delete_instance_profile", InstanceProfileName="box"), Ok()),
        Step("profile: delete again", call("delete_instance_profile", InstanceProfileName="box"),
             refused(MISSING, "Instance Profile box cannot be found.")),
    ], setup=[role()]),
    Case("five versions", [
        Step("the sixth version", version(), refused(LIMIT, "A managed policy can have up to 5 versions.")),
    ], setup=[policy(), *[version()] * 4]),
    Case("ten policies on a role", [
        Step("attach the eleventh", attach(ACCOUNT_ARN + "policy/p10"), refused(LIMIT, "Cannot exceed quota for PoliciesPerRole: 10")),
    ], setup=[role(), *[policy(f"p{n}") for n in range(11)], *[attach(f"{ACCOUNT_ARN}policy/p{n}") for n in range(10)]]),
    Case("a policy that is attached", [
        Step("delete the attached policy", call("delete_policy", PolicyArn=SHARED), refused(CONFLICT, "Cannot delete a policy attached to entities.")),
    ], setup=[role(), policy(), attach(SHARED)]),
]

CASES = [ROLE, POLICY_LIFE, TEXTS, *MORE, *refusals_iam.CASES]
