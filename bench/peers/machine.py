"""What the figures were measured on, and how busy it was."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson

LIBRARIES = (
    "sealbox",
    "connexion",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "granian",
    "orjson",
    "jsonschema-rs",
)
PROGRAMS = {"nginx": ("nginx", "-v"), "java": ("java", "-version"), "wrk": ("wrk", "-v")}


def described() -> dict[str, str]:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="ascii"))
    return {
        "processor": f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "unknown",
        "system": f"{platform.system()} {platform.release()}",
        "python": f"Python {platform.python_version()}{_whose()}",
    }


def _whose() -> str:
    """Distributions build theirs with profile-guided optimisation; one compiled at home mostly lacks it."""
    return " of the system" if sys.base_prefix == "/usr" else " from elsewhere"


def versions(packages: Path) -> dict[str, str]:
    """Of the libraries, the Debian programs and the npm packages, as far as they are installed."""
    found: dict[str, str] = {}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    for program, command in PROGRAMS.items():
        with suppress(OSError):
            shown = subprocess.run(command, capture_output=True, text=True, check=False)
            number = re.search(r"\d+(\.\d+)+", shown.stdout + shown.stderr)
            found[program] = number[0] if number else "unknown"
    manifest = packages / "package.json"
    if manifest.exists():
        wanted = orjson.loads(manifest.read_bytes())
        for name in {**wanted.get("dependencies", {}), **wanted.get("optionalDependencies", {})}:
            installed = packages / "node_modules" / name / "package.json"
            if installed.exists():
                found[name] = orjson.loads(installed.read_bytes())["version"]
    return found


def busy_seconds() -> float:
    """CPU seconds that the whole machine has spent on work since it was started."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq = (int(field) for field in fields[:7])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def pinned(core: int) -> list[str]:
    """The words that tie a command to a core: none where there is only one, or no taskset."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2 or not any((Path(place) / "taskset").exists() for place in os.get_exec_path()):
        return []
    return ["taskset", "-c", str(allowed[core])]
