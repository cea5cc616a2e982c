"""VEC.digital certificate batches."""
