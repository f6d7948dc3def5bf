#!/usr/bin/env bash
# Refuses what this action does not do, before it does anything.
set -euo pipefail

refuse() {
    printf '::error title=tracewright::%s\n' "$1"
    exit 64
}

case ${GITHUB_EVENT_NAME:-} in
    pull_request_target | workflow_run)
        refuse "this action does not run on $GITHUB_EVENT_NAME: such a run has the repository's token and secrets while it is about a pull request's files, so that whoever opens one could use them. Use pull_request."
        ;;
esac

case $INPUT_VERB in
    plan | drift | install) ;;
    apply)
        case ${GITHUB_EVENT_NAME:-} in
            pull_request | pull_request_review | pull_request_review_comment | issue_comment | merge_group)
                refuse "apply runs on what was merged: use it on a push to the default branch, and plan on a pull request."
                ;;
        esac
        ;;
    *) refuse "the input 'verb' is plan, apply, drift or install" ;;
esac

case $INPUT_COMMENT in
    true | false) ;;
    *) refuse "the input 'comment' is true or false" ;;
esac

command -v python3 >/dev/null || refuse "this action needs python3 on the runner (3.9 or newer)"
