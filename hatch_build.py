"""How the wheel is made: the modules that every request goes through are compiled, where that can be done.

Cython makes C of them as they are written. Their source ships beside them and is what runs where there was no
C compiler, or where SEALBOX_INTERPRETED was set while the wheel was made.
"""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "mock_server"
FLAGS = ["-O2", "-g0"] if os.name == "posix" else []


class Compile(BuildHookInterface[Any]):
    """Its table in pyproject.toml lists `modules` as paths below `mock_server`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or os.environ.get("SEALBOX_INTERPRETED"):
            return
        from setuptools.errors import BaseError, CCompilerError  # noqa: PLC0415, a wheel of source alone is made without it

        root = Path(self.root)
        modules = [root / SOURCE / one for one in self.config["modules"]]
        try:
            for tried in (modules[:1], modules):  # one alone tells soon that there is no compiler
                made = compiled(tried, root)
        except (BaseError, CCompilerError) as error:
            self.app.display_warning(f"nothing is compiled, which costs speed alone: {error}")
            return
        build_data["force_include"].update(made)
        build_data["pure_python"], build_data["infer_tag"] = False, True


def compiled(modules: list[Path], root: Path) -> dict[str, str]:
    """The file that each module becomes, and its place in the wheel.

    What was made of the same source before is kept below `build`, and taken again. Raises setuptools'
    CCompilerError where there is no compiler, or no header of Python for it.
    """
    from Cython import __version__ as made_by  # type: ignore[attr-defined]  # noqa: PLC0415, it is there
    from Cython.Build import cythonize  # noqa: PLC0415, as above
    from setuptools import Distribution, Extension  # noqa: PLC0415

    kept = root / "build" / "compiled" / f"{made_by}-{sys.implementation.cache_tag}"
    with chdir(root / SOURCE):  # their paths are what a traceback shows
        paths = [module.relative_to(root / SOURCE) for module in modules]
        written = cythonize(  # type: ignore[no-untyped-call]  # Cython's own are half typed
            [
                Extension(".".join(path.with_suffix("").parts), [str(path)], extra_compile_args=FLAGS)
                for path in paths
            ],
            build_dir=str(kept / "c"),
            compiler_directives={"annotation_typing": False},  # a type is what mypy says, never C's
            language_level=3,
            nthreads=os.cpu_count(),
            quiet=True,
        )
        command = Distribution({"name": "sealbox", "ext_modules": written}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(kept / "lib"), str(kept / "o")
        command.parallel = os.cpu_count()
        command.ensure_finalized()
        command.run()
    return {path: Path(path).relative_to(kept / "lib").as_posix() for path in command.get_outputs()}
