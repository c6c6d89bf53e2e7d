"""Quality and speed, measured: each module prints a table and gives its metrics to `benchmarks.check`."""
