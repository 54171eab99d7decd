"""Eyes on every run: metrics, alerts and traces, all made from the records. Nothing here is on a
step's path.
"""
