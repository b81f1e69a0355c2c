"""How well utterances are understood: on utterances labelled for Parley, and on published dialogues."""
