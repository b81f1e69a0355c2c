"""What the page shows of what is known of the person: each belief with its origin, to be changed or deleted.

In: `Insight`, whose labels and quotes are untrusted, and the session's id, for the export's address. Out:
`Html`. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.profile.insight import Insight
from chatbot.profile.knowledge import Belief, Change
from ui.icons import icon
from ui.markup import Html, tag
from ui.profile_chart import chart
from ui.remove_button import remove_button

# What a person may set a belief to: its weight as sent, and the words.
_DEGREES = ((1.0, "love it"), (0.5, "like it"), (-0.5, "rather not"), (-1.0, "not at all"))


def known_panel(insight: Insight, session: str) -> Html:
    """Everything that is known, folded away until it is asked for."""
    known = insight.knowledge
    beliefs = [_belief(one) for one in known.beliefs]
    return tag(
        "section",
        tag(
            "button",
            tag("span", "What I know of you"),
            tag("span", str(len(known.beliefs)), class_="pl-known-count"),
            icon("down"),
            type="button",
            class_="pl-known-toggle",
            data_local="known",
            aria_controls="parley-known-body",
        ),
        tag(
            "div",
            tag("ul", *beliefs, class_="pl-known-list")
            if beliefs
            else tag("p", "Nothing yet. It is made of what you say and judge, and it is yours."),
            _more("Mentioned, and not counted yet", [_plain(one) for one in known.mentioned]),
            _more("Seen already", [_plain(one) for one in known.seen]),
            _more("Changed your mind", [_change(one) for one in known.changes]),
            chart(insight.series),
            tag(
                "a",
                "Save all of it as a file",
                href=f"/api/v1/sessions/{session}/profile",
                download="parley-profile.json",
                class_="pl-known-export",
            )
            if session
            else None,
            id="parley-known-body",
            class_="pl-known-body",
        ),
        class_="pl-known",
    )


def _more(title: str, rows: Sequence[Html]) -> Html | None:
    if not rows:
        return None
    return tag("section", tag("h4", title), tag("ul", *rows, class_="pl-known-list"))


def _belief(one: Belief) -> Html:
    nearest = min(_DEGREES, key=lambda degree: abs(degree[0] - one.weight))[0]
    options = [
        tag("option", words, value=f"{weight:g}", selected=weight == nearest) for weight, words in _DEGREES
    ]
    return tag(
        "li",
        tag("span", one.label, class_="pl-known-label"),
        tag("span", _origin(one), class_="pl-known-source"),
        tag(
            "select",
            *options,
            data_act="weigh",
            data_key=one.key,
            class_="pl-known-weight",
            aria_label=f"How much you like {one.label}",
        ),
        _delete(one),
        class_="pl-known-row",
    )


def _plain(one: Belief) -> Html:
    return tag(
        "li",
        tag("span", one.label, class_="pl-known-label"),
        tag("span", _origin(one), class_="pl-known-source"),
        _delete(one),
        class_="pl-known-row",
    )


def _origin(one: Belief) -> str:
    lasts = "lasting" if one.lasting else "for now"
    return " · ".join((one.source, lasts) if one.explicit else (one.source, "inferred", lasts))


def _change(one: Change) -> Html:
    was, now = (("liked" if weight > 0 else "not liked") for weight in (one.was, one.by))
    told = f"{was} ({one.was_source}), then {now} ({one.by_source})"
    return tag(
        "li",
        tag("span", one.label, class_="pl-known-label"),
        tag("span", told, class_="pl-known-source"),
        class_="pl-known-row",
    )


def _delete(one: Belief) -> Html:
    return remove_button(one.key, f"Forget: {one.label}")
