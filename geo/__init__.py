"""The vocabulary and the analysis: pure functions on frames, no files, network, clock or environment."""
