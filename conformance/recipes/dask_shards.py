"""Shards on a Dask cluster, for a team that has one. Needs `sealbox[conformance,dask]`, on workers too.

    python dask_shards.py tcp://scheduler:8786 4 reports http://127.0.0.1:4780 --seed 7 --max-examples 400

The words after the folder are those of `sealbox-conformance`, the same for every shard. Ends as `merge` does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Client

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = (sys.executable, "-m", "sealbox_conformance.cli")


def judge(shard: str, words: Sequence[str]) -> tuple[str, str]:
    """The verdicts.json of one shard, "" when there is none, and what it printed. Runs on a worker."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*COMMAND, *words, "--shard", shard, "--report", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603, our own words
        verdicts = Path(folder, "verdicts.json")
        return verdicts.read_text("utf-8") if verdicts.exists() else "", done.stdout + done.stderr


def campaign(client: Client, shards: int, folder: Path, words: Sequence[str]) -> int:
    """Run all shards on `client`'s workers and join their reports in `folder`."""
    names = [f"{number}/{shards}" for number in range(1, shards + 1)]
    # A shard is no pure function: the same words again are to run again.
    tasks = client.map(judge, names, words=list(words), pure=False)
    for number, (verdicts, printed) in enumerate(client.gather(tasks), start=1):
        place = folder / "shards" / str(number)
        place.mkdir(parents=True, exist_ok=True)
        (place / "printed.txt").write_text(printed, "utf-8")
        if verdicts:
            (place / "verdicts.json").write_text(verdicts, "utf-8")
    merge = [*COMMAND, "merge", str(folder / "shards"), "--report", str(folder / "joined")]
    return subprocess.run(merge, check=False).returncode  # noqa: S603, our own words


if __name__ == "__main__":
    address, number, place, *rest = sys.argv[1:]
    with Client(address) as cluster:
        sys.exit(campaign(cluster, int(number), Path(place), rest))
