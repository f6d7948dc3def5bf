"""Keeps one issue while there is drift: opens it, edits it, and closes it when the drift is gone."""

import comment
import github
import workflow
from workflow import Stop


def main():
    code, drift = workflow.given("EXIT_CODE", "1"), workflow.given("DRIFT") == "true"
    if code == "0":
        return attempt(close)
    if drift or code == "3":
        return attempt(tell)
    # Not known is neither drift nor none: what was told stays told.
    workflow.notice(f"Drift could not be checked (exit code {code}): an open issue stays as it is.")
    return 0


def attempt(what):
    try:
        api = github.connect()
        what(api, github.own_login(api))
        workflow.output(told="true")
        return 0
    except github.Refused as refused:
        if refused.status not in (403, 404, 410):
            raise Stop(str(refused)) from None
        workflow.warn(f"The issue could not be written ({refused}). The job needs `permissions: issues: write`.")
        return 0
    except github.Unanswered as unanswered:
        raise Stop(f"the issue could not be written: {unanswered}") from None


def marker():
    return f"<!-- tracewright:drift {workflow.key()} -->"


def find(api, login):
    """Our open issue, the oldest where there are several."""
    path = f"{github.repository(api)}/issues"
    issues = api.every(path, state="open", creator=login, sort="created", direction="asc")
    # GitHub lists pull requests among issues.
    ours = (one for one in issues if "pull_request" not in one and github.is_ours(one, marker(), login))
    return next(ours, None)


def tell(api, login):
    repository, mine = github.repository(api), find(api, login)
    found = {"title": title(), "body": body()}
    if workflow.length(found["body"]) > workflow.LONGEST:
        raise Stop(f"the issue would have more than {workflow.LONGEST} characters: give a smaller `budget`")
    if mine is None:
        try:
            told = api.post(f"{repository}/issues", found)
        except github.Limited:
            raise
        except github.Unanswered:
            # It may have been opened for all that.
            api.sleep(2)
            told = find(api, login) or api.post(f"{repository}/issues", found)
    else:
        told = api.patch(f"{repository}/issues/{int(mine['number'])}", found)
    print(f"The drift is in {workflow.plain(told.get('html_url', 'an issue'))}")


def close(api, login):
    mine = find(api, login)
    if mine is None:
        return
    path = f"{github.repository(api)}/issues/{int(mine['number'])}"
    api.patch(path, {"state": "closed", "state_reason": "completed"})
    print(f"The drift is gone: closed {workflow.plain(mine.get('html_url', path))}")
    why = f"The drift is gone: [this run]({comment.workflow_run()}) found none."
    try:
        api.post(f"{path}/comments", {"body": why})
    except github.Unanswered as unanswered:
        workflow.warn(f"The closed issue may lack its last comment: {unanswered}")


def title():
    word = workflow.key()
    return "Drift from the stack files" + ("" if word == "default" else f" ({word})")


def body():
    # Only what is not all is worth a word: everything else is in the report.
    code = workflow.given("EXIT_CODE", "1")
    partly = "" if code == "3" else f"Not everything could be checked (exit code {code}).\n\n"
    return f"{marker()}\n{partly}{comment.report()}\n[The run that found it]({comment.workflow_run()})\n"


if __name__ == "__main__":
    workflow.step(main)
