"""How patient the reconciler is, and how much it does in one tick."""

from datetime import timedelta

ACTOR = "system:reconciler"

# How long the ordinary path has before the reconciler steps in.
PATIENCE = timedelta(seconds=30)
# How often the engine is asked about a run that is under way.
CHECK_EVERY = timedelta(minutes=10)
# How much of each kind one tick looks at.
BATCH = 50
