"""Names, addresses and numbers of people, replaced by others of the same kind: valid for valid, one for one.

A pseudonym stays what it is when it is met again. E-mail addresses at example.* are nobody's and stay too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Collection

REPLACED: Final = "Redacted 0"
_DOMAIN_OF_NOBODY: Final = re.compile(
    r"(?:[\w-]+\.)*(?:example(?:\.(?:com|org|net|edu|com\.br))?)\.?", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"'()\[\]{}=&?/\\|]+@[^\s@<>,;:\"'()\[\]{}=&?/\\|]+")
_DIGITS: Final = re.compile(r"(?<![\w.-])\d[\d./-]{9,16}\d(?![\w-])")
_OUR_ADDRESS: Final = re.compile(r"(?:[\w.-]+\+)?redacted-(\d+)@example\.com")
_OUR_TEXT: Final = re.compile(r"Redacted (\d+)|redacted-(\d+)")
_LARGEST: Final = 10_000  # numbers below it, filled up with zeros, are ours
_TAKEN: Final = re.compile(r"(?i:redacted)[ -](\d{1,6})(?!\d)")
_SHORTEST_NAME: Final = 3  # letters of a name that is looked for in other texts
_WORD_OF_A_MACHINE: Final = re.compile(r"[a-z][a-z0-9_-]*|[\d.:+-]*|[0-9A-Fa-f-]{36}")


class Pseudonyms:
    """Who stands for whom. `magic` are local parts which ask the sandbox for something, and so are kept.

    `taken` is text in which pseudonyms may be already, whose numbers nobody new is given.
    """

    def __init__(self, *, magic: Collection[str] = (), taken: str = "") -> None:
        self._magic = frozenset(magic)
        self._numbers: dict[tuple[str, str], int] = {}
        self._taken = {int(number) for number in _TAKEN.findall(taken)}
        self._next = 0
        self._known: dict[str, str] = {}
        self._written: set[str] = set()
        self._search: re.Pattern[str] | None = None

    def name(self, text: str) -> str:
        """For the name of somebody, or any text about them."""
        if not text.strip() or _OUR_TEXT.fullmatch(text.strip()):
            return text
        found = f"Redacted {self._number('name', text)}"
        self._know(text.strip(), found)
        return _within(text, found)

    def email(self, text: str) -> str:
        """For what stands where an address belongs: no address for none."""
        address = text.strip()
        if not address or _OUR_TEXT.fullmatch(address):
            return text
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            found = f"redacted-{self._number('none', text)}"
            self._know(address, found)
            return _within(text, found)
        return _within(text, self._address(address))

    def _address(self, address: str) -> str:
        local, _, domain = address.rpartition("@")
        if _OUR_ADDRESS.fullmatch(address) or _DOMAIN_OF_NOBODY.fullmatch(domain):
            return address
        asked = local.partition("+")[0].lower()
        kept = f"{asked}+" if asked in self._magic else ""
        found = f"{kept}redacted-{self._number('email', address)}@example.com"
        self._know(address, found)
        return found

    def document(self, text: str) -> str:
        """For a CPF, a CNPJ or another number of a person: as long, written alike, and valid if it was."""
        digits = re.sub(r"\D", "", text)
        if not digits or re.search(r"[^\d\s./-]", text):
            return self.name(text)
        if _is_ours(digits):
            return text
        new = self._digits(digits)
        found = _written_like(text, new)
        self._know(text.strip(), found.strip())
        return found

    def phone(self, text: str) -> str:
        """As long and written alike, with no digit of the old one but by chance."""
        digits = re.sub(r"\D", "", text)
        if re.fullmatch(r"0*\d{1,4}", digits) or not digits:
            return text if digits else self.name(text)
        found = _written_like(text, f"{self._number('phone', digits) % _LARGEST:0{len(digits)}d}")
        self._know(text.strip(), found.strip())
        return found

    def text(self, text: str) -> str:
        """Text that is not about anybody, with everybody who is met in it replaced."""
        text = _ADDRESS.sub(lambda found: self._address(found[0]), text)
        text = _DIGITS.sub(lambda found: self._in_text(found[0]), text)
        if self._search is None or _WORD_OF_A_MACHINE.fullmatch(text):
            return text
        return self._search.sub(lambda found: self._known.get(_key(found[0]), REPLACED), text)

    def look_for_everybody(self) -> None:
        """From now on `text` also finds whoever was met so far by their name."""
        forms = {normalize(form, name) for name in self._written for form in ("NFC", "NFD")} | self._written
        names = sorted((name for name in forms if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
        if names:
            any_of = "|".join(map(re.escape, names))
            self._search = re.compile(rf"(?<![^\W_])(?:{any_of})(?![^\W_])", re.IGNORECASE)

    def _in_text(self, written: str) -> str:
        digits = re.sub(r"\D", "", written)
        return self.document(written) if is_cpf(digits) or is_cnpj(digits) else written

    def _digits(self, digits: str) -> str:
        number = self._number("document", digits) % _LARGEST
        if is_cpf(digits):
            return _with_check_digits(f"{number:09d}", _CPF)
        if is_cnpj(digits):
            return _with_check_digits(f"{number:08d}9999", _CNPJ)
        return f"{number:0{len(digits)}d}" if len(digits) > 4 else "0" * len(digits)

    def _number(self, kind: str, who: str) -> int:
        key = kind, _key(who.strip())
        if key not in self._numbers:
            self._next += 1
            while self._next in self._taken:
                self._next += 1
            self._numbers[key] = self._next
        return self._numbers[key]

    def _know(self, old: str, new: str) -> None:
        self._written.add(old)
        self._known.setdefault(_key(old), new)


def _key(text: str) -> str:
    """The same for two ways to write one name."""
    return normalize("NFC", text).casefold()


def _is_ours(digits: str) -> bool:
    if is_cpf(digits):
        return digits.startswith("00000")
    if is_cnpj(digits):
        return digits.startswith("0000") and digits[8:12] == "9999"
    return int(digits) < _LARGEST if len(digits) > 4 else not int(digits)


def _within(text: str, found: str) -> str:
    """`found` with the white space that is around `text`."""
    bare = text.strip()
    return text.replace(bare, found, 1)


def _written_like(text: str, digits: str) -> str:
    left = iter(digits)
    return re.sub(r"\d", lambda _: next(left), text)


_CPF: Final = (tuple(range(10, 1, -1)), tuple(range(11, 1, -1)))
_CNPJ: Final = ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
_Weights = tuple[tuple[int, ...], tuple[int, ...]]


def _with_check_digits(digits: str, weights: _Weights) -> str:
    for row in weights:
        rest = sum(int(digit) * weight for digit, weight in zip(digits, row, strict=True)) % 11
        digits += "0" if rest < 2 else str(11 - rest)
    return digits


def is_cpf(digits: str) -> bool:
    """Eleven digits of which the last two follow from the others."""
    return len(digits) == 11 and _valid(digits, _CPF)


def is_cnpj(digits: str) -> bool:
    """Fourteen digits of which the last two follow from the others."""
    return len(digits) == 14 and _valid(digits, _CNPJ)


def _valid(digits: str, weights: _Weights) -> bool:
    return digits.isascii() and len(set(digits)) > 1 and _with_check_digits(digits[:-2], weights) == digits
