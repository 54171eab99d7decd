"""What D1 keeps of runs: their rows, the audit beside them, decisions, and the events to the
outside.
"""
