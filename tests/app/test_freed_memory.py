"""What an upload took is there for the next one: the system is not asked for it again."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

UPLOADS = """
import resource, sys
if sys.argv[1] == "kept":
    from sealbox.serving.server import keep_freed_memory
    keep_freed_memory()
def take(size):
    held = [bytes(size // 2), bytes(size // 2), bytes(size)]
    del held
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
size = int(sys.argv[2])
for _ in range(5):
    take(size)
before = faults()
for _ in range(50):
    take(size)
print(faults() - before)
"""


def faults(how: str, size: int) -> int:
    """Pages that are fetched from the system while memory of that size is taken and freed fifty times."""
    command = [sys.executable, "-c", UPLOADS, how, str(size)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library here is not glibc, and left as it is"
)
@pytest.mark.parametrize("size", [450_000, 4_000_000])
def test_an_upload_takes_memory_that_an_earlier_one_has_freed(size: int) -> None:
    assert 10 * faults("kept", size) < faults("as glibc has it", size)
