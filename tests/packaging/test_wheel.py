"""What ships is what was written, all of it and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import files, metadata, requires, version
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.conftest import own_environment, run

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {
    ROOT / "mock_server" / "sealbox": "sealbox",
    ROOT / "conformance" / "sealbox_conformance": "sealbox_conformance",
    ROOT / "openapi": "sealbox_contract/openapi",
    ROOT / "fixtures": "sealbox_contract/fixtures",
}


SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


def wheel(into: Path, checkout: Path = ROOT, **environment: str) -> tuple[Path, str]:
    """The wheel that is made of a `checkout`, and what is said meanwhile."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(into)]
    env = {**own_environment(), "SEALBOX_INTERPRETED": "", **environment}
    done = subprocess.run(
        command, cwd=checkout, env=env, capture_output=True, text=True, timeout=120, check=True
    )
    (path,) = into.glob("sealbox-*.whl")
    return path, done.stdout + done.stderr


def written() -> set[str]:
    return {
        f"{place}/{path.relative_to(folder).as_posix()}"
        for folder, place in SHIPPED.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def installed() -> set[str]:
    listed = (path.as_posix() for path in files("sealbox") or ())
    own = ("sealbox/", "sealbox_conformance/", "sealbox_contract/")
    return {path for path in listed if path.startswith(own) and "__pycache__" not in path}


def made_of_c() -> set[str]:
    """The sources of what the wheel has compiled."""
    return {f"{path.split('.', 1)[0]}.py" for path in installed() if path.endswith(SUFFIX)}


def to_compile() -> set[str]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed: list[str] = document["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["modules"]
    return set(listed)


def test_the_wheel_holds_every_file_that_was_written_and_beside_them_what_is_compiled() -> None:
    assert {path for path in installed() if not path.endswith(SUFFIX)} == written()
    assert made_of_c() in (to_compile(), set())


def test_what_is_compiled_is_there() -> None:
    assert to_compile() <= written()


CAN_COMPILE = (
    shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0]) is not None
    and (Path(sysconfig.get_path("include")) / "Python.h").exists()
    and not os.environ.get("SEALBOX_INTERPRETED")
)


@pytest.mark.skipif(not CAN_COMPILE, reason="there is no C compiler here, no Python.h, or none is wanted")
def test_where_there_is_a_compiler_the_wheel_is_compiled_and_says_so() -> None:
    assert made_of_c() == to_compile()
    assert run("--version").stdout == f"sealbox {version('sealbox')} (compiled)\n"


def test_a_wheel_of_source_alone_is_for_every_python(tmp_path: Path) -> None:
    made, said = wheel(tmp_path, SEALBOX_INTERPRETED="1")

    assert "compiled" not in said
    assert made.name.endswith("-py3-none-any.whl")
    assert not [name for name in ZipFile(made).namelist() if name.endswith(SUFFIX)]


def test_without_a_compiler_a_wheel_is_made_all_the_same(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns("build", "tests", ".*"))

    made, said = wheel(tmp_path / "made", checkout, CC="no-such-compiler")

    assert "nothing is compiled, which costs speed alone" in said
    assert made.name.endswith("-py3-none-any.whl")


@pytest.mark.parametrize("package", ["sealbox", "sealbox_conformance"])
def test_tests_run_on_the_installed_wheel(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None

    assert "site-packages" in Path(spec.origin).parts
    assert ROOT / "mock_server" not in Path(spec.origin).parents


@pytest.mark.parametrize("package", ["sealbox", "sealbox_conformance"])
def test_types_are_published(package: str) -> None:
    assert f"{package}/py.typed" in installed()


def test_the_core_does_not_install_the_suite() -> None:
    core = [line for line in requires("sealbox") or () if "extra ==" not in line]

    assert not [line for line in core if line.startswith(("schemathesis", "hypothesis", "pytest"))]


def test_every_extra_is_documented_by_name() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    readme = (ROOT / "README.md").read_text()

    assert set(metadata("sealbox").get_all("Provides-Extra") or ()) == set(declared)
    assert [name for name in declared if f"sealbox[{name}]" not in readme] == []


@pytest.mark.parametrize("lock", sorted(path.name for path in (ROOT / "requirements").glob("*.txt")))
def test_locks_are_hashed_and_name_no_index(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]

    assert pinned
    assert all(line.rstrip().endswith("\\") for line in pinned), "a pin without a hash"
    assert "://" not in text
    assert "--index-url" not in text


def test_both_locks_pin_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        pairs = (
            line.split(";")[0].strip(" \\").split("==")
            for line in lines
            if "==" in line and line[0] not in " #"
        )
        return dict(pairs)

    serve, test = pins("serve.txt"), pins("test.txt")

    assert serve.items() <= test.items()
