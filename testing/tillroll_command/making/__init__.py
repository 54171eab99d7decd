"""Writing a project, and what is added to one."""
