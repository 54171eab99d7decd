"""How patient the reconciler is, and how much it does in one tick."""

from datetime import timedelta

ACTOR = "system:reconciler"

# How long the ordinary path has before the reconciler steps in.
PATIENCE = timedelta(seconds=30)
# How often the engine is asked about a run that is under way.
CHECK_EVERY = timedelta(minutes=10)
# How much of each kind one tick looks at.
BATCH = 50
# How many instances one tick creates. Each is asked for, created and noted, one after the other, so that it stays below
# the 100 a second that the engine creates of a workflow, and below what one invocation may ask.
CREATED_A_TICK = 150
