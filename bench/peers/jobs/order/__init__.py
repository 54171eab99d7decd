"""An order as a workflow of Tillroll, as anybody adds a kind: docs/writing-workflows.md."""
