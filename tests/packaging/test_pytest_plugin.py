"""The pytest plugin as users meet it: installed, in a pytest of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from time import process_time

import httpx2
import pytest
from sealbox.app import create_app
from sealbox.pytest_plugin import tenant_name
from sealbox.sandbox import Plan
from sealbox.testing.certifiqi import cpf
from sealbox.testing.local import Local
from sealbox.testing.tenant import Tenant
from sealbox.timing.clock import ClockMode
from validate_docbr import CPF

pytest_plugins = ["pytester"]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "pytest.md"
STRICT = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider")


def test_the_examples_of_the_documentation_pass(pytester: pytest.Pytester) -> None:
    examples = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    for number, example in enumerate(examples):
        pytester.path.joinpath(f"test_example_{number}.py").write_text(example)

    pytester.runpytest_subprocess(*STRICT).assert_outcomes(passed=4)


def test_every_fixture_and_option_is_documented(pytester: pytest.Pytester) -> None:
    shown = pytester.runpytest_subprocess("--fixtures", "-q").stdout.str()
    text = DOCS.read_text()
    fixtures = re.findall(r"^(\w+)(?: \[\w+ scope\])? -- .*sealbox/pytest_plugin\.py", shown, re.MULTILINE)

    assert len(fixtures) == 7
    assert [name for name in fixtures if f"`{name}`" not in text] == []
    assert "--sandbox-url" in text


def test_an_unmet_expectation_says_what_came_nearest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(vec):
            vec.client.get("/business/batch")
            vec.create_batch(name="Turma 1")
            vec.journal.expect_called("createBatch", times=1, fields={"name": "Turma 2"})
        """
    )
    result = pytester.runpytest_subprocess(*STRICT)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*expected createBatch (times=1, fields={'name': 'Turma 2'}), found it 0 times",
            "E*req-2 POST /vec/business/batches -> 201 createBatch",
            "E*but the field name was 'Turma 1', not 'Turma 2'",
            "*- sealbox journal -*",
            "req-1 GET /vec/business/batch -> 404: *nearest*/business/batches*",
            "req-2 POST /vec/business/batches -> 201 createBatch",
        ]
    )
    assert "expect_called(self" not in result.stdout.str()


def test_a_test_that_passes_or_has_no_sandbox_shows_no_journal(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_passes(vec):
            vec.create_batch()

        def test_without():
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-rA", *STRICT)

    result.assert_outcomes(passed=1, failed=1)
    assert "sealbox journal" not in result.stdout.str()


def test_nothing_is_imported_before_a_fixture_is_used(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_without():
            assert "sealbox.pytest_plugin" in sys.modules
            assert not sys.modules.keys() & {"connexion", "starlette", "httpx2", "yaml", "sealbox.app"}
        """
    )

    pytester.runpytest_subprocess("-p", "no:schemathesis", "-p", "no:randomly", *STRICT).assert_outcomes(
        passed=1
    )


def test_the_plugin_alone_imports_little() -> None:
    script = "import pytest, sys; old = set(sys.modules); import sealbox.pytest_plugin"
    script += "; print(sys.modules.keys() - old)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert len(run.stdout.split(",")) < 10


def test_it_stands_beside_the_conformance_plugin(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("-p", "sealbox_conformance.plugin", "--help")

    assert result.ret == 0
    result.stdout.fnmatch_lines_random(["*--sandbox-url*", "*--sealbox-order*"])


WORLDS = """
    import pytest

    @pytest.mark.parametrize("number", range(6))
    def test_each_has_its_own(vec, number):
        before = vec.client.get("/business/batches").json()["meta"]["total"]
        batch = vec.create_batch()
        assert vec.client.get("/business/batches").json()["meta"]["total"] == before + 1
        assert len(vec.journal.all()) == 3
        print("made", number, batch["id"])
"""


def test_worlds_are_apart_and_the_same_in_every_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WORLDS)
    runs = [
        sorted(re.findall("made .*", pytester.runpytest_subprocess("-rA", *STRICT, *more).stdout.str()))
        for more in ([], ["-n", "2"])
    ]

    assert len(runs[0]) == len(set(runs[0])) == 6
    assert runs[0] == runs[1]


def test_a_server_that_runs_elsewhere_is_used_and_left_clean(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WORLDS)
    with Local(create_app(Plan(clock=ClockMode.MANUAL))) as local:
        result = pytester.runpytest_subprocess(*STRICT, "-n", "2", "--sandbox-url", local.url)
        tenants = httpx2.get(f"{local.url}/_sandbox/tenants").json()["tenants"]

    result.assert_outcomes(passed=6)
    assert [tenant["tenant"] for tenant in tenants] == ["demo"]


def test_a_server_that_does_not_answer_is_an_error_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(vec): pass")

    result = pytester.runpytest_subprocess(*STRICT, "--sandbox-url", "http://127.0.0.1:9")
    result.assert_outcomes(errors=1)


def test_a_mark_that_asks_for_nothing_known_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.sandbox(switches={"vec.nothing": "x"})
        def test_it(vec):
            pass
        """
    )
    result = pytester.runpytest_subprocess(*STRICT)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E*there is no switch 'vec.nothing'*"])


def test_it_works_within_a_running_loop(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio

        def test_it(vec, clock, sandbox_env):
            async def code():
                import httpx2

                async with httpx2.AsyncClient() as client:
                    headers = {"Authorization": f"Bearer {vec.token}"}
                    answer = await client.get(f"{vec.url}/business/batches", headers=headers)
                vec.create_batch()
                clock.advance("1h")
                return answer.status_code

            assert asyncio.run(code()) == 200
        """
    )

    pytester.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)


def test_webhooks_are_received_and_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_it(certifiqi, clock, webhooks):
            with pytest.raises(AssertionError, match="no webhook has come"):
                webhooks.last()
            webhooks.status = 500
            event = certifiqi.event()
            certifiqi.sign(certifiqi.signers(event)[0]["id"])
            refused = webhooks.all()
            webhooks.status = 200
            clock.run_until_idle()
            again = webhooks.all()[len(refused):]
            assert {one.body for one in refused} < {one.body for one in again}
            assert {one.method for one in again} == {"POST"}
            webhooks.clear()
            assert webhooks.all() == []

        def test_rejected(certifiqi, webhooks):
            event = certifiqi.event(signers=2, quorum=1)
            certifiqi.reject(certifiqi.signers(event)[0]["id"])
            certifiqi.journal.expect_called("createBatchGroup", fields={"webhook_url": webhooks.url})
            certifiqi.journal.expect_not_called("cancelBatchGroup")
            assert certifiqi.journal.last()["operation"] == "getBatchGroup"
            certifiqi.journal.clear()
            assert certifiqi.journal.last() is None
            with pytest.raises(AssertionError, match="nothing was asked"):
                certifiqi.journal.expect_called("GET /batch_group/x")
        """
    )

    pytester.runpytest_subprocess(*STRICT).assert_outcomes(passed=2)


def test_a_fresh_world_takes_little() -> None:
    with Local(create_app(Plan(clock=ClockMode.MANUAL))) as local:
        Tenant(local, "warm").close()
        started = process_time()
        for _ in range(50):
            Tenant(local, "again").close()
        took = (process_time() - started) / 50

    assert took < 0.004  # a quarter of a millisecond or so on an idle machine


@pytest.mark.parametrize("number", [1, 99, 123456789])
def test_signers_have_valid_documents(number: int) -> None:
    assert CPF().validate(cpf(number))


def test_a_tenants_name_is_one_that_servers_take() -> None:
    name = tenant_name("tests/test_it.py::test_ção[a-b]", shared=True)

    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name)
    assert tenant_name("a", shared=False) == tenant_name("a", shared=False) != tenant_name("b", shared=False)
