"""The workflows: one file a workflow, each reads like the list of its steps."""
