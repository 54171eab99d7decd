"""Eyes on every run: metrics, alerts and traces, all made from the records. Nothing in here is on a step's path."""
