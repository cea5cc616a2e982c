"""Lists that commands and documentation print from the worlds' own data."""

from __future__ import annotations

from . import contract


def magic_values(tenant: str) -> list[dict[str, str]]:
    """Every magic value of every API: where it is written and what it does."""
    return [
        {"api": api, **_named(api, group, entry, tenant), "effect": entry["effect"]}
        for api in contract.apis()
        for group, entries in contract.read("fixtures", api, "magic.yaml").items()
        for entry in entries
    ]


def _named(api: str, group: str, entry: dict[str, str], tenant: str) -> dict[str, str]:
    match group:
        case "tokens":
            return {"field": "token", "value": f"sealbox_{api}_{tenant}_{entry['kind']}"}
        case "templates":
            return {"field": "template_id", "value": entry["id"]}
        case "recipients":
            return {"field": "RecipientsEmail", "value": entry["example"]}
    return {"field": group, "value": entry["value"]}
