"""How fast it is: nine ratios, each beside a floor or a peer that was timed in the same run (docs/benchmarks.md)."""
