"""How commands reach a running server's control plane, at SEALBOX_URL."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from .output import REFUSED, UNREACHABLE, as_json, end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2

Params = ParamSpec("Params")

DEFAULT_URL = "http://127.0.0.1:4780"
LONGEST_WAIT = 60  # seconds for one answer: a long advance delivers every webhook on its way

Url = Annotated[str, typer.Option(help="Where the server is.", envvar="SEALBOX_URL")]
Tenant = Annotated[str, typer.Option(help="Whose world.", envvar="SEALBOX_TENANT")]
AsJson = Annotated[bool, typer.Option("--json", help="The data as the server gave it.")]

OPTIONS = (
    Parameter("url", Parameter.KEYWORD_ONLY, default=DEFAULT_URL, annotation=Url),
    Parameter("tenant", Parameter.KEYWORD_ONLY, default="demo", annotation=Tenant),
    Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=AsJson),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and whose world in it is meant."""

    url: str
    tenant: str
    as_json: bool = False

    def get(self, path: str, /, **query: Any) -> Any:
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.ask("POST", path, body=body)

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.ask("PUT", path, body=body)

    def delete(self, path: str) -> Any:
        return self.ask("DELETE", path)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """The answer of `/_sandbox<path>`.

        Ends the command with exit code 3 when no Sealbox answers there, with 1 when it refuses, each with a
        sentence on stderr.
        """
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        answer = self.send(method, f"/_sandbox{path}", params={"tenant": self.tenant, **asked}, json=body)
        try:
            found = answer.json()
        except ValueError as error:
            end(f"no Sealbox answers at {self.url}: {error}", UNREACHABLE)
        if answer.is_error:
            end(found.get("detail", answer.text), REFUSED)
        return found

    def text(self, path: str, /, **query: Any) -> str:
        """The answer as it is, for what is no JSON."""
        asked = {name: value for name, value in query.items() if value is not None}
        answer = self.send("GET", f"/_sandbox{path}", params={"tenant": self.tenant, **asked})
        if answer.is_error:
            end(answer.json().get("detail", answer.text), REFUSED)
        return answer.text

    def send(self, method: str, path: str, **details: Any) -> httpx2.Response:
        """Whatever is answered; ends the command with exit code 3 when nobody does."""
        import httpx2

        try:
            return httpx2.request(
                method, f"{self.url}{path}", timeout=LONGEST_WAIT, trust_env=False, **details
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            end(f"no Sealbox answers at {self.url}: {error}", UNREACHABLE)

    def show(self, found: Any, text: str) -> None:
        """Data for programs, or a few words about it."""
        typer.echo(as_json(found) if self.as_json else text)


def on_server(function: Callable[Concatenate[Server, Params], None]) -> Callable[..., None]:
    """A command that speaks to a server: `--url`, `--tenant` and `--json` are its first argument."""
    _, *own = signature(function, eval_str=True).parameters.values()

    def command(*, url: str, tenant: str, as_json: bool, **given: Any) -> None:
        function(Server(url.rstrip("/"), tenant, as_json), **given)  # type: ignore[call-arg]  # as `own` has it

    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {}
    command.__signature__ = Signature([*own, *OPTIONS])  # type: ignore[attr-defined]  # inspect reads it
    return command
