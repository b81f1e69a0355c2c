"""Utterance + dialogue + a catalogue's own vocabulary → typed acts, each with the words it came from.

| step | modules |
|---|---|
| cut text, load a language, know the catalogue's words | `tokens`, `words`, `lexicon` |
| read numbers | `amounts` (with `number_words`), `bounds`, `number_facets`, `groups`: `quantities` |
| find what is named | `mentions` (the types); `titles` (with `title_index`), `values` (with `flag_names`), |
| | `shown_items`, `facet_names`: `finder` |
| hold one utterance | `sentence` (where negation holds, what is used up), `reading` (the acts so far) |
| make acts | `set_phrases`, `removals`, `questions`, `judgements`, `similar`, `wishes` with `exclusions` |
| | and `measures`, `answers`, `leftovers`; in which order: `reader` |

Nothing here knows films or shops: what there is to talk about comes from the catalogue, how people say
it from `chatbot/words/`.
"""

from chatbot.understanding.reader import Understanding

__all__ = ["Understanding"]
