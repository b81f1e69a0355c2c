"""The page in Chromium: what a person does, and that nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WAIT_MS = 20_000


@pytest.fixture
def visit(browser: Any, site: Any) -> Iterator[Any]:
    """Opens the page in a browser of its own; checks at the end that it stayed on this server."""
    contexts = []
    foreign: list[str] = []
    faults: list[str] = []

    def open_page(width: int = 1280, height: int = 800, context: Any = None, **options: Any) -> Any:
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda request: None if _ours(request.url, site.url) else foreign.append(request.url)
        )
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(site.url)
        page.wait_for_selector("#parley-live :is(.pl-welcome, .pl-turn)", timeout=WAIT_MS)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert foreign == []
    assert faults == []


def _ours(url: str, site: str) -> bool:
    return url.startswith((f"{site}/", "data:", "blob:"))


def say(page: Any, text: str) -> None:
    page.get_by_label("Message").fill(text)
    page.keyboard.press("Enter")
    settle(page, text)


def settle(page: Any, text: str) -> None:
    """Wait until the turn with this text is finished."""
    page.wait_for_selector(
        f"#parley-live .pl-turn:not([data-busy]):has-text({text!r}) .pl-quicks", timeout=WAIT_MS
    )


def titles(page: Any) -> list[str]:
    return page.locator("#parley-live .pl-card-title").all_inner_texts()


def test_the_page_opens_with_three_ways_to_begin_and_no_foreign_request(visit):
    page = visit()
    assert page.locator(".pl-opening").count() == 3
    assert page.title() == "Parley"
    page.locator(".pl-opening").first.click()
    settle(page, "something warm")


# What stood in the answer while it was being written: the page may be done before a test looks at it.
NOTE_PARTS = """() => {
  window.parts = [];
  new MutationObserver(() => {
    const line = document.querySelector("#parley-live .pl-turn[data-busy] .pl-answer > p:not(.pl-dots)");
    if (line) window.parts.push(line.innerText.trim());
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def test_a_message_streams_an_answer_with_cards(visit):
    page = visit()
    page.evaluate(NOTE_PARTS)
    page.get_by_label("Message").fill("something warm")
    page.keyboard.press("Enter")
    settle(page, "something warm")
    whole = page.locator("#parley-live .pl-answer > p").first.inner_text()
    parts = [part for part in page.evaluate("() => window.parts") if part]
    assert parts
    assert all(whole.startswith(part) for part in parts)
    assert len(parts[0]) < len(whole)
    assert len(titles(page)) == 3
    assert page.get_by_label("Message").input_value() == ""
    assert "3 recommendations" in page.locator("#parley-status [role=status]").inner_text()


def test_a_like_ranks_again_at_once(visit):
    page = visit()
    say(page, "bright")
    first = titles(page)[0]
    page.get_by_role("button", name=f"Like: {first}").click()
    settle(page, f"You like {first}")
    assert first not in titles(page)
    assert page.locator("#parley-thread .is-liked .pl-card-title").inner_text() == first
    page.locator("#parley-thread").get_by_role("button", name=f"Like: {first}").click()
    settle(page, f"No judgement of {first}")
    assert page.locator(".is-liked").count() == 0


def test_removing_a_chip_runs_again(visit):
    page = visit()
    say(page, "under 20")
    assert titles(page) == ["Ember Night Light"]
    chip = page.locator(".pl-chip", has_text="price under €20")
    chip.hover()
    assert chip.locator("[role=tooltip]").is_visible()
    page.get_by_role("button", name="Remove: price under €20").click()
    settle(page, "Without")
    assert len(titles(page)) == 3
    assert page.locator(".pl-chip").count() == 0


def test_quick_replies_are_sent_by_a_tap(visit):
    page = visit()
    say(page, "warm")
    page.get_by_role("button", name="Under €60").click()
    settle(page, "something under 60")
    assert page.locator("#parley-thread .pl-turn").count() == 1


def test_a_reload_keeps_the_conversation(visit):
    page = visit()
    say(page, "warm under 60")
    before = titles(page)
    page.reload()
    settle(page, "warm under 60")
    assert titles(page) == before
    assert page.locator(".pl-chip").count() == 2
    say(page, "soft")
    assert page.locator(".pl-chip").count() == 3


def test_a_new_conversation_and_another_catalogue_begin_empty(visit):
    page = visit()
    say(page, "warm")
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_selector(".pl-welcome", timeout=WAIT_MS)
    assert page.locator(".pl-chip").count() == 0
    page.get_by_label("Catalogue").select_option("teas")
    page.wait_for_selector(".pl-welcome:has-text('teas')", timeout=WAIT_MS)
    say(page, "smoky")
    assert "Smoke & Pine" in titles(page)


def test_what_is_tapped_during_a_turn_follows_it(visit, site):
    page = visit()
    site.parley.chatbot.delay_s = 0.1
    try:
        page.get_by_label("Message").fill("warm")
        page.keyboard.press("Enter")
        page.wait_for_selector("#parley-live [data-busy]", timeout=WAIT_MS)
        page.get_by_label("Catalogue").select_option("teas")
        assert page.locator("#parley-live [data-busy]").count() == 1
        page.wait_for_selector(".pl-welcome:has-text('teas')", timeout=WAIT_MS)
    finally:
        site.parley.chatbot.delay_s = 0.02
    assert page.locator(".pl-chip").count() == 0
    assert page.get_by_label("Catalogue").input_value() == "teas"


def test_a_refused_request_leaves_the_page_usable(browser, site):
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(site.url)
    page.wait_for_selector("#parley-live .pl-welcome", timeout=WAIT_MS)
    page.route("**/queue/join*", lambda route: route.fulfill(status=503, body="{}"), times=1)
    page.get_by_label("Message").fill("warm")
    with page.expect_response(lambda response: response.status == 503):
        page.keyboard.press("Enter")
    page.get_by_label("Catalogue").select_option("teas")
    page.wait_for_selector(".pl-welcome:has-text('teas')", timeout=WAIT_MS)
    assert page.get_by_label("Message").input_value() == "warm"
    page.context.close()


def test_a_double_click_is_one_tap(visit):
    page = visit()
    say(page, "bright")
    first = titles(page)[0]
    page.get_by_role("button", name=f"Like: {first}").dblclick()
    settle(page, f"You like {first}")
    say(page, "warm")
    assert page.locator("#parley-thread .pl-turn").count() == 2


def test_two_browsers_do_not_share(visit):
    one, two = visit(), visit()
    say(one, "warm under 60")
    two.reload()
    two.wait_for_selector(".pl-welcome", timeout=WAIT_MS)
    say(two, "smoky lamp")
    assert "€60" not in two.locator("#parley-panel").inner_text()
    one.reload()
    settle(one, "warm under 60")
    assert "smoky" not in one.content()


def test_two_people_are_answered_at_the_same_time(visit, site):
    one, two = visit(), visit()
    site.parley.chatbot.delay_s = 0.15
    try:
        for page in (one, two):
            page.get_by_label("Message").fill("warm")
            page.keyboard.press("Enter")
        one.wait_for_selector("#parley-live [data-busy]", timeout=WAIT_MS)
        two.wait_for_selector("#parley-live [data-busy]", timeout=WAIT_MS)
        # The second has words already while the first is still being answered.
        two.wait_for_selector("#parley-live [data-busy] .pl-answer > p:not(.pl-dots)", timeout=WAIT_MS)
        assert one.locator("#parley-live [data-busy]").count() == 1
        settle(one, "warm")
        settle(two, "warm")
    finally:
        site.parley.chatbot.delay_s = 0.02


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_360_pixels_nothing_scrolls_sideways_and_the_panel_folds(visit, scheme):
    page = visit(360, 740, color_scheme=scheme, has_touch=True)
    say(page, "warm under 60 " + "verylongword" * 12)
    for inner in ("document.documentElement", "document.querySelector('#parley-talk')"):
        assert page.evaluate(f"{inner}.scrollWidth <= {inner}.clientWidth")
    toggle = page.get_by_role("button", name="What I understood")
    assert toggle.get_attribute("aria-expanded") == "false"
    assert not page.locator("#parley-panel").is_visible()
    toggle.click()
    assert toggle.get_attribute("aria-expanded") == "true"
    assert page.locator(".pl-chip").first.is_visible()
    assert "2" in toggle.inner_text()


def test_a_keyboard_alone_is_enough(visit):
    page = visit()
    say(page, "bright")
    page.get_by_label("Message").focus()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
        if label.startswith("Like: "):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert label.startswith("Like: ")
    assert outline != "none"
    page.keyboard.press("Enter")
    settle(page, "You like")


def test_light_or_dark_is_chosen_and_kept(visit):
    page = visit(color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(paper) != light
    page.reload()
    page.wait_for_selector(".pl-welcome", timeout=WAIT_MS)
    assert page.evaluate(paper) != light


def test_what_a_person_writes_runs_nothing(visit):
    page = visit()
    attack = "<img src=x onerror=window.owned=1><script>window.owned=1</script>${window.owned=1}{{owned}}"
    page.get_by_label("Message").fill(attack)
    page.keyboard.press("Enter")
    page.wait_for_selector("#parley-live .pl-quicks", timeout=WAIT_MS)
    assert page.locator(".pl-said").inner_text().endswith(attack)
    assert page.evaluate("window.owned") is None


def test_a_fault_is_a_sentence_and_the_page_goes_on(visit, site):
    page = visit()
    site.parley.chatbot.fault = RuntimeError("canary")
    try:
        page.get_by_label("Message").fill("hello")
        page.keyboard.press("Enter")
        page.wait_for_selector(".pl-notice", timeout=WAIT_MS)
        assert "canary" not in page.content()
    finally:
        site.parley.chatbot.fault = None
    say(page, "warm")


def test_what_is_known_is_opened_weighed_and_saved(visit):
    page = visit()
    say(page, "something warm")
    say(page, "something soft")
    assert not page.locator(".pl-known-body").is_visible()
    page.locator(".pl-known-toggle").click()
    assert page.locator(".pl-known-row").count() == 2
    assert page.locator(".pl-chart-figure svg[role=img]").is_visible()
    with page.expect_download() as saving:
        page.locator(".pl-known-export").click()
    assert saving.value.suggested_filename == "parley-profile.json"
    page.locator(".pl-known-weight").first.select_option("-1")
    page.wait_for_function("document.querySelectorAll('.pl-known-row').length === 1", timeout=WAIT_MS)
    assert page.locator(".pl-known-body").is_visible()
