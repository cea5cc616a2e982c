"""Where a sandbox can open worlds, each process gets one: in one world they would move each other's clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2

from .profile import TargetError

if TYPE_CHECKING:
    from .target import Target

SEED = "1"
"""That of the world whose objects the profile names."""


def own(target: Target, name: str) -> Target:
    """`target` with the credentials and addresses of a new world `name`.

    Raises TargetError when the sandbox does not open it.
    """
    try:
        answer = httpx2.post(
            target.control["tenant"], json={"tenant": name, "seed": SEED}, timeout=30, trust_env=False
        )
        opened = answer.raise_for_status().json()["apis"]
        tokens = {
            api: {one["kind"]: one["token"] for one in opened[api]["credentials"]} for api in target.apis
        }
        apis = {
            api: replace(known, credentials={kind: tokens[api][kind] for kind in known.credentials})
            for api, known in target.apis.items()
        }
    except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        raise TargetError(f"control.tenant opens no world: {error!r}") from error
    control = {key: f"{address}?tenant={name}" for key, address in target.control.items()}
    return replace(target, apis=apis, control=control)
