"""The action on a pull request: the plan, and its one comment, at a stand-in for GitHub's API."""

import json

from github_api import FORBIDDEN, JOB_LOGIN, REPOSITORY, Fault
from job import DIGEST, HEAD, MARK, each, job, plan, pull_request, without_footer

COMMENTS = f"/repos/{REPOSITORY}/issues/7/comments"
LONGEST = 65_536
# Written by tracewright for any plan with something to do.
CHANGES = {"changes": "true", "to_add": "1", "to_change": "0", "to_destroy": "0", "digest": DIGEST}


def run(checks, _binary):
    scenarios = (
        a_comment_is_made_and_then_edited,
        what_is_found_is_the_token_s_own,
        every_page_is_read,
        a_long_plan_stays_within_the_limit,
        a_token_that_may_not_write_leaves_the_plan_in_the_summary,
        what_goes_wrong_on_the_way_is_tried_again,
        what_is_tried_again_has_an_end,
        a_comment_that_goes_away_is_made_anew,
        no_plan_leaves_no_older_one_standing,
        inputs_become_arguments_and_nothing_else,
        an_event_or_input_that_is_wrong_is_refused,
        other_events_have_no_comment,
        it_may_just_be_installed,
    )
    each(lambda scenario: scenario(checks), scenarios)


def a_comment_is_made_and_then_edited(checks):
    with job() as one:
        first = one.run("plan", {"markdown": plan(text="one").split("\n", 1)[1], "outputs": CHANGES}, stacks="stacks")
        checks.equal("action: a plan succeeds", (first.exit, first.log if first.exit else ""), (0, ""))
        checks.equal("action: the comment is made", bodies(one), [plan(text="one").strip()])
        second = one.run("plan", {"markdown": plan(text="two").split("\n", 1)[1]}, stacks="stacks")
        checks.equal("action: a second plan succeeds", second.exit, 0)
        checks.equal("action: and edits it", bodies(one), [plan(text="two").strip()])
        whole = one.github.comments[7][0]["body"]
        checks.check("action: it says which commit it is about", whole != bodies(one)[0] and HEAD in whole, whole)
        made = one.github.comments[7][0]["id"]
        writes = [("POST", COMMENTS), ("PATCH", f"/repos/{REPOSITORY}/issues/comments/{made}")]
        checks.equal("action: made once, edited in place", one.github.writes(), writes)
        checks.equal(
            "action: the outputs are tracewright's and its own",
            {name: first.outputs[name] for name in (*CHANGES, "summary", "exit-code", "drift", "plan-file")},
            {**CHANGES, "summary": "plan: 1 to add, 0 to change, 0 to destroy", "exit-code": "0", "drift": "", "plan-file": ""},
        )
        call = one.calls()[0]
        checks.equal("action: tracewright sees no token and no input", call["extra"], [])
        checks.check("action: the program is on the path of later steps", first.path, first.path)


def what_is_found_is_the_token_s_own(checks):
    forged = plan("f" * 16, "forged")
    quoted = f"look at this:\n{MARK}\n"
    with job() as one:
        one.github.comment(7, forged, "mallory")
        one.github.comment(7, quoted, JOB_LOGIN)
        one.github.comment(7, plan(key="other"), JOB_LOGIN)
        one.run("plan")
        checks.equal("action: another's marker is nobody's", bodies(one)[:3], [forged, quoted, plan(key="other")])
        checks.equal("action: its own is written beside them", len(bodies(one)), 4)
    with job() as one:
        one.github.tokens["bot"] = "deploy-bot"
        one.github.comment(7, forged, JOB_LOGIN)
        one.run("plan", github_token="bot")
        checks.equal("action: a user's token writes as the user", [c["user"]["login"] for c in one.github.comments[7]], [JOB_LOGIN, "deploy-bot"])
        one.run("plan", github_token="bot")
        checks.equal("action: and finds its own again", len(bodies(one)), 2)
    with job() as one:
        one.github.comment(7, plan(text="old"), "shop-app[bot]")
        one.run("plan", comment_author="shop-app[bot]")
        checks.equal("action: the login of an app is given", len(bodies(one)), 1)
    with job() as one:
        one.run("plan", comment_key="shard-1")
        one.run("plan", comment_key="shard-2")
        firsts = [body.split("\n")[0] for body in bodies(one)]
        checks.equal("action: each key has its comment", firsts, [f"<!-- tracewright:comment shard-{n} -->" for n in (1, 2)])
        refused = one.run("plan", comment_key="a-->b")
        checks.check("action: a key does not end its marker", refused.exit and "comment-key" in refused.log, refused.log)


def every_page_is_read(checks):
    with job() as one:
        for number in range(250):
            one.github.comment(7, f"nice {number}", "reviewer")
        mine = one.github.comment(7, plan(text="old"))
        one.run("plan", {"markdown": "new"})
        checks.equal("action: the comment on the third page is edited", without_footer(mine["body"]), f"{MARK}\nnew")
        checks.equal("action: and no other is made", len(bodies(one)), 251)


def a_long_plan_stays_within_the_limit(checks):
    with job() as one:
        done = one.run("plan", {"markdown": "fit"}, budget=str(LONGEST))
        said = one.github.comments[7][0]["body"]
        checks.equal("action: a plan as long as may be is in the comment", (done.exit, len(one.calls())), (0, 1))
        checks.check("action: within the limit", len(said.encode("utf-16-le")) // 2 <= LONGEST, len(said))
        checks.equal("action: outputs and the summary are written", all(one.calls()[0]["seen"].values()), True)
    with job() as one:
        done = one.run("plan", {"markdown": 70_000})
        checks.check("action: a report that no budget makes smaller is refused", done.exit == 1 and "budget" in done.log, done.log)
        checks.equal("action: and nothing is written", one.github.writes(), [])


def a_token_that_may_not_write_leaves_the_plan_in_the_summary(checks):
    with job() as one:
        one.github.read_only = True
        done = one.run("plan")
        checks.equal("action: a fork's token does not fail the plan", done.exit, 0)
        checks.check("action: and a warning says why", "::warning" in done.log and "fork" in done.log, done.log)
    with job() as one:
        done = one.run("plan", github_token="nonsense")
        checks.check("action: a token that is none fails", done.exit == 1 and "Bad credentials" in done.log, done.log)
        checks.check("action: no token is in the log", "nonsense" not in done.log, done.log)


def what_goes_wrong_on_the_way_is_tried_again(checks):
    limit = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes"}
    for name, fault in {
        "502 on the list": Fault("GET", COMMENTS, 502),
        "503 on the login": Fault("GET", "/user", 503),
        "429": Fault("POST", COMMENTS, 429, headers={"Retry-After": "1"}),
        "a secondary rate limit": Fault("POST", COMMENTS, 403, limit, {"Retry-After": "1"}),
        "no calls left": Fault("GET", COMMENTS, 403, limit, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}),
        "502 instead of making it": Fault("POST", COMMENTS, 502),
        "502 after making it": Fault("POST", COMMENTS, 502, after=True),
    }.items():
        with job() as one:
            one.github.faults = [fault]
            done = one.run("plan")
            checks.equal(f"action: {name} is got over", (done.exit, len(bodies(one))), (0, 1))
            checks.equal(f"action: {name} was met", one.github.faults, [])


def what_is_tried_again_has_an_end(checks):
    with job() as one:
        one.github.faults = [Fault("GET", COMMENTS, 403, {"message": "rate limit"}, {"Retry-After": "3600"})]
        done = one.run("plan")
        checks.check("action: an hour is not waited for", done.exit == 1 and "3600 s" in done.log, done.log)
    with job() as one:
        limit = {"message": "You have exceeded a secondary rate limit"}
        one.github.faults = [Fault("POST", COMMENTS, 403, limit, {"Retry-After": "3600"}, times=9)]
        done = one.run("plan")
        checks.equal("action: nor is it asked again before", (done.exit, one.github.writes()), (1, [("POST", COMMENTS)]))
    hostile = {"message": "no\n::set-output name=x::y\n\x1b[31m‮ %0A" + "x" * 5000}
    with job() as one:
        one.github.faults = [Fault("GET", COMMENTS, 422, hostile)]
        done = one.run("plan")
        commands = [line for line in done.log.splitlines() if line.startswith("::")]
        checks.check("action: a refusal ends it at once", done.exit == 1 and "422" in done.log, done.log)
        checks.equal("action: no answer gets a command into the log", len(commands), 1)
        checks.check("action: nor escapes", "\x1b" not in done.log and len(done.log) < 2000, done.log)


def a_comment_that_goes_away_is_made_anew(checks):
    with job() as one:
        mine = one.github.comment(7, plan(text="old"))
        listed = one.github.of_issue

        def list_then_delete(method, *rest):
            answer = listed(method, *rest)
            if method == "GET":
                one.github.comments[7] = [c for c in one.github.comments[7] if c is not mine]
            return answer

        one.github.of_issue = list_then_delete
        done = one.run("plan", {"markdown": "new"})
        checks.equal("action: a comment that was deleted is made anew", (done.exit, bodies(one)), (0, [f"{MARK}\nnew"]))
        checks.equal("action: after it was tried to edit it", [method for method, _ in one.github.writes()], ["PATCH", "POST"])


def no_plan_leaves_no_older_one_standing(checks):
    with job() as one:
        one.run("plan", {"markdown": plan().split("\n", 1)[1]})
        done = one.run("plan", {"markdown": None, "exit": 1})
        said = bodies(one)
        checks.equal("action: a plan that fails fails the job", done.exit, 1)
        checks.check("action: and takes the older plan's place", len(said) == 1 and DIGEST not in said[0], said)
        checks.check("action: with a link to the log", f"[the job's log]({one.github.url}/{REPOSITORY}/actions/runs/42)" in said[0], said)
        refused = one.run("plan", {"markdown": "refused", "exit": 4})
        checks.equal("action: a refused plan is shown and fails", (refused.exit, bodies(one)), (4, [f"{MARK}\nrefused"]))


def inputs_become_arguments_and_nothing_else(checks):
    nasty = "x=$(touch pwned) `touch pwned`; touch pwned #'\"&|${{ github.token }}"
    with job() as one:
        stacks = one.workspace / "stacks"
        for name in ("b.yaml", "--help.yaml", "sub/c.yaml", "[x].yaml", "a b.yaml"):
            (stacks / name).parent.mkdir(exist_ok=True)
            (stacks / name).write_text("")
        done = one.run(
            "plan",
            stacks="stacks/*.yaml\n\nstacks/**/c.yaml\nstacks/[x].yaml\n--help.yaml",
            vars=f"{nasty}\r\ny=1 2\n",
            var_file="vars/a.yaml\n",
            allow_env="ONE, TWO",
            plan_file="plan.json",
            args="--only 'roles.*' --local",
        )
        args = one.calls()[0]["args"]
        checks.equal("action: the inputs are taken", (done.exit, args[:3]), (0, ["plan", "--format", "github"]))
        given = args[args.index("--json-into") + 2 :]
        names = ["stacks/--help.yaml", "stacks/[x].yaml", "stacks/a b.yaml", "stacks/b.yaml", "stacks/shop.yaml"]
        checks.equal(
            "action: each as one argument",
            given,
            ["--out", "plan.json", f"--var={nasty}", "--var=y=1 2", "--var-file=vars/a.yaml", "--allow-env=ONE",
             "--allow-env=TWO", "--only", "roles.*", "--local", "--", *names, "stacks/sub/c.yaml", "--help.yaml"],
        )
        pwned = list(one.workspace.glob("**/pwned"))
        checks.equal("action: none of them is run", pwned, [])
        checks.equal("action: the plan's file is an output", done.outputs["plan-file"], str(one.workspace / "plan.json"))
        one.run("plan", stacks=json.dumps(["stacks/a b.yaml", "stacks/*.yaml"]), working_directory="stacks")
        call = one.calls()[-1]
        checks.equal("action: a list of JSON is of names", call["args"][-3:], ["--", "stacks/a b.yaml", "stacks/*.yaml"])
        checks.equal("action: from the folder that is given", call["cwd"], str(stacks))
        before = len(one.calls())
        for name, inputs in {
            "no stack": {"stacks": " \n"},
            "a glob without a file": {"stacks": "nowhere/*.yaml"},
            "JSON that is none": {"stacks": "[1"},
            "JSON of something else": {"stacks": "[1]"},
            "a budget in words": {"budget": "many"},
            "a budget in other digits": {"budget": "²"},
            "a budget that is too small": {"budget": "1999"},
            "a budget that no comment has": {"budget": "65537"},
            "a folder that is not there": {"working_directory": "nowhere"},
            "an open quote": {"args": "'x"},
        }.items():
            refused = one.run("plan", **inputs)
            checks.check(f"action: {name} is refused", refused.exit == 64 and "::error" in refused.log, refused.log)
        checks.equal("action: and nothing is run", len(one.calls()), before)


def an_event_or_input_that_is_wrong_is_refused(checks):
    for name, verb, event_name, inputs in (
        ("pull_request_target", "plan", "pull_request_target", {}),
        ("workflow_run", "drift", "workflow_run", {}),
        ("apply on a pull request", "apply", "pull_request", {}),
        ("apply on a comment", "apply", "issue_comment", {}),
        ("apply in a merge queue", "apply", "merge_group", {}),
        ("another verb", "destroy", "push", {}),
        ("a comment that is perhaps", "plan", "pull_request", {"comment": "perhaps"}),
    ):
        with job() as one:
            done = one.run(verb, event_name=event_name, **inputs)
            checks.equal(f"action: {name} is refused at once", (done.exit, done.ran), (64, ["Check the inputs"]))
            checks.check(f"action: {name} is refused in words", "::error title=tracewright::" in done.log, done.log)
            checks.equal(f"action: {name} asks and runs nothing", (one.github.calls, one.calls()), ([], []))


def other_events_have_no_comment(checks):
    with job() as one:
        done = one.run("plan", event_name="push", event={})
        checks.equal("action: a plan on a push is in the summary alone", (done.exit, one.github.calls), (0, []))
        quiet = one.run("plan", comment="false")
        checks.check("action: no comment is asked for", quiet.exit == 0 and "Write the pull request's comment" not in quiet.ran, quiet.ran)
        one.github.faults = [Fault("POST", COMMENTS, *FORBIDDEN)]
        locked = one.run("plan", event=pull_request(7))
        checks.equal("action: a locked conversation does not fail it", locked.exit, 0)


def it_may_just_be_installed(checks):
    with job() as one:
        done = one.run("install", event_name="push")
        checks.equal("action: install installs", (done.exit, done.ran), (0, ["Check the inputs", "Install tracewright"]))
        checks.equal("action: for the steps that follow", (len(done.path), one.calls(), one.github.calls), (1, [], []))


def bodies(one):
    """The comments, without the line at the end that names the commit and the run."""
    return [without_footer(comment["body"]) for comment in one.github.comments.get(7, [])]
