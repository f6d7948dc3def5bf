"""Reads which plan was reviewed: the digest in the comment of the pull request that was merged.

Nothing else is taken from the comment, and the comment only where the token's own login wrote it.
"""

import re
import urllib.parse

import comment
import github
import workflow
from workflow import Stop

# The tool's own marker, the second line of a comment. What a stack says comes after it.
REPORT = re.compile(r"<!-- tracewright:report v1 verb=plan digest=([0-9a-f]{8,128}) -->")
DIGEST = re.compile(r"[0-9a-f]{8,128}")


def main():
    expect = workflow.given("EXPECT", "reviewed")
    if expect == "none":
        workflow.output(expect="none")
        return 0
    if expect != "reviewed":
        if not DIGEST.fullmatch(expect):
            raise Stop("the input `expect` is `reviewed`, `none`, or a digest as `plan` shows it", 64)
        workflow.output(expect=expect, whence="given as `expect`")
        return 0
    try:
        digest, whence = look()
    except (github.Refused, github.Unanswered) as error:
        raise Stop(
            f"the reviewed plan could not be looked up, and nothing was changed: {error}. The job needs "
            "`permissions: pull-requests: read`."
        ) from None
    print(f"{digest or 'No digest'}: {whence}")
    workflow.output(expect=digest or "missing", whence=whence)
    return 0


def look():
    """The reviewed digest, or none, and where it is from, or why there is none."""
    api = github.connect()
    sha, branch = workflow.from_runner("GITHUB_SHA"), workflow.from_runner("GITHUB_REF_NAME")
    path = f"{github.repository(api)}/commits/{urllib.parse.quote(sha, safe='')}/pulls"
    merged = [one for one in api.every(path) if is_merged(one, branch)]
    # Of several that the commit is part of, the one whose merge made it.
    merged = [one for one in merged if one.get("merge_commit_sha") == sha] or merged
    if len(merged) != 1:
        count = len(merged) or "no"
        return None, f"{count} pull requests merged into {branch} have the commit {sha[:12]}"
    number = int(merged[0]["number"])
    ours = comment.find(api, number, github.own_login(api))
    if ours is None:
        return None, f"pull request #{number} has no comment with a plan"
    second = (ours["body"].split("\n", 2) + [""])[1].rstrip("\r")
    found = REPORT.fullmatch(second)
    if not found:
        return None, f"the comment on pull request #{number} has no plan that could be carried out"
    return found[1], f"from the plan in pull request #{number}"


def is_merged(pull, branch):
    return pull.get("merged_at") and (pull.get("base") or {}).get("ref") == branch


if __name__ == "__main__":
    workflow.step(main)
