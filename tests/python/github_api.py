"""A stand-in for GitHub's REST API on loopback: comments, issues and pull requests of one repository.

What the answers look like is from https://docs.github.com/en/rest: issue comments, issues, commits'
pull requests, users, and rate limits.
"""

import json
import re
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPOSITORY = "shop/infrastructure"
JOB_LOGIN = "github-actions[bot]"
LONGEST = 65_536
FORBIDDEN = (403, {"message": "Resource not accessible by integration"}, {})


@dataclass
class Fault:
    """Answers in place of the API where the method and the path are these, so many times. `after`
    carries the call out first, so that just its answer is lost."""

    method: str
    path: str
    status: int
    body: object = field(default_factory=lambda: {"message": "Server Error"})
    headers: dict = field(default_factory=dict)
    times: int = 1
    after: bool = False


class GitHub:
    def __init__(self):
        self.comments = {}  # number of the issue or pull request: list of comments
        self.issues = []
        self.pulls = {}  # commit: list of pull requests
        self.tokens = {"job-token": None}  # token: login, None for an installation's
        self.read_only = False
        self.faults = []
        self.calls = []
        self.files = {}  # what the server has beside the API: releases
        self.ids = iter(range(1000, 10**6))
        self.lock = threading.Lock()
        handler = type("Handler", (Handler,), {"github": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def comment(self, number, body, login=JOB_LOGIN):
        one = {"id": next(self.ids), "body": body, "user": {"login": login}, "html_url": f"{self.url}/c"}
        self.comments.setdefault(number, []).append(one)
        return one

    def issue(self, body, login=JOB_LOGIN, **more):
        number = next(self.ids)
        one = {"number": number, "body": body, "user": {"login": login}, "state": "open"}
        self.issues.append({**one, "title": "", "html_url": f"{self.url}/i", **more})
        return self.issues[-1]

    def merged(self, sha, number, base="main", **more):
        one = {"number": number, "merged_at": "2026-11-22T08:00:00Z", "merge_commit_sha": sha, "base": {"ref": base}}
        self.pulls.setdefault(sha, []).append({**one, **more})

    def writes(self):
        return [(method, path) for method, path, _ in self.calls if method != "GET"]

    def answer(self, method, path, query, body, token):
        """Status, body and headers."""
        if token not in self.tokens:
            return 401, {"message": "Bad credentials"}, {}
        login = self.tokens[token]
        if path == "/user":
            return (200, {"login": login}, {}) if login else FORBIDDEN
        if method != "GET" and self.read_only:
            return FORBIDDEN
        if body and len(body.get("body") or "") > LONGEST:
            return 422, {"message": "Validation Failed: body is too long (maximum is 65536 characters)"}, {}
        root = f"/repos/{REPOSITORY}"
        for pattern, handle in (
            (rf"{root}/issues/(\d+)/comments", self.of_issue),
            (rf"{root}/issues/comments/(\d+)", self.one_comment),
            (rf"{root}/issues/(\d+)", self.one_issue),
            (rf"{root}/issues", self.all_issues),
            (rf"{root}/commits/(\w+)/pulls", self.of_commit),
        ):
            if match := re.fullmatch(pattern, path):
                return handle(method, query, body, login or JOB_LOGIN, *match.groups())
        return 404, {"message": "Not Found"}, {}

    def of_issue(self, method, query, body, login, number):
        if method == "POST":
            return 201, self.comment(int(number), body["body"], login), {}
        return 200, page(self.comments.get(int(number), []), query), {}

    def one_comment(self, method, query, body, login, which):
        for one in sum(self.comments.values(), []):
            if one["id"] == int(which):
                if method == "PATCH":
                    one["body"] = body["body"]
                return 200, one, {}
        return 404, {"message": "Not Found"}, {}

    def one_issue(self, method, query, body, login, number):
        for one in self.issues:
            if one["number"] == int(number):
                one.update(body or {})
                return 200, one, {}
        return 404, {"message": "Not Found"}, {}

    def all_issues(self, method, query, body, login):
        if method == "POST":
            return 201, self.issue(body["body"], login, title=body["title"]), {}
        wanted = [one for one in self.issues if one["state"] == query.get("state", "open")]
        creator = query.get("creator")
        return 200, page([one for one in wanted if creator in (None, one["user"]["login"])], query), {}

    def of_commit(self, method, query, body, login, sha):
        return 200, page(self.pulls.get(sha, []), query), {}


def page(found, query):
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    assert size <= 100, "GitHub's pages have at most 100"
    return found[(number - 1) * size : number * size]


class Handler(BaseHTTPRequestHandler):
    github = None

    def serve(self):
        url = urllib.parse.urlsplit(self.path)
        path, query = urllib.parse.unquote(url.path), dict(urllib.parse.parse_qsl(url.query))
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(sent) if sent else None
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        github = self.github
        with github.lock:
            github.calls.append((self.command, path, body))
            fault = next((f for f in github.faults if f.method == self.command and re.search(f.path, path)), None)
            if fault:
                fault.times -= 1
                github.faults = [f for f in github.faults if f.times > 0]
                if fault.after:
                    github.answer(self.command, path, query, body, token)
                return self.reply(fault.status, fault.body, fault.headers)
            if path in github.files:
                return self.reply(200, github.files[path], {"Content-Type": "application/octet-stream"})
            if not path.startswith(("/repos/", "/user")):
                return self.reply(404, b"Not Found", {})
            return self.reply(*github.answer(self.command, path, query, body, token))

    def reply(self, status, body, headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        own = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**own, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = serve

    def log_message(self, *_):
        pass
