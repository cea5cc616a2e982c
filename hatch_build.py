"""How the wheel is made: the modules that every request goes through are compiled, where that can be done.

Cython makes C of them as they are written. Their source ships beside them and is what runs where there was no
C compiler, or where SEALBOX_INTERPRETED was set while the wheel was made.
"""

from __future__ import annotations

import os
import platform
import sysconfig
from contextlib import chdir
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "mock_server"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
FLAGS = ["-O2", "-g0"] if os.name == "posix" else []
AT_ONCE = min(8, os.cpu_count() or 1)


class Compile(BuildHookInterface[Any]):
    """Its table in pyproject.toml lists `modules` as paths below `mock_server`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        free_threads = sysconfig.get_config_var("Py_GIL_DISABLED")  # what is compiled would end them
        if version == "editable" or free_threads or os.environ.get("SEALBOX_INTERPRETED"):
            return
        from setuptools.errors import BaseError, CCompilerError  # noqa: PLC0415, source alone needs it not

        modules, root = [Path(one) for one in self.config["modules"]], Path(self.root)
        try:
            compiled(modules[:1], root)  # which tells soon that there is no compiler
            made = compiled(modules, root)
        except (BaseError, CCompilerError) as error:
            self.app.display_warning(f"nothing is compiled, which costs speed alone: {error}")
            return
        build_data["force_include"].update({str(made[one]): str(placed(one)) for one in modules})
        build_data["pure_python"], build_data["infer_tag"] = False, True


def placed(module: Path) -> Path:
    """Where in the wheel what is made of a module stands."""
    return module.with_name(module.stem + SUFFIX)


def compiled(modules: list[Path], root: Path) -> dict[Path, Path]:
    """The file that each module becomes, in a folder below `build` that is named after all it is made of.

    Raises setuptools' CCompilerError where there is no compiler, or no header of Python for it.
    """
    from Cython import __version__ as made_by  # type: ignore[attr-defined]  # noqa: PLC0415, it is there; source alone needs it not

    kept = root / "build" / "compiled"
    by = f"{made_by} {sysconfig.get_config_var('SOABI')} {platform.machine()}".encode()

    def file_of(module: Path) -> Path:
        made_of = by + Path(__file__).read_bytes() + (root / SOURCE / module).read_bytes()
        return kept / blake2b(made_of, digest_size=16).hexdigest() / placed(module).name

    made = {module: file_of(module) for module in modules}
    missing = [module for module, file in made.items() if not file.exists()]
    kept.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=kept) as folder:
        if missing:
            build(missing, root / SOURCE, Path(folder))
        for module in missing:
            made[module].parent.mkdir(exist_ok=True)
            (Path(folder) / "lib" / placed(module)).replace(made[module])
    return made


def build(modules: list[Path], source: Path, into: Path) -> None:
    """Compile `modules` into the folder `lib` of `into`."""
    from Cython.Build import cythonize  # noqa: PLC0415, as above
    from setuptools import Distribution, Extension  # noqa: PLC0415, as above

    with chdir(source):  # so that tracebacks show their paths within the package
        written = cythonize(  # type: ignore[no-untyped-call]  # Cython's own are half typed
            [
                Extension(".".join(module.with_suffix("").parts), [str(module)], extra_compile_args=FLAGS)
                for module in modules
            ],
            build_dir=str(into / "c"),
            compiler_directives={"annotation_typing": False},  # a type is what mypy says, never C's
            language_level=3,
            nthreads=AT_ONCE,
            quiet=True,
        )
        command = Distribution({"name": "sealbox", "ext_modules": written}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(into / "lib"), str(into / "o")
        command.parallel = AT_ONCE
        command.ensure_finalized()
        command.run()
