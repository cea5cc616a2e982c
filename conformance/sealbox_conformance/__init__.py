"""The suite that judges any implementation of the APIs that Sealbox stands in for."""

__version__ = "0.1.0"
