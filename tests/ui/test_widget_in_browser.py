"""The widget in Chromium, on pages of another origin that are strict, hostile, or both."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from ingestion.pictures import PictureFolder
from ingestion.pictures.names import renditions
from ui.widget.keys import SiteKeys

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WAIT_MS = 20_000
CHAT = "document.querySelector('parley-chat')"
ROOT = f"{CHAT}.shadowRoot"
# Notes what the status part says; a screen reader says each of these once.
SAID = f"""window.said = []; const part = {ROOT}.querySelector('[role=status]');
new MutationObserver(() => {{ if (part.textContent) said.push(part.textContent); }})
  .observe(part, {{childList: true, characterData: true, subtree: true}});"""
# What a style sheet from outside could change: of the element itself, then of some of its parts.
LOOK = f"""() => {{ const host = getComputedStyle({CHAT});
  const before = getComputedStyle({CHAT}, '::before').content;
  return [[host.opacity, host.visibility, host.transform, host.animationName, host.position, before],
    ...['.launch', '.panel', '.quick', 'textarea', '.head h2'].map((name) => {{
      const node = {ROOT}.querySelector(name), style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      return [style.font, style.color, style.backgroundColor, style.textTransform, style.letterSpacing,
        style.opacity, style.cursor, style.textAlign, box.x, box.y, box.width, box.height]; }})]; }}"""
# How many points of the page the element would take a click from.
HITS = """(() => { let hits = 0;
  for (let x = 5; x < innerWidth; x += 10) for (let y = 5; y < innerHeight; y += 10)
    if (document.elementFromPoint(x, y)?.localName === 'parley-chat') hits += 1;
  return hits; })()"""
# Contrast (WCAG 2) of each part's text against the first opaque ground behind it.
CONTRAST = f"""() => {{
  const canvas = document.createElement('canvas').getContext('2d', {{willReadFrequently: true}});
  const rgb = (colour) => {{ canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; }};
  const linear = (c) => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ground = (node) => {{ for (; node; node = node.parentElement) {{
    const colour = rgb(getComputedStyle(node).backgroundColor); if (colour[3] === 255) return colour; }}
    return [255, 255, 255]; }};
  const found = {{}};
  for (const name of ['.head h2', '.chip span', '.hello', '.said', '.words p', '.card h3', '.lead', '.reason',
      '.facts dt', '.facts dd', '.acts button', '.quick', '.rank', '.round']) {{
    const node = {ROOT}.querySelector(name);
    if (!node) {{ found[name] = 0; continue; }}
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    found[name] = (a + .05) / (b + .05); }}
  return found; }}"""
HOSTILE = """
*:not(html, body) { all: unset !important; color: red !important; font: 30px cursive !important;
  text-transform: uppercase !important; opacity: .3 !important; display: inline !important;
  letter-spacing: 5px !important; background: yellow !important; visibility: hidden !important;
  pointer-events: none !important; animation: spin 1s infinite !important; transform: scale(3) !important }
*::before, *::after { content: "X" !important }
button, textarea, section, div { width: 300px !important; height: 5px !important }
parley-chat { display: none !important; position: static !important; width: 9px !important }
html { font-size: 40px } body { text-align: right; line-height: 4; cursor: wait }
@keyframes spin { to { rotate: 360deg } }
"""
# Notes each event of the widget, for a test to read; inline scripts are forbidden there.
LISTENER = """
window.heard = [];
for (const name of ["open", "close", "recommend", "click", "like", "error"])
  document.addEventListener(`parley:${name}`, (event) => {
    window.heard.push([name, event.detail]);
    if (name === "click") event.preventDefault();
  });
"""


@pytest.fixture(scope="module")
def shop(site: Any) -> Iterator[SimpleNamespace]:
    """A shop on another origin. `put` makes a page of it; each has the policy that `parley widget` prints."""
    pages: dict[str, str] = {
        "/hostile.css": HOSTILE,
        "/listen.js": LISTENER,
        "/plain.css": "",
        "/favicon.ico": "",
    }
    policy = (
        f"default-src 'none'; script-src 'self' {site.url}; connect-src {site.url}; "
        f"img-src 'self' {site.url}; "
        "style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            kind = {"css": "text/css", ".js": "text/javascript"}.get(path[-3:], "text/html")
            self.send_response(200 if path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(pages.get(path, "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # By name: another origin than the server, which is reached by number.
    origin = f"http://localhost:{server.server_port}"
    data_dir = site.parley.settings.data_dir
    key, _ = SiteKeys(data_dir).make([origin], "lamps")
    folder = data_dir / "pictures" / "lamps"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'><rect width='40' height='30'/></svg>"
    )
    shelves = site.parley.chatbot.shelves
    shelves["lamps"] = tuple(replace(thing, picture="a.svg") for thing in shelves["lamps"])

    def tag(**settings: str) -> str:
        given = {"site-key": key, "catalogue": "lamps"} | {
            name.replace("_", "-"): value for name, value in settings.items()
        }
        data = " ".join(f'data-{name}="{value}"' for name, value in given.items())
        return f'<script async src="{site.url}/widget.js" {data}></script>'

    def put(path: str, body: str, style: str = "plain") -> str:
        pages[path] = (
            f'<!doctype html><html lang="en"><head><title>Shop</title><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width">'
            f'<link rel="stylesheet" href="/{style}.css"><script src="/listen.js"></script></head>'
            f'<body><h1>Shop</h1><button id="before">before</button>{body}</body></html>'
        )
        return f"{origin}{path}"

    yield SimpleNamespace(origin=origin, key=key, tag=tag, put=put, site=site)
    shelves["lamps"] = tuple(replace(thing, picture="") for thing in shelves["lamps"])
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(browser: Any, shop: Any) -> Iterator[Any]:
    """Opens a page; checks at the end that nothing foreign was asked for, broke, or was refused."""
    contexts: list[Any] = []
    foreign: list[str] = []
    faults: list[str] = []

    def open_page(url: str, width: int = 1280, height: int = 800, context: Any = None, **options: Any) -> Any:
        script = options.pop("script", "")
        expected = options.pop("expected", ())
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        ours = (f"{shop.site.url}/", f"{shop.origin}/")
        page.on("request", lambda asked: None if asked.url.startswith(ours) else foreign.append(asked.url))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text)
                if message.type in {"error", "warning"} and not any(each in message.text for each in expected)
                else None
            ),
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(url)
        page.wait_for_selector("parley-chat", state="attached", timeout=WAIT_MS)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert foreign == []
    assert faults == []


def opened(page: Any, which: str = "parley-chat") -> Any:
    page.locator(f"{which} .launch").click()
    page.wait_for_selector(f"{which} .quick", timeout=WAIT_MS)
    return page.locator(which)


def say(page: Any, text: str, which: str = "parley-chat") -> None:
    page.locator(f"{which} textarea").fill(text)
    page.locator(f"{which} textarea").press("Enter")
    settle(page, text, which)


def settle(page: Any, text: str, which: str = "parley-chat") -> None:
    """Wait until the last turn is the one with this text, and finished."""
    page.wait_for_selector(f"{which} .turn:last-child:has-text({text!r}) .quicks", timeout=WAIT_MS)


def titles(page: Any, which: str = "parley-chat") -> list[str]:
    return page.locator(f"{which} .turn:last-child .card h3").all_inner_texts()


def heard(page: Any, name: str) -> list[Any]:
    return [detail for kind, detail in page.evaluate("window.heard") if kind == name]


def until(page: Any, expression: str) -> None:
    """Wait for an expression to hold; Playwright's own waiting evaluates text in the page: refused."""
    deadline = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(20)


def focused(page: Any) -> str:
    """What has the focus, inside the widget too."""
    return page.evaluate(
        "(() => { let it = document.activeElement; while (it.shadowRoot?.activeElement) it = "
        "it.shadowRoot.activeElement; return it.className || it.id || it.localName; })()"
    )


def test_under_a_strict_policy_an_answer_streams_with_pictures_and_is_announced_once(visit, shop):
    page = visit(shop.put("/", shop.tag()))
    opened(page)
    page.evaluate(SAID)
    page.locator("parley-chat textarea").fill("something warm")
    page.keyboard.press("Enter")
    page.wait_for_selector("parley-chat .turn:last-child .words p", timeout=WAIT_MS)
    partial = page.locator("parley-chat .turn:last-child .words p").first.inner_text()
    settle(page, "something warm")
    whole = page.locator("parley-chat .turn:last-child .words p").first.inner_text()
    assert whole.startswith(partial.strip())
    assert len(titles(page)) == 3
    until(page, f"[...{ROOT}.querySelectorAll('.card img')].some((each) => each.naturalWidth === 40)")
    assert page.locator("parley-chat .card img").count() == 3
    assert len(page.evaluate("window.said")) == 1
    assert page.evaluate("window.said[0]").startswith("3 recommendations. Here are 3")
    assert [item["title"] for item in heard(page, "recommend")[0]["items"]] == titles(page)


def test_hostile_style_does_not_reach_it(visit, shop):
    calm = visit(shop.put("/calm", shop.tag()))
    wild = visit(shop.put("/wild", shop.tag(), "hostile"))
    seen = []
    for page in (calm, wild):
        opened(page)
        page.locator("parley-chat .quick").first.focus()
        seen.append(page.evaluate(LOOK))
    assert seen[0] == seen[1]
    say(wild, "warm")
    assert len(titles(wild)) == 3


def test_a_body_that_moves_does_not_take_the_button_along(visit, shop):
    page = visit(shop.put("/moved", shop.tag()))
    page.evaluate("document.body.style.height = '3000px'")
    page.evaluate("document.body.style.transform = 'translateY(200px)'")
    page.evaluate(
        f"const it = {CHAT}; for (let n = 0; n < 2; n++) {{ it.remove(); document.body.append(it); }}"
    )
    bottom = f"{ROOT}.querySelector('.launch').getBoundingClientRect().bottom"
    until(page, f"Math.abs(innerHeight - 20 - {bottom}) < 2")


def test_two_on_one_page_keep_their_talks_apart(visit, shop):
    page = visit(
        shop.put("/two", shop.tag() + shop.tag(mode="inline", target="#here") + '<div id="here"></div>')
    )
    inline, floating = "#here > parley-chat", "body > parley-chat"
    page.wait_for_selector(f"{inline} .quick", timeout=WAIT_MS)
    say(page, "bright", inline)
    opened(page, floating)
    say(page, "under 20", floating)
    assert titles(page, floating) == ["Ember Night Light"]
    assert page.locator(f"{inline} .chip").all_inner_texts() == ["bright"]
    assert page.locator(f"{floating} .chip").all_inner_texts() == ["price under €20"]


def test_the_same_tag_twice_makes_one_button(visit, shop):
    page = visit(shop.put("/twice", shop.tag() + shop.tag()))
    page.wait_for_load_state("networkidle")
    assert page.locator("parley-chat").count() == 1


def test_two_buttons_in_one_corner_do_not_cover_each_other_and_one_panel_is_open(visit, shop):
    element = f'<parley-chat site-key="{shop.key}" catalogue="lamps"></parley-chat>'
    page = visit(
        shop.put("/corner", shop.tag(mode="none") + element + element.replace(" ", ' id="more" ', 1))
    )
    page.wait_for_selector("#more .launch", timeout=WAIT_MS)
    boxes = [each.bounding_box() for each in page.locator("parley-chat .launch").all()]
    low, high = sorted(boxes, key=lambda box: -box["y"])
    assert high["y"] + high["height"] <= low["y"]
    page.locator("#more .launch").click()
    page.evaluate("document.querySelector('parley-chat:not(#more)').open()")
    assert page.locator("parley-chat .panel:visible").count() == 1


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException(); } })",
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }",
    ],
    ids=["denied", "full"],
)
def test_with_storage_blocked_it_works_for_as_long_as_the_page(visit, shop, script):
    page = visit(shop.put("/blocked", shop.tag()), script=script)
    opened(page)
    say(page, "warm")
    say(page, "under 60")
    assert page.locator("parley-chat .chip").count() == 2


def test_the_next_page_of_the_shop_takes_the_talk_up_with_its_panel_closed(visit, shop):
    page = visit(shop.put("/one", shop.tag()))
    opened(page)
    say(page, "warm under 60")
    page.locator("parley-chat .turn:last-child [aria-label^='Like: ']").first.click()
    settle(page, "You like")
    before = page.locator("parley-chat .turn").all_inner_texts()[1:]
    page.goto(shop.put("/next", shop.tag()))
    page.wait_for_selector("parley-chat .launch", timeout=WAIT_MS)
    assert not page.locator("parley-chat .panel").is_visible()
    page.locator("parley-chat .launch").click()
    settle(page, "You like")
    assert page.locator("parley-chat .turn").all_inner_texts() == before
    assert page.locator("parley-chat .card[data-judged=true]").count() == 1


def test_like_again_and_chip_removal_rank_again(visit, shop):
    page = visit(shop.put("/like", shop.tag()))
    opened(page)
    say(page, "bright")
    first = titles(page)[0]
    page.get_by_role("button", name=f"Like: {first}").click()
    settle(page, f"You like {first}")
    assert first not in titles(page)
    pressed = page.locator(f"parley-chat [aria-label='Like: {first}']")
    assert pressed.get_attribute("aria-pressed") == "true"
    assert heard(page, "like")[-1]["liked"] is True
    pressed.click()
    settle(page, f"No judgement of {first}")
    assert pressed.first.get_attribute("aria-pressed") == "false"
    assert heard(page, "like")[-1]["liked"] is None
    page.get_by_role("button", name="Remove: bright").click()
    settle(page, "Without bright")
    assert page.locator("parley-chat .chip").count() == 0
    assert page.evaluate("document.activeElement.localName") == "parley-chat"


def test_a_title_is_a_link_that_the_page_may_take_over(visit, shop):
    page = visit(shop.put("/links", shop.tag(item_url="/item?id={id}")))
    opened(page)
    say(page, "bright")
    link = page.locator("parley-chat .card h3 a").first
    assert link.get_attribute("href") == f"{shop.origin}/item?id=L3"
    with page.expect_response(lambda answer: answer.url.endswith("/clicks")) as told:
        link.click()
    assert told.value.status == 204
    assert heard(page, "click")[0]["item"] == {"item_id": "L3", "title": "Signal Desk Lamp", "rank": 1}
    assert page.url.endswith("/links")
    page.evaluate(f"{CHAT}.configure({{itemUrl: 'javascript:window.owned=1'}})")
    say(page, "warm")
    assert page.locator("parley-chat .turn:last-child h3 a").count() == 0


def test_a_keyboard_alone_is_enough_and_the_focus_returns(visit, shop):
    page = visit(shop.put("/keys", shop.tag()))
    page.wait_for_selector("parley-chat .launch", timeout=WAIT_MS)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "launch"
    page.keyboard.press("Enter")
    assert focused(page) == "textarea"
    page.wait_for_selector("parley-chat .quick", timeout=WAIT_MS)
    page.keyboard.type("bright")
    page.keyboard.press("Enter")
    settle(page, "bright")
    label = ""
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        label = page.evaluate(f"{CHAT}.shadowRoot.activeElement?.getAttribute('aria-label') ?? ''")
        if label.startswith("Like: "):
            break
    page.keyboard.press("Space")
    settle(page, "You like")
    page.keyboard.press("Escape")
    assert focused(page) == "launch"
    assert not page.locator("parley-chat .panel").is_visible()
    page.locator("#before").focus()
    page.evaluate(f"{CHAT}.open()")
    page.keyboard.press("Escape")
    assert focused(page) == "before"
    assert len(heard(page, "open")) == len(heard(page, "close")) == 2


def test_closed_it_leaves_the_page_to_the_person(visit, shop):
    page = visit(shop.put("/layer", shop.tag()), 360, 740)
    opened(page)
    page.keyboard.press("Escape")
    hits = page.evaluate(HITS)
    box = page.locator("parley-chat .launch").bounding_box()
    assert hits <= (box["width"] / 10 + 1) * (box["height"] / 10 + 1)
    page.evaluate(f"{CHAT}.remove()")
    assert page.evaluate("document.elementFromPoint(innerWidth - 40, innerHeight - 40).localName") in {
        "html",
        "body",
    }


def test_on_a_phone_it_fills_the_screen_and_the_focus_stays_in_it(visit, shop):
    page = visit(shop.put("/phone", shop.tag()), 360, 740)
    opened(page)
    say(page, "warm under 60 " + "verylongword" * 12)
    assert page.locator("parley-chat .panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    talk = "document.querySelector('parley-chat').shadowRoot.querySelector('.talk')"
    assert page.evaluate(f"{talk}.scrollWidth <= {talk}.clientWidth")
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "parley-chat"


def test_when_the_server_is_away_it_says_so_and_takes_up_again(visit, shop):
    page = visit(shop.put("/away", shop.tag()), expected=["ERR_FAILED"])
    opened(page)
    say(page, "warm")
    page.route("**/api/v1/**", lambda route: route.abort())
    page.locator("parley-chat textarea").fill("under 60")
    page.keyboard.press("Enter")
    page.wait_for_selector("parley-chat .notice", timeout=WAIT_MS)
    assert "can't be reached" in page.locator("parley-chat .notice").inner_text()
    assert heard(page, "error")[0]["code"] == "away"
    assert page.locator("parley-chat .said").last.inner_text().endswith("under 60")
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name="Try again").click()
    settle(page, "under 60")
    assert page.locator("parley-chat .notice").count() == 0
    assert page.locator("parley-chat .said").count() == 2


def test_away_from_the_start_it_begins_when_asked_again(visit, shop):
    page = visit(shop.put("/dead", shop.tag()), expected=["ERR_FAILED"])
    page.route("**/api/v1/**", lambda route: route.abort())
    page.locator("parley-chat .launch").click()
    page.wait_for_selector("parley-chat .notice", timeout=WAIT_MS)
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("parley-chat .hello", timeout=WAIT_MS)


def test_an_answer_lost_on_its_way_is_fetched_and_not_asked_for_twice(visit, shop):
    page = visit(shop.put("/lost", shop.tag()), expected=["ERR_FAILED"])
    opened(page)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/messages", lose)
    page.locator("parley-chat textarea").fill("warm")
    page.keyboard.press("Enter")
    page.wait_for_selector("parley-chat .notice", timeout=WAIT_MS)
    page.unroute("**/messages")
    page.get_by_role("button", name="Try again").click()
    settle(page, "warm")
    say(page, "under 60")
    assert page.locator("parley-chat .said").count() == 2
    session = page.evaluate("Object.values(sessionStorage)[0]")
    assert len(shop.site.parley.chatbot.restore(session).turns) == 2


def test_a_conversation_that_is_gone_begins_anew_with_what_was_said(visit, shop):
    page = visit(shop.put("/gone", shop.tag()), expected=["404"])
    opened(page)
    say(page, "warm")
    shop.site.parley.chatbot.talks.clear()
    say(page, "under 60")
    assert "earlier conversation has ended" in page.locator("parley-chat .talk").inner_text()
    assert page.locator("parley-chat .chip").all_inner_texts() == ["price under €60"]


def test_a_fault_of_ours_is_a_calm_sentence(visit, shop):
    page = visit(shop.put("/fault", shop.tag()), expected=["CORS", "ERR_FAILED"])
    opened(page)
    shop.site.parley.chatbot.fault = RuntimeError("canary")
    try:
        page.locator("parley-chat textarea").fill("hello")
        page.keyboard.press("Enter")
        page.wait_for_selector("parley-chat .notice", timeout=WAIT_MS)
        assert "canary" not in page.locator("parley-chat .talk").inner_text()
    finally:
        shop.site.parley.chatbot.fault = None
    say(page, "warm")


def test_a_refused_key_is_told_to_the_owner_and_not_to_the_person(visit, shop):
    page = visit(
        shop.put("/refused", shop.tag(site_key="site_wrong")), expected=["403", "parley: this site key"]
    )
    warned: list[str] = []
    page.on("console", lambda message: warned.append(message.text))
    page.locator("parley-chat .launch").click()
    page.wait_for_selector("parley-chat .notice", timeout=WAIT_MS)
    assert page.locator("parley-chat .notice").inner_text() == "The adviser is not available on this page."
    assert heard(page, "error")[0]["code"] == "unknown_site_key"
    assert any("parley widget --origin" in text for text in warned)


def test_methods_and_settings_of_the_element(visit, shop):
    page = visit(shop.put("/methods", shop.tag()))
    turn = page.evaluate(f"{CHAT}.send('something warm')")
    assert turn["items"][0]["rank"] == 1
    assert turn["text"].startswith("Here are 3")
    said = f"{ROOT}.querySelectorAll('.said').length"
    both = f"const both = Promise.all([{CHAT}.send('bright'), {CHAT}.send('soft')])"
    # The second waits for the first one's answer.
    assert page.evaluate(f"(async () => {{ {both}; const now = {said}; await both; return now; }})()") == 2
    assert page.locator("parley-chat .said").count() == 3
    page.evaluate(f"{CHAT}.configure({{lang: 'zh', theme: 'dark', strings: {{send: 'Go'}}}})")
    assert page.locator("parley-chat textarea").get_attribute("aria-label") == "消息"
    assert page.locator("parley-chat .send").get_attribute("aria-label") == "Go"
    panel = f"getComputedStyle({ROOT}.querySelector('.panel')).backgroundColor"
    dark = page.evaluate(panel)
    page.evaluate(f"{CHAT}.setAttribute('theme', 'light')")
    assert page.evaluate(panel) == "rgb(255, 255, 255)" != dark
    page.evaluate("document.documentElement.style.setProperty('--parley-surface', 'rgb(1, 2, 3)')")
    assert page.evaluate(panel) == "rgb(1, 2, 3)"
    page.evaluate(f"{CHAT}.reset()")
    page.wait_for_selector("parley-chat .hello", timeout=WAIT_MS)
    assert page.locator("parley-chat .turn").count() == 1
    page.evaluate(f"{CHAT}.close()")
    assert not page.locator("parley-chat .panel").is_visible()


def test_what_anybody_writes_runs_nothing(visit, shop):
    page = visit(shop.put("/attack", shop.tag()))
    opened(page)
    attack = "<img src=x onerror=window.owned=1><script>window.owned=1</script>"
    page.locator("parley-chat textarea").fill(attack + " \u202egnp")
    page.keyboard.press("Enter")
    settle(page, "gnp")
    assert page.locator("parley-chat .said").inner_text().endswith(attack + " gnp")
    assert page.evaluate("window.owned") is None


def test_nothing_is_asked_of_the_server_before_somebody_looks(visit, shop):
    asked: list[str] = []
    page = visit(shop.put("/quiet", shop.tag() + f"<main></main>{shop.tag(mode='inline', target='main')}"))
    page.evaluate("document.querySelector('main').style.marginTop = '4000px'")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shop.put("/quiet2", shop.tag()))
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/api/" in url]


@pytest.mark.parametrize("mode", ["floating", "inline"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_in_light_and_dark(visit, shop, mode, scheme):
    page = visit(shop.put(f"/{mode}", shop.tag(mode=mode)), color_scheme=scheme)
    if mode == "floating":
        opened(page)
    page.wait_for_selector("parley-chat .quick", timeout=WAIT_MS)
    say(page, "warm under 60")
    worst = page.evaluate(CONTRAST)
    assert min(worst.values()) >= 4.5, worst


@pytest.mark.parametrize(
    ("mode", "density", "width"), [("floating", 1, 240), ("floating", 2, 480), ("inline", 2, 720)]
)
def test_the_size_of_a_picture_fits_the_card_and_the_screen(visit, shop, tmp_path, mode, density, width):
    Image.new("RGB", (900, 675), "teal").save(tmp_path / "a.png")
    folder = shop.site.parley.settings.data_dir / "pictures" / "lamps"
    name = PictureFolder(tmp_path, folder).take("a.png", "x")
    shelves = shop.site.parley.chatbot.shelves
    before = shelves["lamps"]
    shelves["lamps"] = tuple(replace(thing, picture=name) for thing in before)
    try:
        page = visit(shop.put(f"/sizes-{mode}-{density}", shop.tag(mode=mode)), device_scale_factor=density)
        if mode == "floating":
            opened(page)
        say(page, "warm")
        until(page, f"[...{ROOT}.querySelectorAll('.card img')].every((one) => one.naturalWidth)")
        asked = page.evaluate(f"[...{ROOT}.querySelectorAll('.card img')].map((one) => one.currentSrc)")
    finally:
        shelves["lamps"] = before
    chosen = next(one.name for one in renditions(name) if one.width == width)
    assert {address.rpartition("/")[2] for address in asked} == {chosen}
