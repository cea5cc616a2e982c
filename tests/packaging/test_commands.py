"""The commands as a person meets them: in a shell, on a terminal, in a hurry."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx2
import pytest
from sealbox.cli import COMMANDS, app
from typer.testing import CliRunner

if TYPE_CHECKING:
    from tests.packaging.conftest import Run, Serving

ROOT = Path(__file__).resolve().parents[2]
SEALBOX = Path(sys.executable).with_name("sealbox")


def test_the_first_screen_is_enough_for_a_first_request(serving: Serving, tmp_path: Path) -> None:
    with serving(SEALBOX, "serve", "--seed", "7", "--clock", "manual", cwd=tmp_path) as (url, screen):
        headers = re.findall(r"-H '([\w-]+): ([^']+)'", screen)
        bases = re.findall(r"(http://\S+/(?:vec|certifiqi))\s", screen)
        answers = [
            httpx2.get(f"{base}{path}", headers=dict([header]))
            for base, header, path in zip(
                sorted(bases),
                sorted(headers, reverse=True),
                ["/batch_group/c0394fb2-34f6-4d70-be70-776022fe15b8", "/business/batches"],
                strict=True,
            )
        ]
        info = httpx2.get(f"{url}/_sandbox/info").json()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (info["seed"], info["clock"]["mode"]) == ("7", "manual")
    assert "manual, now 2025-04-01T12:00:00+00:00" in screen
    counts = info["evidence"]
    assert f"{counts['seed']} seed, {counts['docs']} docs, {counts['inferred']} inferred" in screen


def test_make_serve_serves(serving: Serving, tmp_path: Path) -> None:
    if Path(sys.executable).parent.parent != ROOT / ".venv":
        pytest.skip("only the virtual environment that make made is the one make serves from")
    with serving("make", "--silent", "-C", ROOT, "serve", cwd=tmp_path) as (url, _):
        assert httpx2.get(f"{url}/_sandbox/ready").json()["ready"] is True


def test_proxy_is_the_suites_own_command_with_its_options_and_its_exit_code() -> None:
    usage = subprocess.run([SEALBOX, "proxy"], capture_output=True, text=True, check=False)
    wrong = subprocess.run(
        [SEALBOX, "proxy", "--to", "https://api.example.com"], capture_output=True, text=True, check=False
    )

    assert (usage.returncode, "Missing option '--to'" in usage.stderr) == (2, True)
    assert wrong.returncode == 2  # another's service is not proxied unless its owner agrees
    assert "--yes-i-may-test-this-target" in re.sub(r"[│\s]+", "", wrong.stderr)


def test_proxy_without_the_suite_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    done = CliRunner().invoke(app, ["proxy", "--to", "http://127.0.0.1:9"])

    assert (done.exit_code, "pip install 'sealbox[conformance]'" in done.stderr) == (2, True)


def test_a_flag_wins_over_the_environment_and_that_over_the_file(serving: Serving, tmp_path: Path) -> None:
    (tmp_path / "sealbox.toml").write_text('seed = "file"\nclock = "manual"\nclock_scale = 2.0\n')
    with serving(
        SEALBOX, "serve", "--seed", "flag", cwd=tmp_path, SEALBOX_SEED="env", SEALBOX_CLOCK="instant"
    ) as (
        url,
        _,
    ):
        info = httpx2.get(f"{url}/_sandbox/info").json()

    assert (info["seed"], info["clock"]["mode"]) == ("flag", "instant")


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["--switch", "vec.nope=1"], {}, "there is no switch 'vec.nope'"),
        (["--switch", "vec.row_faults=perhaps"], {}, "vec.row_faults is one of fail_row, refuse_upload"),
        (["--port", "99999"], {}, "port: Input should be less than or equal to 65535"),
        ([], {"SEALBOX_CLOCK": "sundial"}, "clock: Input should be 'auto', 'manual' or 'instant'"),
        ([], {"SEALBOX_CLOCK_START": "2025-01-01T00:00:00"}, "clock_start: write the zone too"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_exits_with_2(
    run: Run, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    ended = run("serve", *arguments, **environment)

    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_a_sentence_and_not_a_traceback(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("serve", "--port", str(taken.getsockname()[1]))

    assert ended.returncode == 2
    assert "--port 0 takes a free one" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_env_prints_what_a_client_needs_on_stdout(run: Run) -> None:
    ended = run("env", "--url", "http://127.0.0.1:4791/")

    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        "export VEC_URL=http://127.0.0.1:4791/vec",
        "export VEC_TOKEN=sealbox_vec_demo",
        "export VEC_TEMPLATE=9e3b1020-5a0d-4d1f-8c11-5ea1b0c00001",
        "export CERTIFIQI_URL=http://127.0.0.1:4791/certifiqi",
        "export CERTIFIQI_TOKEN=sealbox_certifiqi_demo",
        "export SEALBOX_URL=http://127.0.0.1:4791",
        "export SEALBOX_TENANT=demo",
    ]


HEAVY = {"connexion", "faker", "httpx2", "orjson", "pydantic", "rich", "starlette", "uvicorn", "yaml"}


def imported(*arguments: str) -> set[str]:
    """The modules that are there once `sealbox` with these arguments has ended."""
    code = (
        "import sys; from sealbox.cli import main\n"
        f"sys.argv = ['sealbox', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code, ended.code\n"
        "print('modules:', *sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ended.stdout.rpartition("modules:")[2].split())


def test_the_list_of_commands_waits_for_no_library_and_no_command() -> None:
    modules = imported("--help")

    assert modules & HEAVY == set()
    assert [name for name in modules if name.startswith("sealbox.")] == ["sealbox.cli"]


@pytest.mark.parametrize("command", ["serve", "watch", "journal", "hooks", "explain"])
def test_the_help_of_a_command_waits_for_no_library(command: str) -> None:
    assert imported(command, "--help") & HEAVY <= {"pydantic"}, "typer reads types with it"


def test_every_command_is_listed_with_a_line_of_its_own(run: Run) -> None:
    listed = run("--help").stdout
    names = [name for section in COMMANDS.values() for name in section]

    assert [name for name in names if not re.search(rf"^  {name}  +\S", listed, re.MULTILINE)] == []
    assert (
        "Exit codes: 0 good, 1 refused or does not hold, 2 usage, 3 no server there, 130 Ctrl-C."
        in " ".join(listed.split())
    )


@pytest.mark.parametrize("name", [name for section in COMMANDS.values() for name in section])
def test_the_line_of_a_command_is_how_its_own_help_begins(name: str) -> None:
    (line,) = [section[name][1] for section in COMMANDS.values() if name in section]
    ended = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
    begins = " ".join(ended.stdout.split()).partition("COMMAND [ARGS]... ")[2] or ended.stdout

    assert ended.exit_code == 0
    assert line.rstrip(".") in begins


def commands(name: str = "") -> list[list[str]]:
    """Every command with its subcommands, by the words that call it."""
    listed = CliRunner().invoke(app, [*name.split(), "--help"]).stdout.partition("Commands:")[2]
    return [[name, line.split()[0]] for line in listed.splitlines() if re.match(r"  \w", line)]


@pytest.mark.parametrize(
    "name", [name for section in COMMANDS.values() for name in section if name != "serve"]
)
def test_every_command_gives_data_too(name: str) -> None:
    """`demo csv` and `csv fix` print a file and nothing else; `proxy` writes `drift.json`."""
    for words in commands(name) or [[name]]:
        shown = CliRunner().invoke(app, [*words, "--help"]).stdout
        assert "--json" in shown or words in (["demo", "csv"], ["csv", "fix"], ["proxy"]), words


def test_a_slip_is_put_right(run: Run) -> None:
    ended = run("sing", "65062")

    assert ended.returncode == 2
    assert "Did you mean 'sign'?" in ended.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_be_taught(run: Run, shell: str) -> None:
    taught = run("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")

    assert "_SEALBOX_COMPLETE" in taught.stdout


def test_the_server_is_ready_within_two_seconds(serving: Serving, tmp_path: Path) -> None:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        with serving(SEALBOX, "serve", cwd=tmp_path) as (url, _screen):
            httpx2.get(f"{url}/_sandbox/ready")
            times.append(time.perf_counter() - started)

    assert median(times) < 2 * 2, "twice the promise, for a machine that also runs the other tests"


def test_an_interrupted_server_ends_without_a_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [SEALBOX, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stderr
    for line in process.stderr:
        if "Ctrl-C" in line:
            break
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.wait(timeout=20)
    process.stderr.close()

    assert "Traceback" not in rest


@pytest.mark.parametrize("command", [["watch"], ["hooks", "listen", "--port", "0"]], ids=" ".join)
def test_a_command_that_follows_ends_when_interrupted(
    serving: Serving, tmp_path: Path, command: list[str]
) -> None:
    with serving(SEALBOX, "serve", cwd=tmp_path) as (url, _):
        process = subprocess.Popen(
            [SEALBOX, *command, "--url", url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr
        said = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=20)

    assert "Ctrl-C ends it" in said
    assert (process.returncode, printed, errors) == (130, "", "")
