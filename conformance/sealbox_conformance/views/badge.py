"""A badge: data for shields.io's endpoint, and a picture that needs nobody."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from sealbox_conformance.report import JUDGED, exit_code
from sealbox_conformance.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

LABEL = "conformance"
COLOURS: Mapping[str, str] = {"brightgreen": "#2e7d32", "red": "#c62828", "lightgrey": "#616161"}
LETTER = 6.6  # pixels that one takes on average

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img">
<title>{label}: {text}</title>
<rect width="{all}" height="20" rx="3" fill="#424242"/>
<rect x="{left}" width="{right}" height="20" rx="3" fill="{colour}"/>
<rect x="{left}" width="4" height="20" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{middle}" y="14">{label}</text><text x="{centre}" y="14">{text}</text>
</g></svg>"""


def endpoint(result: Mapping[str, Any]) -> dict[str, Any]:
    found = Counter(row["verdict"] for row in result["verdicts"])
    code = exit_code(result)
    broken = found[Verdict.FAILED] + found[Verdict.EXPIRED]
    judged = broken + sum(found[verdict] for verdict in JUDGED)
    words = {0: f"{found[Verdict.PASSED]} of {judged} kept", 1: f"{broken} of {judged} broken"}
    if result["broken_acts"]:
        words[4] = "control plane broken"
    colours = {0: "brightgreen", 1: "red"}
    return {
        "schemaVersion": 1,
        "label": LABEL,
        "message": words.get(code, "not concluded"),
        "color": colours.get(code, "lightgrey"),
    }


def svg(result: Mapping[str, Any]) -> str:
    told = endpoint(result)
    left, right = (round(len(text) * LETTER) + 10 for text in (told["label"], told["message"]))
    return SVG.format(
        label=told["label"],
        text=escape(told["message"]),
        colour=COLOURS[told["color"]],
        left=left,
        right=right,
        all=left + right,
        middle=left / 2,
        centre=left + right / 2,
    )
