#!/bin/sh
# Makes .venv with exactly what a lock file names, with uv where it is and pip where it is not.
set -eu
python=$1 lock=$2
"$python" - <<'CHECK' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit(f"Candid needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
             "Name another with: make PYTHON=python3.12 ...")
CHECK
echo "Installing into .venv what $lock names; this takes minutes the first time." >&2
if [ ! -x .venv/bin/pip ]; then
    "$python" -m venv .venv || {
        echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2
        exit 1
    }
fi
if command -v uv >/dev/null 2>&1; then
    VIRTUAL_ENV=.venv; export VIRTUAL_ENV
    uv pip install --quiet --require-hashes -r requirements/build.lock -r "$lock"
    uv pip install --quiet --no-deps --no-build-isolation -e .
else
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements/build.lock -r "$lock"
    .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
