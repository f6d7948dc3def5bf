"""The AWS CLI as a process that stays: a command line as JSON on each line of stdin,
and its exit code and output as JSON on stdout. Most of a call is starting Python.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

from awscli.clidriver import create_clidriver


def carry_out(driver, arguments):
    # The CLI writes to the stream's bytes where a console's encoding could be in the way.
    said = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with redirect_stdout(said[0]), redirect_stderr(said[1]):
        try:
            code = driver.main(arguments)
        except SystemExit as error:
            code = error.code
    stdout, stderr = (stream.buffer.getvalue().decode("utf-8") for stream in said)
    return {"code": code, "stdout": stdout, "stderr": stderr}


def main():
    driver = create_clidriver()
    answers = sys.stdout
    for line in sys.stdin:
        print(json.dumps(carry_out(driver, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
