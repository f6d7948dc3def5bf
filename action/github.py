"""GitHub's REST API: what is asked again, for how long, and what is not.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api says what a rate limit
answers (403 or 429) and how long to wait: `retry-after`, else until `x-ratelimit-reset` where
`x-ratelimit-remaining` is 0, else a minute at least.
"""

import email.utils
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import workflow

TRIES = 6
# In all: a job that waits is paid for by the minute.
LONGEST_WAIT = 180
WITHOUT_A_WORD = 60
SECONDS = 30
PAGE = 100
PAGES = 100


class Refused(Exception):
    """An answer that asking again does not change."""

    def __init__(self, what, status, message):
        super().__init__(f"GitHub answers {status} to {what}: {message}")
        self.status = status


class Unanswered(Exception):
    """No answer that says what became of the call."""


class Limited(Unanswered):
    """A rate limit that lasts too long to wait for: nothing became of the call."""


class Api:
    def __init__(self, url, token, sleep=time.sleep, clock=time.time):
        self.url = url.rstrip("/")
        self.sleep = sleep
        self.clock = clock
        self.waited = 0
        self.headers = {
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "User-Agent": "tracewright-action",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        # The token goes to nobody that an answer points out.
        self.opener = urllib.request.build_opener(NoRedirect)

    def get(self, path, **query):
        return self.call("GET", with_query(path, query))

    def every(self, path, **query):
        """What is on all pages of a list."""
        for page in range(1, PAGES + 1):
            some = self.get(path, per_page=PAGE, page=page, **query)
            yield from some
            if len(some) < PAGE:
                return
        raise Unanswered(f"GET {path} has more than {PAGES} pages")

    def patch(self, path, body):
        return self.call("PATCH", path, body)

    def post(self, path, body):
        """Makes something. Where it is not known whether that was done, it is not asked again."""
        return self.call("POST", path, body, again=False)

    def call(self, method, path, body=None, again=True):
        what = f"{method} {path.split('?')[0]}"
        for tried in range(1, TRIES + 1):
            try:
                status, headers, text = self.send(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                status, headers, text = None, {}, f"no answer ({workflow.plain(error)})"
            if status is not None and status < 300:
                return read(what, text)
            message = said(text)
            limited = is_limit(status, headers, message)
            if not limited and status is not None and status < 500:
                raise Refused(what, status, message)
            about = message if status is None else f"{status}: {message}"
            if not again and not limited:
                raise Unanswered(f"{what}: {about}")
            wait = self.wait_for(limited, headers, tried)
            if tried == TRIES or self.waited + wait > LONGEST_WAIT:
                raise (Limited if limited else Unanswered)(
                    f"{what}: {about} (tried {tried} times, waited {self.waited:.0f} s; "
                    f"the next try would be after {wait:.0f} s more)"
                )
            print(f"{what}: {about}; again in {wait:.0f} s", flush=True)
            self.waited += wait
            self.sleep(wait)

    def send(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def wait_for(self, limited, headers, tried):
        told = seconds(headers.get("Retry-After"), self.clock)
        if told is not None:
            return told
        if limited and headers.get("X-RateLimit-Remaining") == "0":
            reset = headers.get("X-RateLimit-Reset", "")
            if reset.isdigit():
                return max(1, int(reset) - self.clock() + 1)
        return WITHOUT_A_WORD if limited else 2 ** (tried - 1)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def is_limit(status, headers, message):
    if status == 429:
        return True
    words = "secondary rate limit" in message.lower() or "abuse detection" in message.lower()
    none_left = headers.get("X-RateLimit-Remaining") == "0"
    return status == 403 and (words or none_left or headers.get("Retry-After") is not None)


def seconds(retry_after, clock):
    """`Retry-After` is a number of seconds or a date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return int(retry_after)
    try:
        return max(0, email.utils.parsedate_to_datetime(retry_after).timestamp() - clock())
    except ValueError:
        return None


def read(what, text):
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        raise Unanswered(f"{what}: the answer is no JSON ({workflow.plain(error)})") from None


def said(text):
    """The sentence in an answer that is an error, whatever else it holds."""
    if isinstance(text, str):
        return text
    try:
        message = json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        message = "(without a message)"
    return workflow.plain(message, most=300)


def with_query(path, query):
    return f"{path}?{urllib.parse.urlencode(query)}" if query else path


def repository(api):
    """The path of the repository that the run belongs to."""
    return "/repos/" + urllib.parse.quote(workflow.from_runner("GITHUB_REPOSITORY"))


def connect():
    url = workflow.from_runner("GITHUB_API_URL")
    return Api(url, workflow.given("GITHUB_TOKEN"))


def own_login(api):
    """Whose comments are ours: the login of the token, since nobody else can write under it.

    A job's own token, and every installation's, may not ask who it is: that is 403. A job's token
    writes as `github-actions[bot]`; another app's login has to be given.
    """
    login = workflow.given("COMMENT_AUTHOR")
    if login:
        return login
    try:
        return api.get("/user")["login"]
    except Refused as refused:
        if refused.status in (403, 404):
            return "github-actions[bot]"
        raise


def is_ours(said_by, marker, login):
    """Whether a comment or an issue is ours: by its first line, and by who wrote it."""
    author = (said_by.get("user") or {}).get("login", "")
    first = (said_by.get("body") or "").split("\n", 1)[0].rstrip("\r")
    return author.lower() == login.lower() and first == marker
