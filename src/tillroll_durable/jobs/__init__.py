"""Work of the cron: jobs that share one budget of queries, take turns, and are shown and alerted
when they are overdue.

A feature declares its jobs beside what they do; `src/each_minute.py` collects them.
"""
