"""The first tenant's world in a file, from one run of the server to the next."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from sealbox import snapshots

if TYPE_CHECKING:
    from pathlib import Path

    from sealbox.sandbox import Sandboxes


def load(file: Path, sandboxes: Sandboxes) -> None:
    """Have the first tenant be as `file` says, if there is one. Exits with 2 for what is no snapshot.

    The seed, the clock and the switches are then those of the file.
    """
    if not file.parent.is_dir():
        raise _unusable(file, f"there is no folder {file.parent}")
    if not file.exists():
        return
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        snapshots.load(sandboxes, document, sandboxes.default.plan.tenant)
    except (OSError, ValueError, OverflowError) as error:
        raise _unusable(file, str(error)) from error


def save(file: Path, sandboxes: Sandboxes) -> None:
    """Write the first tenant down: into a new file, which then takes the place of the old one.

    What cannot be written is said on stderr.
    """
    document = snapshots.save(sandboxes.default)
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(file)
    except OSError as error:
        sys.stderr.write(f"sealbox: state: {file} was not saved: {error}\n")


def _unusable(file: Path, why: str) -> SystemExit:
    sys.stderr.write(f"sealbox: state: {file}: {why}\n")
    return SystemExit(2)
