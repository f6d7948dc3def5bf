#!/usr/bin/env bash
# Ends the action as the run of tracewright ended, after everybody has been told.
set -euo pipefail

code=${EXIT_CODE:-1}
# Drift that somebody was told of in an issue is an answer, and not a failure.
if [ "$INPUT_VERB" = drift ] && [ "$code" = 3 ] && [ "${TOLD:-}" = true ]; then
    exit 0
fi
[ "$code" = 0 ] || echo "tracewright ended with exit code $code"
exit "$code"
