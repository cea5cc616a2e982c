"""Commands of `sealbox`, one module a subject. `sealbox.cli` lists them and reads a module when it is asked for."""
