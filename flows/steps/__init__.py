"""The steps of the pipeline: pure functions from values to values."""
