"""What understanding gets right, on labelled words: our own utterances, and sets that others publish.

A module for each set. `label_files` and `labelled` hold what our own files say, `judging` and `counting`
what is right in it.
"""
