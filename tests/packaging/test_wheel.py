"""What ships is what was written, all of it and nothing else."""

from __future__ import annotations

import tomllib
from importlib.metadata import files, metadata, requires
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {
    ROOT / "mock_server" / "sealbox": "sealbox",
    ROOT / "conformance" / "sealbox_conformance": "sealbox_conformance",
    ROOT / "openapi": "sealbox_contract/openapi",
    ROOT / "fixtures": "sealbox_contract/fixtures",
}


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


def test_the_wheel_holds_every_file_that_was_written_and_no_other() -> None:
    assert installed() == written()


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
