"""The exit codes of `parley …`; 0 is that all is well."""

PARTIAL = 1
"""Something asked for was not right: a bad row or line, a fault found."""
FAILED = 2
"""It could not be done."""
OVER_BUDGET = 3
"""More rows were refused than allowed, and nothing was changed."""
INTERRUPTED = 130
"""128 + SIGINT, as a shell counts."""
