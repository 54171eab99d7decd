"""Many requests about money at once, drawn by a seed, on the host and on the genuine stack."""
