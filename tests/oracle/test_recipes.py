"""The recipes can be followed: what they start exists, and all shards of a campaign are in them."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import socket
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml
from sealbox import __version__
from sealbox.app import create_app
from sealbox.cli import app as sealbox
from sealbox_conformance import cli
from sealbox_conformance.budget import Shard

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "conformance" / "recipes"


WORKFLOWS = ("github.yml", "github-step.yml")


def _commands(text: str) -> list[list[str]]:
    """Every call of our commands in `text`, in which variables of any engine stand for a number."""
    text = re.sub(r"\$\{\{[^}]*\}\}|\$\(\([^)]*\)\)", "1", text)
    lines = re.findall(r"(?<![\w/`-])(sealbox(?:-conformance)? .+)", text)
    return [shlex.split(line.rstrip(" &")) for line in lines]


def _yaml(name: str) -> list[Any]:
    return list(yaml.safe_load_all((RECIPES / name).read_text()))


def _texts(node: Any) -> list[str]:
    if isinstance(node, dict | list):
        return [
            text for inner in (node.values() if isinstance(node, dict) else node) for text in _texts(inner)
        ]
    return [node] if isinstance(node, str) else []


def _options(command: str, words: list[str]) -> set[str]:
    app = typer.main.get_command(cli.app if command == "sealbox-conformance" else sealbox)
    default = "judge" if command == "sealbox-conformance" else ""
    name = words[0] if words[0] in app.commands else default  # type: ignore[attr-defined]  # a group
    found = app.get_command(typer.Context(app), name)  # type: ignore[attr-defined]  # as above
    return {option for one in found.params for option in one.opts}


def _calls() -> list[list[str]]:
    readme = (RECIPES / "README.md").read_text()
    texts = [*re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)]
    for name in ("github.yml", "github-step.yml", "kubernetes.yaml"):
        texts += [text for document in _yaml(name) for text in _texts(document)]
    return [call for text in texts for call in _commands(text)]


def test_every_option_of_every_recipe_exists() -> None:
    assert len(_calls()) >= 4 + 2 + 3 + 1
    for command, *words in _calls():
        used = {word for word in words if word.startswith("--")}
        assert used <= _options(command, words), words


def test_the_matrix_has_every_shard() -> None:
    (workflow,) = _yaml("github.yml")
    job = workflow["jobs"]["shard"]
    of = int(re.findall(r"--shard \$\{\{ matrix.shard \}\}/(\d+)", str(job))[0])

    assert job["strategy"]["matrix"]["shard"] == list(range(1, of + 1))
    assert workflow["jobs"]["merge"]["needs"] == "shard"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_judges_the_address_that_it_names(name: str) -> None:
    (workflow,) = _yaml(name)
    steps = [step for one in workflow["jobs"].values() for step in one["steps"]]
    (job,) = [one for one in workflow["jobs"].values() if "env" in one]

    assert all("run" in step or "uses" in step for step in steps)
    assert [step for step in steps if step.get("run", "").startswith('sealbox-conformance "$URL"')]
    assert "curl" not in str(steps), "`sealbox wait` waits"
    for target in job.get("services", {}).values():
        assert target["ports"][0].partition(":")[0] == job["env"]["URL"].rpartition(":")[2]
        assert "--health-cmd" in target["options"], "a job's steps begin once its services are well"


@pytest.mark.parametrize("name", [*WORKFLOWS, "Dockerfile"])
def test_a_recipe_installs_a_wheel_of_this_version_with_extras_that_there_are(name: str) -> None:
    text = (RECIPES / name).read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = re.findall(r"(?:whl|SEALBOX)\[([a-z,]+)\]", text)

    assert set(re.findall(r"sealbox-[\w.-]+\.whl", text)) == {f"sealbox-{__version__}-py3-none-any.whl"}
    assert "SEALBOX_INTERPRETED=1 pip wheel" in text, "it is only called so if it is made so"
    assert asked
    assert {extra for one in asked for extra in one.split(",")} <= set(project["optional-dependencies"])


def test_the_image_is_the_one_that_the_job_runs() -> None:
    text = (RECIPES / "Dockerfile").read_text()
    job = _yaml("kubernetes.yaml")[-1]
    image = job["spec"]["template"]["spec"]["containers"][0]["image"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert f"--tag {image} " in text
    assert image.endswith(f":{__version__}")
    assert json.loads(text.partition("ENTRYPOINT ")[2]) == ["sealbox-conformance"]
    assert "sealbox-conformance" in project["scripts"]
    assert "redis" in re.findall(r"whl\[([a-z,]+)\]", text)[0].split(",")
    assert (ROOT / re.findall(r"--file (\S+)", text)[0]).samefile(RECIPES / "Dockerfile")


def test_the_indexed_job_has_every_shard() -> None:
    _, _, service, database, job = _yaml("kubernetes.yaml")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    of = int(re.findall(r"\+ 1\)\)/(\d+)", container["args"][0])[0])

    assert (job["kind"], job["spec"]["completionMode"]) == ("Job", "Indexed")
    assert job["spec"]["completions"] == of
    assert [Shard.parse(f"{index + 1}/{of}").number for index in range(of)] == [1, 2, 3, 4]
    assert service["spec"]["selector"] == database["spec"]["template"]["metadata"]["labels"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    assert variables["SEALBOX_CONFORMANCE_EXAMPLES"].startswith(f"redis://{service['metadata']['name']}:")


def test_the_job_may_ask_the_sealbox_that_is_served_beside_it() -> None:
    service, served, *_, job = _yaml("kubernetes.yaml")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    (mock,) = served["spec"]["template"]["spec"]["containers"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    asked = urlsplit(variables["TARGET_URL"])

    assert service["spec"]["selector"] == served["spec"]["template"]["metadata"]["labels"]
    assert (asked.hostname, asked.port) == (service["metadata"]["name"], service["spec"]["ports"][0]["port"])
    assert f"--host 0.0.0.0 --allow-host {asked.hostname} " in mock["args"][0]
    assert "--yes-i-may-test-this-target" in container["args"][0]


def _name_of_this_machine() -> str:
    """Another name than localhost that leads here, so that the suite takes it for another machine."""
    for name in (socket.gethostname(), "localhost.localdomain", "sealbox.localhost"):
        with suppress(OSError):
            if socket.gethostbyname(name) == "127.0.0.1":
                return name
    pytest.skip("no name but localhost leads to 127.0.0.1 on this machine")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sealbox_that_is_not_on_loopback_is_judged(serve: Any, judge: Any, jobs: int) -> None:
    name = _name_of_this_machine()
    url = serve(create_app(allow_hosts=[name])).replace("127.0.0.1", name)
    chosen = ("--select", "VEC-CSV-04", "--select", "CERTIFIQI-WEBHOOK-07")
    words = [url, *chosen, "--jobs", jobs, "--seed", 1, "--max-examples", 2]

    assert judge(*words).code == cli.USAGE
    run = judge(*words, "--yes-i-may-test-this-target")
    assert run.having("passed") == ["VEC-CSV-04"], run.stdout
    assert run.having("not_claimed") == ["CERTIFIQI-WEBHOOK-07"], "no webhook reaches our loopback from there"
    assert run.code == cli.PASS


def test_a_sealbox_that_does_not_know_its_name_says_how_to_tell_it(serve: Any, judge: Any) -> None:
    name = _name_of_this_machine()
    url = serve(create_app()).replace("127.0.0.1", name)
    run = judge(url, "--select", "VEC-CSV-04", "--seed", 1, "--yes-i-may-test-this-target")

    assert "--allow-host" in run.rows["VEC-CSV-04"]["message"]


def test_every_recipe_is_in_the_list() -> None:
    listed = set(re.findall(r"\]\(([^)]+)\)", (RECIPES / "README.md").read_text()))

    assert listed == {path.name for path in RECIPES.iterdir() if path.is_file()} - {"README.md"}


@pytest.fixture
def dask_shards() -> Any:
    spec = importlib.util.spec_from_file_location("dask_shards", RECIPES / "dask_shards.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("default")  # what Dask warns of while it starts and stops is its own affair
def test_two_workers_of_dask_run_a_campaign(serve: Any, dask_shards: Any, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    words = [
        serve(create_app()),
        "--api",
        "vec",
        "--select",
        "VEC-BATCH-03",
        "--seed",
        "7",
        "--max-examples",
        "4",
    ]
    # Workers in this process: a shard is a process of its own anyway.
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        code = dask_shards.campaign(client, 2, tmp_path, words)

    joined = yaml.safe_load((tmp_path / "joined" / "verdicts.json").read_text())
    assert code == cli.PASS, (tmp_path / "shards" / "1" / "printed.txt").read_text()
    assert [(shard["number"], shard["seed"]) for shard in joined["shards"]] == [(1, 14), (2, 15)]
    assert [row["verdict"] for row in joined["verdicts"]] == ["passed"]
