"""Projects that `tillroll new project` makes: `python -m tests.projects` (`make projects`)."""
