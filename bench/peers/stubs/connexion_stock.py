"""What a person writes who takes Connexion as it comes: the same operations, validated both ways.

It reads the CSV, keeps the batch, and gives it an id of its own.
"""

from __future__ import annotations

import csv
import io
from copy import deepcopy
from itertools import count
from typing import Any

from connexion import AsyncApp
from connexion.resolver import Resolver

from bench.peers.document import example, joined

EVENT = example("200", "certifiqi")
BATCH = example("201", "vec")
TOKENS = {"sealbox_certifiqi_demo", "sealbox_vec_demo"}
KEPT: dict[str, Any] = {}
NUMBERS = count(1)


def judged(token: str) -> dict[str, str] | None:
    return {"sub": token} if token in TOKENS else None


async def get_event(batch_group_key: str) -> Any:
    return EVENT if batch_group_key == EVENT["batch_group_key"] else ({"title": "Not Found"}, 404)


async def create_batch(body: Any, csv_file: Any) -> Any:
    rows = list(csv.DictReader(io.StringIO((await csv_file.read()).decode())))
    made = deepcopy(BATCH)
    made["data"] |= {
        "id": f"9e7860e3-7c0a-401f-98f6-{next(NUMBERS):012x}",
        "name": body["name"],
        "total_certificates": len(rows),
    }
    KEPT[made["data"]["id"]] = rows
    return made, 201


def made() -> AsyncApp:
    document = joined()
    for scheme in document["components"]["securitySchemes"].values():
        bearer = scheme["type"] == "http"
        scheme["x-bearerInfoFunc" if bearer else "x-apikeyInfoFunc"] = f"{__name__}.{judge(bearer=bearer)}"
    app = AsyncApp(__name__)
    handlers = {"getBatchGroup": get_event, "createBatch": create_batch}
    app.add_api(document, resolver=Resolver(handlers.__getitem__), validate_responses=True)
    return app


def judge(*, bearer: bool) -> str:
    return "judged" if bearer else "judged_key"


def judged_key(apikey: str) -> dict[str, str] | None:
    return judged(apikey)


app = made()
