"""Writes the plan into the pull request's one comment: made once, then edited in place."""

import re

import github
import workflow
from workflow import Stop

# Each try looks first, so that an answer that was lost makes no second comment.
TRIES = 4


def main():
    number = (workflow.event().get("pull_request") or {}).get("number")
    if not isinstance(number, int):
        workflow.notice("this run is no pull request's, so there is none to comment on: the plan is in the summary")
        return 0
    body = f"{marker()}\n{report().rstrip()}\n\n{footer()}\n"
    if workflow.length(body) > workflow.LONGEST:
        raise Stop(f"the comment would have more than {workflow.LONGEST} characters: give a smaller `budget`")
    try:
        api = github.connect()
        where = write(api, number, body, github.own_login(api))
        print(f"The plan is in {workflow.plain(where)}")
        return 0
    except github.Refused as refused:
        if refused.status not in (403, 404):
            raise Stop(str(refused)) from None
        workflow.warn(
            f"The plan could not be written into the pull request ({refused}). It is in the job's "
            "summary. A pull request from a fork has a token that can only read; elsewhere the job "
            "needs `permissions: pull-requests: write`."
        )
        return 0
    except github.Unanswered as unanswered:
        raise Stop(f"the plan could not be written into the pull request: {unanswered}") from None


def marker():
    return f"<!-- tracewright:comment {workflow.key()} -->"


def report():
    """The report's Markdown; where there is none, words that leave no older plan to be taken for this one."""
    path = workflow.given("MARKDOWN_FILE")
    if path:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        if text.strip():
            return text
    code = workflow.given("EXIT_CODE", "1")
    return f"No plan could be made (exit code {code}): [the job's log]({workflow_run()}) says why.\n"


def footer():
    """Which commit it is about: a comment that is older than the pull request is to be seen as such."""
    head = ((workflow.event().get("pull_request") or {}).get("head") or {}).get("sha")
    if not isinstance(head, str) or not re.fullmatch(r"[0-9a-f]{40,64}", head):
        return f"[The run that wrote this]({workflow_run()})"
    return f"Of the commit {head}, by [this run]({workflow_run()})"


def workflow_run():
    server, repository = workflow.from_runner("GITHUB_SERVER_URL"), workflow.from_runner("GITHUB_REPOSITORY")
    return f"{server}/{repository}/actions/runs/{workflow.from_runner('GITHUB_RUN_ID')}"


def find(api, number, login):
    """Our comment on a pull request, the oldest where there are several."""
    comments = api.every(f"{github.repository(api)}/issues/{number}/comments")
    return next((one for one in comments if github.is_ours(one, marker(), login)), None)


def write(api, number, body, login):
    repository, last = github.repository(api), None
    for tried in range(TRIES):
        if tried:
            api.sleep(2**tried)
        mine = find(api, number, login)
        try:
            if mine is None:
                made = api.post(f"{repository}/issues/{number}/comments", {"body": body})
            else:
                made = api.patch(f"{repository}/issues/comments/{int(mine['id'])}", {"body": body})
            return made.get("html_url", "the pull request")
        except github.Refused as refused:
            # Somebody deleted it since it was read: the next one is made anew.
            if mine is None or refused.status not in (404, 410):
                raise
            last = refused
        except github.Limited:
            raise
        except github.Unanswered as unanswered:
            if mine is not None:
                raise
            last = unanswered
    raise github.Unanswered(str(last))


if __name__ == "__main__":
    workflow.step(main)
