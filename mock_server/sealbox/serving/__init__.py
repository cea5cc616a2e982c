"""From bytes on a connection to an operation and back."""
