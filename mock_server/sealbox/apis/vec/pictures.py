"""Pictures with letters in them: signatures, avatars, logos, and a PDF's first page as a picture."""

from __future__ import annotations

import math
from functools import lru_cache
from hashlib import sha256
from importlib.resources import as_file, files
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]  # ships no py.typed
from PIL import Image, ImageDraw, ImageFont

from .lettering import GARAMOND, GARAMOND_ITALIC, GREAT_VIBES, has_letters, printable

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

    from .lettering import Face

INK, GOLD = "#1b2a6b", "#c8a45c"
COLOURS = ("#1f3a5f", "#7a2e3b", "#2f5d50", "#5b3f73", "#8a5a1c", "#2a6278", "#6b2d5c", "#44546a")
SMOOTHING = 2
"""Pictures are drawn this much larger and then made smaller, because Pillow's lines have hard edges and
PDFium moves a barcode's lines to whole pixels."""

PDFIUM = Lock()
"""PDFium may be used by one thread at a time."""


def first_page(pdf: bytes, *, width: int) -> bytes:
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        # rounded down, because PDFium rounds the size in pixels up
        scale = math.floor(width * SMOOTHING / page.get_width() * 1e6) / 1e6
        picture = page.render(scale=scale).to_pil().convert("RGB")
    return _png(picture.reduce(SMOOTHING))


@lru_cache(maxsize=64)
def signature(name: str) -> bytes:
    size = (600 * SMOOTHING, 200 * SMOOTHING)
    chance = _chance(name)
    face = GREAT_VIBES if has_letters(name, GREAT_VIBES) else GARAMOND_ITALIC
    written = printable(name, face)
    ink = Image.new("L", size, 0)
    draw = ImageDraw.Draw(ink)
    font = _fitting(written, face, width=size[0] * 0.8, height=size[1] * 0.54)
    draw.text((size[0] / 2, size[1] * 0.46), written, font=font, fill=255, anchor="mm")
    _flourish(draw, size, chance)
    ink = ink.rotate(2 + chance[0] % 4, resample=Image.Resampling.BICUBIC).reduce(SMOOTHING)
    picture = Image.new("RGB", ink.size, INK)
    picture.putalpha(ink)
    return _png(picture)


def _flourish(draw: ImageDraw.ImageDraw, size: tuple[int, int], chance: bytes) -> None:
    """A stroke under a signature. It alone tells two people apart whose letters no font here has."""
    width, height = size
    left, right = width * (0.12 + chance[1] / 2550), width * (0.78 + chance[2] / 2550)
    waves, swing = 0.6 + chance[3] / 255, height * (0.02 + chance[4] / 5100)
    for step in range(300):
        along = step / 299
        x = left + (right - left) * along
        y = height * (0.84 - 0.05 * along) + swing * math.sin(along * waves * math.tau)
        thick = SMOOTHING * (0.6 + 1.6 * math.sin(along * math.pi))  # as a pen that lands and lifts
        draw.ellipse((x - thick, y - thick, x + thick, y + thick), fill=255)


@lru_cache(maxsize=64)
def avatar(name: str) -> bytes:
    side = 256 * SMOOTHING
    picture = Image.new("RGB", (side, side), COLOURS[_chance(name)[0] % len(COLOURS)])
    _initials(picture, name, height=0.42)
    return _png(picture.reduce(SMOOTHING))


@lru_cache(maxsize=64)
def logo(name: str) -> bytes:
    side = 384 * SMOOTHING
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    colour = COLOURS[_chance(name)[0] % len(COLOURS)]
    draw.ellipse((0, 0, side - 1, side - 1), fill=colour)
    ring = side // 14
    draw.ellipse((ring, ring, side - 1 - ring, side - 1 - ring), outline=GOLD, width=side // 64)
    _initials(picture, name, height=0.4)
    return _png(picture.reduce(SMOOTHING))


def _initials(picture: Image.Image, name: str, *, height: float) -> None:
    words = [word for word in name.split() if has_letters(word[0], GARAMOND)]
    letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
    side = picture.width
    font = _fitting(letters or "?", GARAMOND, width=side * 0.62, height=side * height)
    ImageDraw.Draw(picture).text((side / 2, side / 2), letters or "?", font=font, fill="white", anchor="mm")


def _fitting(text: str, face: Face, *, width: float, height: float) -> FreeTypeFont:
    size = 100
    left, top, right, bottom = _font(face, size).getbbox(text or " ")
    scale = min(width / max(right - left, 1), height / max(bottom - top, 1), 2.4 * SMOOTHING)
    return _font(face, max(int(size * scale), 1))


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> FreeTypeFont:
    with as_file(files(face.package) / "files" / face.file) as path:
        # the other layout engine is there or not with the machine's libraries
        return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _chance(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
