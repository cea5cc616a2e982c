"""One package per vendor API, named as its folder in `openapi/` and found by that name."""
