"""The virtual clock, and what is due when."""
