"""Routes of workflow kinds, their schedules, and who may do what with their runs."""
