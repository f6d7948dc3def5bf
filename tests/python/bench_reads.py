"""What the reads of a plan without changes cost a boto3 script, in CPU time.

    bench_reads.py STACK URL [--plan TRACEWRIGHT] [--times N]

makes the calls that a plan of the stack file makes when nothing has changed, of the
server at URL, and prints the CPU time of a process that does nothing else, its start
included. With --plan, that program plans the same stack on the same server, and the
two stand side by side. The stack has to be applied already; its keys are the names.
"""

import argparse
import json
import os
import resource
import subprocess
import sys

import servers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stack", metavar="STACK")
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--plan", metavar="TRACEWRIGHT", help="the program to compare with")
    parser.add_argument("--times", type=int, default=5, help="the least of so many runs counts (5)")
    args = parser.parse_args()

    reads = json.dumps(what_to_read(args.stack, args.url))
    script = cost("boto3", [sys.executable, __file__, "--reads", reads], args)
    if args.plan:
        plan = cost("tracewright plan", [os.path.abspath(args.plan), "plan", args.stack, "--detailed-exitcode"], args)
        print(f"tracewright plan takes {plan / script:.3f} of the CPU time of boto3")


def what_to_read(stack, url):
    import yaml  # which is not to count in the script that is measured

    with open(stack, encoding="utf-8") as file:
        body = yaml.safe_load(file)
    return {
        "url": url,
        "region": body["region"],
        "stack": body["stack"],
        "rules": bool(body.get("sampling_rules") or body.get("default_sampling")),
        "roles": sorted(body.get("roles") or {}),
        "policies": sorted(body.get("policies") or {}),
        "families": sorted(body.get("task_definitions") or {}),
    }


def cost(name, command, args):
    """The least CPU time of several runs, in seconds."""
    seen = []
    for _ in range(args.times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command,
            env=servers.bare_environment(AWS_ENDPOINT_URL=args.url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise SystemExit(f"{name}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        seen.append((after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, done.stdout))
    user, system, said = min(seen, key=lambda one: one[0] + one[1])
    calls = f", {said.strip()} calls" if said.strip().isdigit() else ""
    print(f"{name}: {user:.3f} s user + {system:.3f} s system = {user + system:.3f} s CPU{calls}")
    return user + system


def read(url, region, stack, rules, roles, policies, families):
    """Makes the calls, one after the other, and says how many there were."""
    import boto3  # which is most of what a script costs

    session, calls = boto3.session.Session(), []

    def client(service):
        made = session.client(service, endpoint_url=url, region_name=region)
        made.meta.events.register("before-send", lambda **_: calls.append(service))
        return made

    client("sts").get_caller_identity()
    if rules:
        xray = client("xray")
        for page in xray.get_paginator("get_sampling_rules").paginate():
            for record in page["SamplingRuleRecords"]:
                if record["SamplingRule"]["RuleName"] != "Default":
                    xray.list_tags_for_resource(ResourceARN=record["SamplingRule"]["RuleARN"])
    if roles or policies:
        iam = client("iam")
        paginator = iam.get_paginator("get_account_authorization_details")
        for _ in paginator.paginate(Filter=["Role", "LocalManagedPolicy"]):
            pass
        for name in roles:
            iam.get_role(RoleName=name)
    if families:
        ecs = client("ecs")
        for name in families:
            ecs.describe_task_definition(taskDefinition=name, include=["TAGS"])
    if families or policies:
        tagging = client("resourcegroupstaggingapi")
        owned = [{"Key": "tracewright:stack", "Values": [stack, f"{stack}@{region}"]}]
        for _ in tagging.get_paginator("get_resources").paginate(TagFilters=owned):
            pass
    print(len(calls))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--reads"]:
        read(**json.loads(sys.argv[2]))
    else:
        main()
