"""New workflows, written in the project's own style: `tillroll new workflow`, and what takes them
back.
"""
