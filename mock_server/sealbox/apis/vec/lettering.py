"""The typefaces of the files, and which letters they have."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

MISSING = "\N{WHITE SQUARE}"
LONGEST = 1000
"""More of a text would never be seen, and a CSV cell may be very long."""


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface in a package that holds nothing else."""

    name: str
    package: str
    file: str


GARAMOND = Face("Sealbox-Garamond", "fontpkg_eb_garamond", "EBGaramond[wght].ttf")
GARAMOND_ITALIC = Face("Sealbox-Garamond-Italic", "fontpkg_eb_garamond", "EBGaramond-Italic[wght].ttf")
GREAT_VIBES = Face("Sealbox-Great-Vibes", "fontpkg_great_vibes", "GreatVibes-Regular.ttf")


@cache
def in_pdf(face: Face) -> TTFont:
    """`face` as ReportLab knows it. From then on its name can be used in any document."""
    with as_file(files(face.package) / "files" / face.file) as path:
        font = TTFont(face.name, str(path))
    registerFont(font)
    return font


def printable(text: str, face: Face) -> str:
    """`text` on one line, with a square for each letter that `face` does not have."""
    known = in_pdf(face).face.charToGlyph
    line = " ".join(unicodedata.normalize("NFC", text[:LONGEST]).split())
    seen = (letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cf"))
    return "".join(letter if ord(letter) in known else MISSING for letter in seen)


def has_letters(text: str, face: Face) -> bool:
    shown = printable(text, face)
    return bool(shown) and MISSING not in shown
