"""An order in Tillroll: its workflow, and the Worker that begins one."""
