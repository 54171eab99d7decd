"""The registry of all workflows, and the kinds that `tillroll new workflow` wrote."""
