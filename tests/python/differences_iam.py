"""Where the other servers' IAM differs from the local AWS, who is right and where that stands.

"The model" is the service model that comes with botocore (iam, 2010-05-08). "Recordings" are
what AWS answered to people who made it public, 111 documents among it.
"""

from differences import Differs, anywhere, names, places
from refusals_iam import DOCUMENTS, ROLES, TRUSTS

NO_ROLE = ["delete it again", "get a deleted role", "tag no role", "update no role"]
QUOTAS = [
    "attach the eleventh", "quota: a trust policy of 2,049 characters", "quota: a managed policy of 6,145 characters",
    "quota: inline policies of 10,241 characters",
]


# Of the members that ManagedPolicyDetail has in the model.
MISSING_IN_MINISTACK = [
    "AttachmentCount", "CreateDate", "IsAttachable", "PermissionsBoundaryUsageCount", "UpdateDate",
]

DIFFERENCES = [
    Differs(
        "'Names are not distinguished by case' (the model, CreateRole, CreatePolicy and"
        " CreateInstanceProfile), and a policy's is unique whatever its path",
        places(
            "answer", "create it in capitals", "create the policy again", "create the policy in capitals",
            "profile: create again",
        ),
    ),
    Differs(
        "AWS checks a trust policy; the words are quoted by users",
        [*names("trust", TRUSTS, "answer"), *places("answer", "update the trust: a role that is not there")],
    ),
    Differs(
        "AWS refuses it: a principal has no place in an identity's policy, and a Sid has letters and digits"
        " (IAM user guide, policy elements)",
        places("answer", "policy: a principal", "policy: a Sid with a blank"),
    ),
    Differs(
        "AWS checks a policy's elements (IAM user guide, policy grammar); ministack only that they are there",
        ministack=places(
            "answer", "policy: an unknown version", "policy: an unknown element", "policy: an action without its service",
            "policy: a resource that is no ARN", "policy: a Sid twice",
        ),
    ),
    Differs(
        "AWS checks the bounds and patterns of the model first, and says ValidationError",
        moto=names("role", [one for one in ROLES if "tag" not in one[0]], "answer"),
        ministack=names("role", [one for one in ROLES if one[0] != "a description of 1,001 characters"], "answer"),
        fakecloud=[
            *places("answer", "role: a name with a blank", "role: a description of 1,001 characters",
                    "role: a letter that no document may have"),
            *names("role", [one for one in ROLES if one[0] in (
                "a name of 65 characters", "no name", "a path without its slashes",
            ) or "tag" in one[0]], "code"),
        ],
    ),
    Differs("AWS has quotas (IAM user guide, quotas); the words are quoted by users", places("answer", *QUOTAS)),
    Differs(
        "The aws: prefix is reserved (IAM user guide, tags)",
        places("answer", "create a role with an aws: tag"),
    ),
    Differs(
        "A policy with versions or attachments cannot be deleted (the model, DeletePolicy: 'you must' detach"
        " it and delete all versions but the default one)",
        places("answer", "delete it with two versions"),
        moto=places("answer", "delete the attached policy"),
    ),
    Differs(
        "A policy that is not there cannot be attached (recordings: 'does not exist or is not attachable.')",
        ministack=places("answer", "attach a policy that is not there", "attach one that AWS does not have"),
    ),
    Differs(
        "AWS's own policies: moto would load them for a second at each reset, and is started without",
        moto=[
            *places("answer", "attach one of AWS's", "detach AWS's"),
            *places("result", "list what is attached"),
            "* [state roles.task.AttachedManagedPolicies]",
        ],
    ),
    Differs(
        "'It succeeds' where the policy is attached already, and is attached once (the model,"
        " AttachRolePolicy); moto counts it twice",
        moto=["* [state policies.shared.AttachmentCount]"],
    ),
    Differs(
        "ministack has no SetDefaultPolicyVersion",
        ministack=[
            *places("answer", "back to the first version", "delete the version"),
            *[f"* [state policies.shared.{name}]" for name in ("DefaultVersionId", "PolicyVersionList")],
        ],
    ),
    Differs(
        "A trust policy is written anew at each read, and a list of one becomes the one itself (recordings:"
        " 222 of 222 principals); the others keep what they got",
        [
            *anywhere("AssumeRolePolicyDocument.Statement.Principal.Service"),
            *places("result Role.AssumeRolePolicyDocument", "text: get the role"),
        ],
        ministack=places("result RoleDetailList.AssumeRolePolicyDocument", "text: all in one read"),
    ),
    Differs(
        "'URL-encoded, compliant with RFC 3986' (the model, GetRolePolicy and the others), slashes too"
        " (recordings); moto leaves slashes alone, and elsewhere all of it",
        moto=[
            *places("result PolicyDocument", "text: get the inline policy"),
            *places("result *Document", "text: all in one read", "text: get the managed policy"),
        ],
    ),
    Differs(
        "A page of MaxItems, and a marker that was given out (the model, ListRolePolicies and"
        " GetAccountAuthorizationDetails); moto pages some, ministack nothing",
        moto=[
            *places("result", "details: the first page", "inline policies: the first page"),
            *places("code", "roles: a bad marker"),
        ],
        ministack=[
            *places("result", "details: the first page", "inline policies: the first page"),
            *places("answer", "roles: a bad marker"),
        ],
        fakecloud=places("answer", "roles: a bad marker"),
    ),
    Differs(
        "A fresh account has roles of AWS's own only where something has made them; fakecloud begins with two",
        fakecloud=[
            *places("result RoleDetailList", "text: all in one read", "details: of roles", "details: all pages"),
            *places("result RoleDetailList.*", "details: the first page"),
        ],
    ),
    Differs(
        "The answer to CreateRole has no MaxSessionDuration and no RoleLastUsed (recordings), nor has"
        " CreatePolicy's a Description; whether CreateRole's has a Description and a boundary is not known",
        [
            *[f"* [result Role.{name}]" for name in ("MaxSessionDuration", "Description")],
            *places("result Role.PermissionsBoundary", "create a role"),
        ],
        moto=[f"{step} [result Role.RoleLastUsed]" for step in ("create a role", "bare: create", "text: create a role")],
        ministack=places("result Policy.Description", "create a policy"),
        fakecloud=[f"{step} [result Role.RoleLastUsed]" for step in ("create a role", "bare: create", "text: create a role")],
    ),
    Differs(
        "Its type is Policy wherever AWS tells a boundary (recordings); the model's only value,"
        " PermissionsBoundaryPolicy, is what the others tell",
        places("result Role.PermissionsBoundary.PermissionsBoundaryType", "get it"),
        moto=["* [state *PermissionsBoundary.PermissionsBoundaryType]"],
    ),
    Differs(
        "RoleDetail and ManagedPolicyDetail have these members (the model); there they are missing",
        moto=[
            *anywhere("PermissionsBoundaryUsageCount"), *[f"* [state policies.*.{name}]" for name in ("PolicyId", "PolicyName")],
            *[f"* [result Policies.{name}]" for name in ("PolicyId", "PolicyName")],
        ],
        ministack=[
            *[f"* [state policies.*{name}]" for name in MISSING_IN_MINISTACK],
            *[f"* [result Policies.{name}]" for name in MISSING_IN_MINISTACK],
            *anywhere("RoleLastUsed"), "* [state roles.*.PermissionsBoundary]", "* [state policies.*.Description]",
            *places("result Policies.Description", "details: of policies", "details: all pages"),
            *places("result Policies.PolicyVersionList.CreateDate", "text: all in one read", "details: of policies", "details: all pages"),
        ],
        fakecloud=[
            *anywhere("PermissionsBoundaryUsageCount", "UpdateDate"), "* [state roles.*.RoleLastUsed]",
            "* [state roles.*.PermissionsBoundary]", "* [state policies.*.Description]",
            *places("result Policies.Description", "details: of policies", "details: all pages"),
            "* [state roles.*.InstanceProfileList.Roles]",
        ],
    ),
    Differs(
        "What is not set is not there (recordings: no Description in 36 of 71 roles, no Tags in 21); the"
        " others tell an empty one",
        moto=[
            "* [state policies.*.Description]", *places("result Policies.Description", "text: all in one read"),
            *[f"profile: * [result *{name}]" for name in ("InstanceProfile.Tags", "InstanceProfiles.Tags")],
            *anywhere("Roles.Tags"), "* [state *InstanceProfileList.Tags]",
        ],
        ministack=["* [state roles.*.Description]", *[f"* [result *{name}]" for name in ("Roles.Description",)]],
        fakecloud=[f"profile: * [result {name}]" for name in ("InstanceProfile.Tags", "InstanceProfiles.Tags")],
    ),
    Differs(
        "A policy that has no tags tells so when it is asked for (recordings: 'Tags: []')",
        ministack=places("result Policy.Tags", "bare: get the policy"),
    ),
    Differs(
        "ListRoles and ListPolicies tell no tags, and ListPolicies no Description (the model: 'does not return"
        " the following attributes', 'not included in the response to the ListPolicies operation')",
        ministack=["roles: * [result Roles.Tags]", *[f"policies: ours [result Policies.{name}]" for name in ("Tags", "Description")]],
    ),
    Differs(
        "Roles within an instance profile are told without what GetRole adds to them",
        moto=anywhere("Roles.MaxSessionDuration", "Roles.RoleLastUsed"),
        ministack=anywhere("Roles.MaxSessionDuration"),
    ),
    Differs(
        "The answer to CreatePolicyVersion and those of ListPolicyVersions have no document (the model,"
        " PolicyVersion.Document); moto tells it, and the newest first",
        moto=[*places("result PolicyVersion.Document", "create a version", "create a third version"),
              *places("result Versions.*", "list the versions")],
    ),
    Differs(
        "Unique identifiers begin with the letters of their kind and have seventeen letters and digits"
        " more (IAM user guide, unique identifiers)",
        moto=["* [result Policy.PolicyId]", *anywhere("InstanceProfileId")],
        fakecloud=anywhere("RoleId"),
    ),
    Differs(
        "The words are AWS's (recordings: 'The role with name X cannot be found.', 'Syntax errors in policy.',"
        " 'Cannot delete entity, must …'); the others have their own",
        places("message", *NO_ROLE, "profile: delete again", "get a deleted policy"),
        moto=places("message", "put an inline policy on no role", "get an inline policy that is not there"),
        ministack=[
            *names("policy", [one for one in DOCUMENTS if one[0] in (
                "no JSON", "JSON with a comma too many", "a list", "no statement", "an unknown effect", "no action", "no resource",
            )], "message"),
            *names("inline", DOCUMENTS[:3], "message"),
            *names("version", DOCUMENTS[:1], "message"),
            *places("message", "delete it with an inline policy", "profile: delete the role", "profile: delete with the role",
                    "detach a policy that is not attached"),
        ],
        fakecloud=places("message", "put an inline policy on no role"),
    ),
    Differs(
        "AWS's words are not published in whole: each server has its own",
        moto=[
            *names("role", [one for one in ROLES if "tag" in one[0]], "message"),
            *places("message", "get a version that is not there"),
        ],
        ministack=places("message", "the sixth version", "get a version that is not there"),
        fakecloud=places("message", "the sixth version", "role: a session of a minute", "role: a session of a day"),
    ),
]
