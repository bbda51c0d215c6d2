"""What the project promises to reach, measured: `make bench`. Figures are printed, never asserted."""
