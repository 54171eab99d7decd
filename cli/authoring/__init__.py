"""What helps an author: mistakes that reading a workflow finds, and histories that a body would not
repeat.
"""
