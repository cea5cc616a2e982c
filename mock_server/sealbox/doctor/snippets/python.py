"""requests, httpx and their kin, which write alike, and aiohttp."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect


def _like_requests(module: str) -> Dialect:
    call = """
import os

import MODULE

answer = MODULE.%(lower)s(
    os.environ["%(URL)s"] + "%(path)s",
    headers={"%(header)s": %(credential)s},
    MORE)
print(answer.status_code, answer.text)
"""
    form = """data={
%(fields)s    },
    files={"%(file_field)s": ("%(file)s", open("%(file)s", "rb"), "%(type)s")},
"""
    json = 'json=json.load(open("event.json", encoding="utf-8")),\n'
    template = call.replace("MODULE", module)
    return Dialect(
        key='os.environ["%(TOKEN)s"]',
        bearer='"Bearer " + os.environ["%(TOKEN)s"]',
        field='        "%(name)s": "%(value)s",\n',
        form=template.replace("MORE", form),
        json="\nimport json" + template.replace("MORE", json),
        plain=template.replace("    MORE", ""),
    )


REQUESTS: Final = _like_requests("requests")

AIOHTTP_CALL: Final = """
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.%(lower)s(
            os.environ["%(URL)s"] + "%(path)s",
            headers={"%(header)s": %(credential)s},BODY
        ) as answer:
            print(answer.status, await answer.text())

asyncio.run(main())
"""

AIOHTTP: Final = Dialect(
    key=REQUESTS.key,
    bearer=REQUESTS.bearer,
    field='form.add_field("%(name)s", "%(value)s")\n',
    form="""
import asyncio
import os

import aiohttp

form = aiohttp.FormData()
%(fields)sfile = open("%(file)s", "rb")
form.add_field("%(file_field)s", file, filename="%(file)s", content_type="%(type)s")

"""
    + AIOHTTP_CALL.lstrip().replace("BODY", "\n            data=form,"),
    json="""
import asyncio
import json
import os

import aiohttp

event = json.load(open("event.json", encoding="utf-8"))

"""
    + AIOHTTP_CALL.lstrip().replace("BODY", "\n            json=event,"),
    plain="""
import asyncio
import os

import aiohttp

"""
    + AIOHTTP_CALL.lstrip().replace("BODY", ""),
)

DIALECTS: Final = {
    "requests": REQUESTS,
    "niquests": _like_requests("niquests"),
    "httpx": _like_requests("httpx"),
    "httpx2": _like_requests("httpx2"),
    "aiohttp": AIOHTTP,
}
