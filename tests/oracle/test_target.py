from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from sealbox_conformance import cli, contract, target
from sealbox_conformance.curl import command
from sealbox_conformance.gate import Limits
from sealbox_conformance.profile import TargetError
from sealbox_conformance.suites.vec.client import Vec

REMOTE = """
name: Theirs
apis:
  vec: {url: "https://vec.example.com", credentials: {full: {env: VEC_TOKEN}, viewer: {env: VEC_VIEWER}}}
"""


def _profile(folder: Path, text: str) -> Path:
    path = folder / "target.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_address_gives_every_api() -> None:
    found = target.load(url="http://127.0.0.1:9/")

    assert {name: api.url for name, api in found.apis.items()} == {
        name: f"http://127.0.0.1:9/{name}" for name in contract.apis()
    }
    assert found.is_local()


def test_credentials_of_others_come_from_the_environment(tmp_path: Path) -> None:
    found = target.load(_profile(tmp_path, REMOTE), environ={"VEC_TOKEN": "secret"})

    assert found.apis["vec"].credentials == {"full": "secret"}
    assert not found.is_local()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (REMOTE, "the variable VEC_TOKEN is not set"),
        (REMOTE.replace("{env: VEC_TOKEN}", "secret"), "names a variable"),
        (REMOTE.replace("name: Theirs", "claims: [magic]"), "no feature magic"),
        (REMOTE.replace("vec:", "vac:"), "no API vac"),
        ("apis: {vec: {credentials: {full: x}}}", "no address"),
        (REMOTE.replace("name: Theirs", "limits: {speed: 1}"), "limits has no speed"),
        (REMOTE.replace("name: Theirs", "limits: {requests: 0}"), "a number above 0, not 0"),
        (
            REMOTE.replace("name: Theirs", "limits: {requests_per_second: fast}"),
            "limits.requests_per_second is a number above 0, not a text",
        ),
        (REMOTE.replace("name: Theirs", "limit: {}"), "a profile has no limit"),
        (REMOTE.replace("https://", "https://["), "is no address"),
        (REMOTE.replace("https://", "https://user:hush@"), "holds no credentials"),
        ("[]", "mapping"),
        ("apis: []", "apis is a mapping of APIs, as `vec`, not a list"),
        ("url: 5\napis: {}", "url is an address, as https://api.example.com, not a number"),
        (REMOTE.replace("name: Theirs", "control: [a]"), "control is a mapping"),
        (REMOTE.replace("name: Theirs", "control: {advanse: /x}"), "did you mean advance"),
        (REMOTE.replace("name: Theirs", "patience: soon"), "patience is a number of seconds above 0"),
        (REMOTE.replace("name: Theirs", "claims: signs"), "claims is a list of features, not a text"),
        (REMOTE.replace("{env: VEC_TOKEN}", "{}"), "full is the name of a variable"),
        (REMOTE.replace("{env: VEC_TOKEN}", "12345"), "full is the name of a variable.*, not a number"),
        (REMOTE.replace("{env: VEC_TOKEN}", "{enf: A}"), "full is the name of a variable"),
        (REMOTE.replace("full:", "ful:"), "apis.vec.credentials has no full"),
        (REMOTE.replace("viewer:", "viever:"), "apis.vec.credentials has no viever; did you mean viewer"),
        ("apis: {vec: {credentials: full}}", "apis.vec.credentials is a mapping of kinds"),
        ("apis: {vec: {url: 'http://[::1]'}}", "vec.credentials has no full"),
        (REMOTE.replace("credentials:", "positons: 2, credentials:"), "no positons; did you mean positions"),
        (REMOTE.replace("credentials:", "positions: 0, credentials:"), "positions is a whole number above 0"),
        (REMOTE.replace("credentials:", "signatories_as: xml, credentials:"), "brackets or json, not 'xml'"),
        (REMOTE.replace("credentials:", "users: {able: ana}, credentials:"), "able is a list of ids"),
        ("[", "cannot be read"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(TargetError, match=complaint):
        target.load(_profile(tmp_path, text), environ={})


@pytest.mark.parametrize("written", ["{a: 5555}", "5555", "[5555]"])
def test_a_mistake_in_a_profile_tells_no_secret(tmp_path: Path, written: str) -> None:
    with pytest.raises(TargetError) as caught:
        target.load(_profile(tmp_path, REMOTE.replace("{env: VEC_TOKEN}", written)), environ={})

    assert "5555" not in str(caught.value)


@pytest.mark.parametrize("written", ["{}", "12345", "[a]"])
def test_a_mistake_in_a_profile_is_no_broken_promise(judge: Any, tmp_path: Path, written: str) -> None:
    path = _profile(tmp_path, REMOTE.replace("{env: VEC_TOKEN}", written))
    run = judge("--target", path, "--yes-i-may-test-this-target")

    assert run.code == cli.USAGE
    assert run.stderr.startswith("sealbox-conformance: apis.vec.credentials.full is the name of a variable")


@pytest.mark.parametrize("url", ["http://sealbox.test.svc:4780", "http://sealbox:4780", "http://10.0.0.7"])
def test_the_made_up_tokens_go_to_any_sealbox(url: str) -> None:
    found = target.load(url=url)

    assert found.apis["vec"].credentials["full"] == "sealbox_vec_demo"
    assert not found.is_local()
    assert "webhooks" not in found.claims, "its webhooks do not reach this machine's loopback"
    assert "webhooks" in target.load(url="http://127.0.0.1:1").claims


@pytest.mark.parametrize("name", ["sealbox.yaml", "example.yaml"])
def test_the_profiles_that_ship_can_be_loaded(name: str) -> None:
    path = Path(str(contract.root() / "fixtures")) / "targets" / name
    environ = {"VEC_TOKEN": "a", "CERTIFIQI_TOKEN": "b"}

    assert set(target.load(path, environ=environ).apis) == set(contract.apis())


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("https://vec.example.com", False),
        ("https://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
    ],
)
def test_only_this_machine_is_local(url: str, local: object) -> None:
    assert target.is_loopback(url) == local


def test_no_credential_is_ever_printed() -> None:
    found = target.load(url="http://127.0.0.1:9")
    token = found.apis["vec"].credentials["viewer"]
    request = httpx2.Request("GET", "http://127.0.0.1:9/vec", headers={"Authorization": f"Bearer {token}"})
    shown = command(request, None, found.redact)

    assert "sealbox_vec_demo" not in shown
    assert """-H 'Authorization: Bearer '"$VEC_TOKEN_VIEWER\"""" in shown


def test_a_credential_is_hidden_however_it_is_written(tmp_path: Path) -> None:
    secret = 'a/b+"c'
    found = target.load(_profile(tmp_path, REMOTE), environ={"VEC_TOKEN": secret, "VEC_VIEWER": f"{secret}d"})
    text = f"{secret} {quote(secret, safe='')} {quote(secret)} {json.dumps(secret)} {secret}d"

    assert found.redact(text) == '$VEC_TOKEN $VEC_TOKEN $VEC_TOKEN "$VEC_TOKEN" $VEC_TOKEN_VIEWER'


def test_a_target_without_credentials_has_nothing_to_hide() -> None:
    assert target.Target("x", {}, frozenset()).redact("nothing") == "nothing"


def test_limits_of_a_profile_are_read(tmp_path: Path) -> None:
    text = REMOTE.replace("name: Theirs", "limits: {read_only: true, requests_per_second: 2.5, requests: 10}")
    found = target.load(_profile(tmp_path, text), environ={"VEC_TOKEN": "secret"})

    assert found.limits == Limits(read_only=True, rate=2.5, requests=10)


def test_as_many_signatories_are_sent_as_a_profile_names_positions() -> None:
    known = {"positions": 3, "users": {"able": ["user-1", "user-2", "user-3", "user-4"]}}
    wire: Any = SimpleNamespace(call=None, target=None, api=SimpleNamespace(known=known))

    sent = [(one.user_uuid, one.index) for one in Vec(wire).signed_by("chosen")]

    assert sent == [("chosen", 1), ("user-1", 2), ("user-2", 3)]
