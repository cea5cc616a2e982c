"""Codes as SVG files, and pictures of people's and institutions' names."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sealbox.apis.vec import files

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = "https://sandbox.example.com/verify/VEC-IC-20252B0D7B3DCB6D0"


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def test_svg_files_are_xml_that_stands_alone() -> None:
    for drawn in (files.qrcode_svg(ADDRESS), files.barcode_svg("VEC-IC-1 <&>")):
        root = ET.fromstring(drawn)

        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert {"width", "height"} <= set(root.attrib)
        assert b"DOCTYPE" not in drawn


def test_a_barcode_shows_its_text_and_differs_from_another() -> None:
    drawn = files.barcode_svg("VEC-IC-1")

    assert "VEC-IC-1" in "".join(ET.fromstring(drawn).itertext())
    assert drawn != files.barcode_svg("VEC-IC-2")


def test_a_barcode_svg_can_be_scanned() -> None:
    """Its bars, painted as the file says."""
    svg = "{http://www.w3.org/2000/svg}rect"
    bars = [rect for rect in ET.fromstring(files.barcode_svg("VEC-IC-77")).iter(svg) if "x" in rect.attrib]
    painted = Image.new("L", (1600, 200), 255)
    for bar in bars:
        left, width = (float(bar.attrib[key].removesuffix("mm")) * 20 for key in ("x", "width"))
        colour = 0 if "black" in bar.attrib["style"] else 255
        painted.paste(colour, (round(left), 0, round(left + width), 200))

    [code] = zxingcpp.read_barcodes(painted)
    assert code.text == "VEC-IC-77"


def test_a_qr_code_svg_can_be_scanned() -> None:
    """Its one path of dark runs, painted as the file says."""
    drawn = ET.fromstring(files.qrcode_svg(ADDRESS))
    path = next(path.attrib["d"] for path in drawn.iter() if "stroke" in path.attrib)
    painted, x, y = Image.new("L", (400, 400), 255), 0.0, 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if step == "h":
            left, right, top = (round(edge * 8) for edge in (x, x + float(first), y - 0.5))
            painted.paste(0, (left, top, right, top + 8))
            x += float(first)
        else:
            moved = (float(first), float(second))
            x, y = moved if step == "M" else (x + moved[0], y + moved[1])

    [code] = zxingcpp.read_barcodes(painted)
    assert code.text == ADDRESS


# Pictures


@pytest.mark.parametrize(
    ("png", "size", "mode"),
    [
        (lambda: files.signature_png("Ada Lindqvist"), (600, 200), "RGBA"),
        (lambda: files.avatar_png("Ada Lindqvist"), (256, 256), "RGB"),
        (lambda: files.logo_png("Northfield Institute"), (384, 384), "RGBA"),
    ],
    ids=["signature", "avatar", "logo"],
)
def test_pictures_are_png_files_of_a_known_size(
    png: Callable[[], bytes], size: tuple[int, int], mode: str
) -> None:
    made = png()

    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    assert (picture(made).size, picture(made).mode) == (size, mode)


def test_a_signature_is_ink_on_nothing_and_touches_no_edge() -> None:
    ink = picture(files.signature_png("Faizan Ali Jonathan Quigley")).getchannel("A")

    assert ink.getextrema() == (0, 255)
    box = ink.getbbox()
    assert box is not None
    assert box[0] > 0 < box[1]
    assert box[2] < ink.width
    assert box[3] < ink.height


def test_people_sign_differently_even_in_letters_that_no_font_has() -> None:
    names = ("Ada", "Bruno", "Θεοδώρα", "", "\ud800", *(f"王{letter}" for letter in "一二三四五六七"))

    signed = {files.signature_png(name) for name in names}

    assert len(signed) == len(names)


@settings(max_examples=40)
@given(name=st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_name_has_an_avatar_a_logo_and_a_signature(name: str) -> None:
    for png in (files.avatar_png(name), files.logo_png(name), files.signature_png(name)):
        picture(png).verify()
