"""How the action comes by the program: a release, its checksum, what is kept, and a build."""

import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from github_api import REPOSITORY, Fault
from job import ROOT, VERSION, each, job, target

NAME = f"tracewright-{target()}.tar.gz"
INSTALL = "Install tracewright"


def run(checks, binary):
    scenarios = (
        a_release_is_downloaded_once,
        what_is_not_as_the_checksum_says_is_not_installed,
        what_cannot_be_had_is_named,
        the_release_belongs_to_the_ref,
        a_checkout_is_built,
    )
    each(lambda scenario: scenario(checks), scenarios)
    the_archive_of_a_release(checks, binary)


def path(repository=REPOSITORY, version=VERSION):
    return f"/{repository}/releases/download/v{version}/{NAME}"


def archive(script="#!/bin/sh\necho tracewright 0.1.0\n"):
    """An archive with a program that is a script."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as file:
        about = tarfile.TarInfo(f"{NAME.removesuffix('.tar.gz')}/tracewright")
        about.size, about.mode = len(script), 0o755
        file.addfile(about, io.BytesIO(script.encode()))
    return held.getvalue()


def release(one, data, where=None):
    where = where or path()
    one.github.files[where] = data
    one.github.files[f"{where}.sha256"] = f"{hashlib.sha256(data).hexdigest()}  {NAME}\n".encode()


def nothing_installed(one):
    shutil.rmtree(one.runner.temp / "tracewright")


def a_release_is_downloaded_once(checks):
    with job() as one:
        nothing_installed(one)
        release(one, archive())
        first = one.run("plan", comment="false")
        checks.check("install: a release is installed", first.ran[-1] != INSTALL and "tracewright 0.1.0" in first.log, first.log)
        checks.equal("install: it and its checksum are asked for", asked(one), [path(), f"{path()}.sha256"])
        one.run("plan", comment="false", version=f"v{VERSION}")
        checks.equal("install: once", len(asked(one)), 2)
        checks.equal("install: later steps find it", first.path, [str(folder(one))])
        Path(f"{folder(one)}.complete").unlink()
        one.run("plan", comment="false")
        checks.equal("install: half of one is none", len(asked(one)), 4)
    with job() as one:
        nothing_installed(one)
        release(one, archive())
        one.github.faults = [Fault("GET", "releases", 502), Fault("GET", "sha256", 503)]
        done = one.run("plan", comment="false")
        checks.check("install: a server that fails is asked again", "tracewright 0.1.0" in done.log, done.log)
    with job() as one:
        nothing_installed(one)
        release(one, archive())
        one.github.faults = [Fault("GET", path(), 200, body=b"half", headers={"Content-Length": "4000"})]
        done = one.run("plan", comment="false")
        checks.check("install: a download that breaks off is begun again", "tracewright 0.1.0" in done.log, done.log)


def what_is_not_as_the_checksum_says_is_not_installed(checks):
    for name, change in {
        "another archive": lambda files: files.update({path(): archive("#!/bin/sh\ntouch pwned\n")}),
        "an archive that is cut off": lambda files: files.update({path(): files[path()][:50]}),
        "an empty checksum": lambda files: files.update({f"{path()}.sha256": b""}),
        "another's checksum": lambda files: files.update({f"{path()}.sha256": b"0" * 64}),
        "no checksum": lambda files: files.pop(f"{path()}.sha256"),
    }.items():
        with job() as one:
            nothing_installed(one)
            release(one, archive())
            change(one.github.files)
            done = one.run("plan")
            checks.equal(f"install: {name} ends it", (done.exit, done.ran[-2]), (1, INSTALL))
            said = [comment["body"] for comment in one.github.comments[7]]
            checks.check(f"install: {name} leaves no older plan standing", "No plan could be made" in said[0], said)
            checks.check(f"install: {name} is said", "checksum" in done.log, done.log)
            left = [str(file) for file in one.runner.home.rglob("*") if "pwned" in file.name or file.name == "tracewright" and file.is_file()]
            checks.equal(f"install: {name} leaves nothing", left, [])


def what_cannot_be_had_is_named(checks):
    with job() as one:
        nothing_installed(one)
        done = one.run("plan")
        checks.check("install: no such release", done.exit == 1 and path() in done.log and "source" in done.log, done.log)
        for wrong in ("latest", "../../0.1.0", "0.1", "$(id)", "0.1.0\n9.9.9"):
            done = one.run("plan", version=wrong)
            checks.check(f"install: {wrong} is no version", done.exit == 1 and "'version'" in done.log, done.log)
    with job() as one:
        nothing_installed(one)
        release(one, archive("#!/bin/sh\nexit 126\n"))
        done = one.run("plan")
        checks.check("install: a program that does not run", done.exit == 1 and "does not run" in done.log, done.log)


def the_release_belongs_to_the_ref(checks):
    for ref in ("v0.1.0", "v0", "0123456789" * 4):
        with job() as one:
            nothing_installed(one)
            release(one, archive(), path("tools/tracewright"))
            github = {"action_ref": ref, "action_repository": "tools/tracewright"}
            one.run("plan", comment="false", version="", github=github)
            checks.equal(f"install: {ref} has the release of its own", asked(one)[:1], [path("tools/tracewright")])


def a_checkout_is_built(checks):
    cargo = '#!/bin/sh\npwd >"$HOME/cargo"\necho "$@" >>"$HOME/cargo"\nmkdir -p "$CARGO_TARGET_DIR/release"\n'
    program = '#!/bin/sh\\necho built\\n'
    cargo += f"printf '{program}' >\"$CARGO_TARGET_DIR/release/tracewright\"\nchmod +x \"$CARGO_TARGET_DIR/release/tracewright\"\n"
    for version, ref in (("source", "v0.1.0"), ("", "main"), ("", "")):
        with job() as one:
            tools = one.runner.home / "bin"
            tools.mkdir()
            (tools / "cargo").write_text(cargo)
            (tools / "cargo").chmod(0o755)
            env = {"PATH": f"{tools}:{one.runner.environment['PATH']}"}
            done = one.run("plan", comment="false", version=version, github={"action_ref": ref}, env=env)
            checks.check(f"install: {version or ref or 'here'} is built", done.exit == 0 and "built" in done.log, done.log)
            said = (one.runner.home / "cargo").read_text().splitlines()
            checks.equal("install: from the action's checkout, as locked", said, [str(ROOT), "build --release --locked"])
            checks.equal("install: and nothing is downloaded", asked(one), [])


def the_archive_of_a_release(checks, binary):
    with job() as one:
        nothing_installed(one)
        out = one.runner.home / "out"
        made = subprocess.run([ROOT / ".ci" / "package", binary, target(), out], capture_output=True, text=True, timeout=120)
        if not checks.equal("install: an archive is made", made.returncode, 0):
            return print(made.stderr)
        with tarfile.open(out / NAME) as file:
            names = {name.split("/", 1)[1] for name in file.getnames() if "/" in name}
        wanted = {"tracewright", "LICENSE", "README.md", "man/tracewright.1", "man/tracewright-apply.1",
                  "completions/tracewright.bash", "completions/_tracewright", "completions/tracewright.fish"}
        checks.equal("install: with all that belongs into it", wanted - names, set())
        for name in (NAME, f"{NAME}.sha256"):
            one.github.files[path().replace(NAME, name)] = (out / name).read_bytes()
        done = one.run("plan", comment="false", stacks="stacks", args="--local")
        checks.check("install: and the action takes it", INSTALL in done.ran and done.path == [str(folder(one))], done.log)


def asked(one):
    return [path for _, path, _ in one.github.calls if "/releases/" in path]


def folder(one):
    return one.runner.temp / "tracewright" / VERSION / target()
