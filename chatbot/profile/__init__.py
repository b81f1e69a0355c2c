"""The interest profile: what we believe a person likes, how it changes, and how it is told.

`learning` changes a profile, `sensitive` says what is never kept of anybody, `evolution` draws its course,
`knowledge` says in plain values what is known and why, `export` writes all of it down. All pure.
"""

from chatbot.profile.learning import (
    ASKED,
    LASTS_AFTER_SESSIONS,
    LASTS_AFTER_TURNS,
    LASTS_FROM,
    LONG_HALF_LIFE_DAYS,
    LONG_TERM_SHARE,
    SHORT_HALF_LIFE_TURNS,
    adjust,
    begin_session,
    decay_turn,
    forget,
    learn,
    mention,
    note_seen,
    overrule,
    unmention,
)

__all__ = [
    "ASKED",
    "LASTS_AFTER_SESSIONS",
    "LASTS_AFTER_TURNS",
    "LASTS_FROM",
    "LONG_HALF_LIFE_DAYS",
    "LONG_TERM_SHARE",
    "SHORT_HALF_LIFE_TURNS",
    "adjust",
    "begin_session",
    "decay_turn",
    "forget",
    "learn",
    "mention",
    "note_seen",
    "overrule",
    "unmention",
]
