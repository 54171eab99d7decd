"""Take the names of modules that were not chosen out of a file of Python, and what only stood for them.

What is left of a file must still read as if somebody had written it. So the smallest whole thing that a name stands in
goes: an element of a list, an entry of a dictionary, an argument, one side of `a | b`, a branch, else its statement; a
function whose parameters or decorators need it goes wholly. Comments that stand above what goes, go with it.
"""
