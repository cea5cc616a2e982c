"""The shapes in which a result is shown: each takes the data of verdicts.json and nothing else."""
