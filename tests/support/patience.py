"""How long tests wait for what they wait for.

What works is there at once. Only what is broken takes longer, or a machine that others use too: so
the patience is much longer than anything takes. How fast something is, bench/ measures.
"""

PATIENCE_SECONDS = 180.0
PATIENCE_MS = PATIENCE_SECONDS * 1000
