"""What numbers suggest: best times, lift, forecasts, misses, matches, portfolios. Pure functions of arrays and Arrow tables; no I/O."""
