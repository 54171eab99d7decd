"""Schedules: what people do with them, and the runs that their ticks begin."""
