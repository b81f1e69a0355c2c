"""Utterance + dialogue + a catalogue's own vocabulary → typed acts, each with the words it came from.

`tokens` cuts text; `words` loads a language's data file; `quantities` reads numbers, units and ranges;
`mentions` finds values, titles and references; `reader` turns them into acts. Nothing here knows films
or shops: what there is to talk about comes from the catalogue, how people say it from `chatbot/words/`.
"""

from chatbot.understanding.reader import Understanding

__all__ = ["Understanding"]
