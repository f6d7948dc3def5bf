"""Starts and stops the servers under test. All of them listen on loopback only."""

import os
import queue
import re
import subprocess
import threading
import urllib.request

import boto3

START_SECONDS = 30

# Every server here takes an access key of twelve digits for the caller's account.
ACCOUNT = "123456789012"


class Server:
    """A child process that says on stdout where it listens."""

    def __init__(self, name, command, announces, cwd, clean, **environment):
        self.name = name
        self._clean = clean
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env=bare_environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines = []
        found = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(announces, found), daemon=True)
        self._reader.start()
        try:
            self.port = found.get(timeout=START_SECONDS)
        except queue.Empty:
            self.port = None
        if self.port is None:
            self.stop()
            said = "".join(self._lines) or "(nothing)"
            raise RuntimeError(f"{name} did not say where it listens; it said:\n{said}")
        self.url = f"http://127.0.0.1:{self.port}"

    def _read(self, announces, found):
        # Reads to the end, so that a talkative server never blocks on a full pipe.
        for line in self._process.stdout:
            self._lines.append(line)
            match = re.search(announces, line)
            if match:
                found.put(int(match[1]))
        found.put(None)

    def stop(self):
        """Ends this process, and no other, and returns its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._reader.join(timeout=10)
        return self._process.wait()

    def client(self, service):
        """boto3, as a program would use it."""
        return boto3.session.Session().client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="not-a-secret",
        )

    def reset(self):
        """Puts it back to a fresh account's state."""
        self._clean(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def local_aws(binary, folder, state="state.json"):
    """tracewright's own local AWS, with its state in `folder`."""

    def forget(_):
        command = [binary, "local", "reset", f"--local={state}"]
        subprocess.run(command, cwd=folder, env=bare_environment(), stdout=subprocess.DEVNULL, check=True)

    command = [binary, "local", "serve", f"--local={state}", "--listen", "127.0.0.1:0"]
    return Server("local AWS", command, r"listening on http://127\.0\.0\.1:(\d+)", folder, forget)


def fakecloud(binary, folder):
    command = [binary, "--addr", "127.0.0.1:0", "--log-level", "warn"]
    return Server("fakecloud", command, r"^FAKECLOUD_PORT=(\d+)", folder, posting("/_reset"))


# Of the containers on this machine none is a test's business: ministack would stop its own
# of earlier runs, and both would look for them.
NO_DOCKER = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}


def moto(program, folder):
    command = [program, "-H", "127.0.0.1", "-p", "0"]
    # Without the policies that AWS manages: it would load them for a second at each reset.
    return Server("moto", command, RUNNING, folder, posting("/moto-api/reset"), **NO_DOCKER)


def ministack(program, folder):
    # It would also open 8883 on every address, for the Internet of Things.
    environment = {"GATEWAY_PORT": "0", "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    clean = posting("/_ministack/reset")
    return Server("ministack", [program], RUNNING, folder, clean, **environment, **NO_DOCKER)


RUNNING = r"Running on http://127\.0\.0\.1:(\d+)"

# The servers by others: how each is started, and who says where its program is.
OTHERS = {
    "moto": (moto, "TRACEWRIGHT_TEST_MOTO"),
    "ministack": (ministack, "TRACEWRIGHT_TEST_MINISTACK"),
    "fakecloud": (fakecloud, "TRACEWRIGHT_TEST_FAKECLOUD"),
}


def posting(path):
    def post(server):
        request = urllib.request.Request(server.url + path, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    return post


def bare_environment(**extra):
    """Nothing of the caller's but what a program needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1,localhost",
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
        **extra,
    }
