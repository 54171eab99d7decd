"""What a run waits for beside its steps: time, signals, other runs. Rows are the truth; the engine only wakes."""
