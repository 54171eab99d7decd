"""A Worker of one file, uploaded where the test is of the calls and not of the code."""
