"""Node's fetch, axios, got and superagent, as modules: `node snippet.mjs`."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect

KEY: Final = "process.env.%(TOKEN)s"
BEARER: Final = '"Bearer " + process.env.%(TOKEN)s'
HEADERS: Final = '{ "%(header)s": %(credential)s }'
ADDRESS: Final = 'process.env.%(URL)s + "%(path)s"'
FIELD: Final = 'form.append("%(name)s", "%(value)s");\n'

READ_FILE: Final = 'import { readFile } from "node:fs/promises";\n'
MAKE_FORM: Final = """
const form = new FormData();
%(fields)sconst file = new Blob([await readFile("%(file)s")], { type: "%(type)s" });
form.append("%(file_field)s", file, "%(file)s");
"""
READ_JSON: Final = '\nconst event = JSON.parse(await readFile("event.json", "utf8"));\n'


def _fetch(more: str) -> str:
    return f"""
const answer = await fetch({ADDRESS}, {{
  method: "%(method)s",
  headers: {HEADERS},
{more}}});
console.log(answer.status, await answer.text());
"""


NODE_FETCH: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field=FIELD,
    form=READ_FILE + MAKE_FORM + _fetch("  body: form,\n"),
    json=READ_FILE
    + READ_JSON
    + _fetch("  body: JSON.stringify(event),\n").replace(
        HEADERS, '{ "%(header)s": %(credential)s, "Content-Type": "application/json" }'
    ),
    plain=_fetch(""),
)


def _axios(data: str) -> str:
    return f"""
const answer = await axios({{
  method: "%(lower)s",
  url: {ADDRESS},
  headers: {HEADERS},
{data}  validateStatus: () => true,
}});
console.log(answer.status, answer.data);
"""


IMPORT_AXIOS: Final = 'import axios from "axios";\n'

AXIOS: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field=FIELD,
    form=READ_FILE + IMPORT_AXIOS + MAKE_FORM + _axios("  data: form,\n"),
    json=READ_FILE + IMPORT_AXIOS + READ_JSON + _axios("  data: event,\n"),
    plain=IMPORT_AXIOS + _axios(""),
)


def _got(more: str) -> str:
    return f"""
const answer = await got.%(lower)s({ADDRESS}, {{
  headers: {HEADERS},
{more}  throwHttpErrors: false,
}});
console.log(answer.statusCode, answer.body);
"""


IMPORT_GOT: Final = 'import got from "got";\n'

GOT: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field=FIELD,
    form=READ_FILE + IMPORT_GOT + MAKE_FORM + _got("  body: form,\n"),
    json=READ_FILE + IMPORT_GOT + READ_JSON + _got("  json: event,\n"),
    plain=IMPORT_GOT + _got(""),
)


def _superagent(more: str) -> str:
    return f"""
const answer = await superagent
  .%(lower)s({ADDRESS})
  .set("%(header)s", %(credential)s)
{more}  .ok(() => true);
console.log(answer.status, answer.text);
"""


IMPORT_SUPERAGENT: Final = 'import superagent from "superagent";\n'

SUPERAGENT: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field='  .field("%(name)s", "%(value)s")\n',
    form=IMPORT_SUPERAGENT + _superagent('%(fields)s  .attach("%(file_field)s", "%(file)s")\n'),
    json=READ_FILE + IMPORT_SUPERAGENT + READ_JSON + _superagent("  .send(event)\n"),
    plain=IMPORT_SUPERAGENT + _superagent(""),
)

DIALECTS: Final = {
    "Node fetch": NODE_FETCH,
    "axios": AXIOS,
    "form-data": AXIOS,
    "got": GOT,
    "superagent": SUPERAGENT,
}
