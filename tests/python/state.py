"""The state file is the whole memory of the local AWS, and many may write to it at once."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

import servers
from checks import show
from clients import Boto3
from sequence_xray import READ, create, world


def run(checks, binary):
    with tempfile.TemporaryDirectory() as folder:
        survives_a_restart(checks, binary, folder)
        shares_its_state(checks, binary, folder)


def survives_a_restart(checks, binary, folder):
    """A server that starts again has forgotten nothing."""
    state = "restart.json"
    with servers.local_aws(binary, folder, state) as server:
        client = Boto3(server.url)
        client.ask(create(tags=[{"Key": "team", "Value": "a"}]))
        before = world(client)
    checks.check("restart: the rule was there", len(before["rules"]) == 2, show(before))
    with servers.local_aws(binary, folder, state) as server:
        checks.equal("restart: nothing is forgotten", world(Boto3(server.url)), before)
    mode = os.stat(os.path.join(folder, state)).st_mode & 0o777
    checks.equal("restart: only the owner may read the state", oct(mode), oct(0o600))


def shares_its_state(checks, binary, folder):
    """Two local AWS on one state, written to at once, lose nothing and count right."""
    state = "shared.json"
    with servers.local_aws(binary, folder, state) as one, servers.local_aws(binary, folder, state) as two:
        clients = [Boto3(server.url) for server in [one, two] for _ in range(4)]
        for client in clients:
            client.ask(READ)
        with ThreadPoolExecutor(len(clients)) as pool:
            made = list(pool.map(
                lambda n: clients[n % len(clients)].ask(create(RuleName=f"rule-{n}", Priority=n + 1)), range(40)
            ))
        refused = [answer.code for answer in made if answer.refused]
        checks.equal("shared state: what is over the quota is refused", refused, ["RuleLimitExceededException"] * 15)
        worlds = [world(clients[0]), world(clients[-1])]
        checks.equal("shared state: nothing is lost", [len(seen["rules"]) for seen in worlds], [26, 26])
