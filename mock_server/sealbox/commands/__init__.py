"""Commands of `sealbox`, one module a group."""
