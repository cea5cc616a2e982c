"""`sealbox proxy`: the suite's own command, which the mock knows by its name alone."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import typer

from .output import USAGE, end

SUITE = "sealbox-conformance"


def proxy(context: typer.Context) -> None:
    """Pass live traffic on, and write down where it drifts from the contract.

    Options: those of `sealbox-conformance proxy`, which this runs; its --help lists them.
    """
    suite = shutil.which(SUITE, path=str(Path(sys.executable).parent)) or shutil.which(SUITE)
    if suite is None:
        end(f"{SUITE} is not installed: pip install 'sealbox[conformance]'", USAGE)
    os.execv(suite, [suite, "proxy", *context.args])  # noqa: S606, no shell is wanted: Ctrl-C reaches the suite itself


proxy.settings = {  # type: ignore[attr-defined]  # read where the command is made: its options are the suite's
    "context_settings": {"ignore_unknown_options": True, "allow_extra_args": True},
}
