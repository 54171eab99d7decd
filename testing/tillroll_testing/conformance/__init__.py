"""Recovery rules that any engine of workflows can be held to, from outside.

An engine is brought in by an `Adapter`, and its author writes the few workflows of `workflows.py`
in the engine's own way. The suite kills it at each point, and judges what the other side saw.
"""
