"""Around every exchange with a vendor's API: faults, explanations, the journal, what an answer relied on."""
