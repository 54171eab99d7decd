"""A rule with tests that miss some of its faults, to try `make mutants` on."""
