"""When two looks at one thing say the same."""

from __future__ import annotations

from typing import Any


def steady(value: Any) -> Any:
    """`value` without the queries of addresses, in which a signature and its time may stand."""
    if isinstance(value, dict):
        return {key: steady(one) for key, one in value.items()}
    if isinstance(value, list):
        return [steady(one) for one in value]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return value.partition("?")[0]
    return value
