"""The suite that judges any implementation."""
