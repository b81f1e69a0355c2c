"""No text of a catalogue, a person or a chat model becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.events import Card, Chip, Quick, TurnRecord
from ui import views
from ui.cards import card, picture_address
from ui.markup import Html, escaped, paragraphs, tag, visible
from ui.posters import initials, poster

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</h3></li><iframe src=//evil.example>",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "${alert(1)}{{constructor.constructor('alert(1)')()}}",
    "<style>@import '//evil.example'</style>",
    "\x00<\x00script>\u202ealert(1)",
)


class Elements(HTMLParser):
    """The elements and attributes that a browser would see, and the text between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {
    "article", "aside", "br", "button", "circle", "dd", "div", "dl", "dt", "h2", "h3", "i", "img", "li", "ol",
    "p", "path", "rect", "section", "span", "strong", "svg", "ul",
}  # fmt: skip


def harmless(markup: str) -> bool:
    seen = Elements(markup)
    handlers = [name for name, _ in seen.attributes if name.startswith("on")]
    addresses = [value for name, value in seen.attributes if name in {"src", "href"}]
    return (
        not handlers and set(seen.tags) <= OURS and all((a or "").startswith("/pictures/") for a in addresses)
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_card_shows_an_attack_as_text(attack: str):
    shown = Card(attack, attack, 1, attack, attack, ((attack, attack), ("price", attack)), None)
    markup = card("shop", shown)
    assert harmless(markup)
    assert visible(attack) in Elements(markup).text


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_turn_its_chips_and_quick_replies_show_an_attack_as_text(attack: str):
    shown = Card("a", attack, 1, attack, "", ())
    chips = (
        Chip(attack, attack, "constraint", -1, True, attack),
        Chip(f"item:{attack}", attack, "like", 1, False, ""),
    )
    turn = TurnRecord(1, attack, (), "recommend", (), {}, (), attack, 0, {}, cards=(shown,), chips=chips,
                      quick_replies=(Quick(attack, attack),))  # fmt: skip
    _, last = views.conversation(attack, [turn], chips)
    unfinished = views.unfinished_turn(attack, views.Unfinished(attack, True, attack, (shown,)))
    for markup in (
        last,
        unfinished,
        views.panel(chips),
        views.notice(attack, user=attack),
        views.announcement(attack, 2),
    ):
        assert harmless(markup)
        assert visible(attack).split("\n")[0] in Elements(markup).text


@given(st.text())
def test_any_text_comes_back_from_markup_as_it_was_but_for_what_cannot_be_seen(text: str):
    assert Elements(escaped(text)).text == visible(text)


@given(st.text())
def test_paragraphs_have_no_other_elements(text: str):
    assert set(Elements(paragraphs(text)).tags) <= {"p", "br"}


@pytest.mark.parametrize("name", ["onclick", "on_click", "OnClick", "a b", ""])
def test_an_event_handler_is_not_an_attribute(name: str):
    with pytest.raises(ValueError, match="not an attribute"):
        tag("p", **{name: "x"})


@pytest.mark.parametrize(
    "address", ["//evil.example/a", "https://evil.example", "javascript:alert(1)", "data:x", "a.png"]
)
def test_an_address_stays_on_this_server(address: str):
    with pytest.raises(ValueError, match="does not stay"):
        tag("img", src=address)


def test_markup_of_ours_is_not_escaped_twice():
    assert tag("p", tag("b", "<")) == "<p><b>&lt;</b></p>"
    assert isinstance(tag("p"), Html)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("a.svg", "/pictures/shop/a.svg"),
        ("", ""),
        ("../a.svg", ""),
        ("a/b.svg", ""),
        ("a.svg\n", ""),
        ("é.svg", ""),
    ],
)
def test_only_a_plain_name_has_a_picture(name: str, address: str):
    assert picture_address("shop", name) == address


def test_a_film_without_a_picture_gets_the_same_print_each_time():
    assert poster("Alien") == poster("Alien") != poster("Aliens")


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("The Godfather", "G"),
        ("In the Mood for Love", "ML"),
        ("", "·"),
        ("12 Monkeys", "1M"),
        ("“…”", "…"),
        ("The The", "TT"),
    ],
)
def test_initials_are_of_the_telling_words(title: str, letters: str):
    assert initials(title) == letters


def test_a_pressed_button_takes_the_judgement_back():
    shown = Card("L1", "Lamp", 1, "", "", (), liked=True)
    markup = card("lamps", shown)
    assert 'data-act="unjudge"' in markup
    assert 'aria-pressed="true"' in markup
    assert 'data-act="unlike"' in markup


def test_a_tap_is_told_in_words_by_its_turn():
    shown = Card("L1", "Lamp", 1, "", "", ())
    chip = Chip("price", "under €60", "constraint", 1, True, "")
    before = TurnRecord(
        1, "a lamp", (), "recommend", (), {}, (), "Here.", 0, {}, cards=(shown,), chips=(chip,)
    )
    like = TurnRecord(2, "", ({"intent": "like", "items": ["L1"]},), "recommend", (), {}, (), "Good.", 0, {})
    gone = TurnRecord(
        3, "", ({"intent": "remove", "keys": ["price"]},), "recommend", (), {}, (), "Wider.", 0, {}
    )
    thread, last = views.conversation("lamps", [before, like, gone], ())
    assert "You like Lamp" in thread
    assert "Without “under €60”" in last


def test_cards_show_the_judgement_that_holds_now():
    shown = Card("L1", "Lamp", 1, "", "", (), liked=None)
    turn = TurnRecord(1, "a lamp", (), "recommend", (), {}, (), "Here.", 0, {}, cards=(shown,))
    chips = (Chip("item:L1 + tags=warm", "Lamp", "like", 1, False, ""),)
    assert "is-liked" in views.conversation("lamps", [turn], chips)[1]
    assert "is-liked" not in views.conversation("lamps", [turn], ())[1]
