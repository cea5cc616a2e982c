"""Commands of `sealbox`, one module a subject. `sealbox.cli` lists them and reads one when it is wanted."""
