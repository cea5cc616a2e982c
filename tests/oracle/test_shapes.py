"""What counts as a value of some kind, where a table and an example of the pages differ."""

from __future__ import annotations

import pytest
from sealbox_conformance.suites.certifiqi import shapes


@pytest.mark.parametrize("value", [0, 1.5, "0", "-7", "0.01", "1e+20", "1.5E-07"])
def test_a_total_is_a_number_or_text_that_holds_one_however_large(value: object) -> None:
    assert (shapes.NUMBER | shapes.NUMBER_AS_TEXT).has(value)


@pytest.mark.parametrize("value", ["", "much", "1,5", "1e", "0x1", None, True])
def test_other_text_is_no_total(value: object) -> None:
    assert not (shapes.NUMBER | shapes.NUMBER_AS_TEXT).has(value)


@pytest.mark.parametrize(("value", "whole"), [("1", True), ("-1", True), ("1.0", False), ("1e3", False)])
def test_a_whole_number_in_text_is_digits(value: str, *, whole: bool) -> None:
    assert shapes.DIGITS.has(value) is whole
