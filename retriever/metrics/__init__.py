"""How good recommendations are: a module for each sort of measure, every definition in its function.

One value a person or query comes out of each; `retriever.bootstrap.estimate` makes the mean and its interval.
"""
