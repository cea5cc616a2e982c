"""curl."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect

CURL: Final = Dialect(
    key="$%(TOKEN)s",
    bearer="Bearer $%(TOKEN)s",
    field="  -F '%(name)s=%(value)s' \\\n",
    form="""
curl -sSi "$%(URL)s%(path)s" \\
  -H "%(header)s: %(credential)s" \\
%(fields)s  -F '%(file_field)s=@%(file)s;type=%(type)s'
""",
    json="""
curl -sSi "$%(URL)s%(path)s" \\
  -H "%(header)s: %(credential)s" \\
  -H 'Content-Type: application/json' \\
  --data-binary @event.json
""",
    plain="""
curl -sSi -X %(method)s "$%(URL)s%(path)s" \\
  -H "%(header)s: %(credential)s"
""",
)

DIALECTS: Final = {"curl": CURL}
