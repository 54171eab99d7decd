"""The reconciler: once a minute it mends what was recorded but not carried out. Idempotent, bounded per tick."""
