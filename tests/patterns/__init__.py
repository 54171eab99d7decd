"""Every regular expression of the sources with its worst input: `python -m tests.patterns`."""
