"""Runs that are begun by time: schedules, kept as rows, and what the cron does with those that are due."""
