"""`python -m sealbox` is `sealbox`."""

from .cli import main

main()
