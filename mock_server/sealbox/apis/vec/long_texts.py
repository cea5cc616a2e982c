"""Questions about a long text at once, by Rust's regex: linear in time, and at a tenth of what `re` takes.

jsonschema-rs is here anyway for the contract, and its `pattern` is that engine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 2048  # letters from which on it is worth while: making a pattern ready takes as long as some reading


@lru_cache(maxsize=256)
def finder(pattern: str) -> Callable[[str], bool]:
    """Whether a text has `pattern`, without look-around and back-references, anywhere in it."""
    from jsonschema_rs import RegexOptions, validator_for  # noqa: PLC0415, whoever asks nothing long needs none

    return validator_for({"pattern": pattern}, pattern_options=RegexOptions()).is_valid
