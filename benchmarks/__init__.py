"""What is claimed to be fast, measured: each figure beside a peer or a floor of the same run. `python -m benchmarks`."""
