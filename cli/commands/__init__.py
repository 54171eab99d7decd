"""The commands: options and arguments. What they do is imported when they are run, so that `--help`
is quick.
"""
