"""Benchmarks: our figures beside DuckDB's and pandas' in the same run. They test nothing; `make bench` writes bench/RESULTS.md."""
