"""The widget's server side: keys, origins, the script as served, the mock shop, and what an owner is told."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import fake_parley, info
from starlette.testclient import TestClient
from typer.testing import CliRunner

from retriever.domain import Item
from retriever.errors import InputError, StorageError, UnknownCatalogue
from ui import cli
from ui.app import create_app
from ui.widget import issuing
from ui.widget.demo import evenly
from ui.widget.keys import FILE_NAME, SiteKeys, read_origin
from ui.widget.routes import integrity, widget_script

SHOP = "https://shop.example"
OTHER = "https://other.example"


@pytest.fixture(scope="module")
def served_shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The application with a key for one shop and another for another, both made after it was built."""
    parley = fake_parley(tmp_path_factory.mktemp("shop"))
    items = {
        "lamps": [Item(f"L{n}", f"<b>Lamp {n}</b>", "", {"price": float(n)}, f"{n}.svg") for n in range(40)]
    }
    parley.ledger = SimpleNamespace(items=lambda name: iter(items.get(name, [])))
    folder = parley.settings.data_dir / "pictures" / "lamps"
    folder.mkdir(parents=True)
    (folder / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    app = create_app(parley)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        keys = SiteKeys(parley.settings.data_dir)
        key, _ = keys.make([SHOP, "https://m.shop.example"], "lamps")
        other, _ = keys.make([OTHER], "teas")
        yield SimpleNamespace(client=client, keys=keys, key=key, other=other, parley=parley)


def asking(origin: str, key: str = "") -> dict[str, str]:
    return {"Origin": origin} | ({"X-Parley-Site-Key": key} if key else {})


def begin(shop: Any, headers: dict[str, str], catalogue: str = "lamps") -> Any:
    return shop.client.post("/api/v1/sessions", json={"catalogue": catalogue}, headers=headers)


def allowed(answer: Any) -> str | None:
    assert "access-control-allow-credentials" not in answer.headers
    return answer.headers.get("access-control-allow-origin")


def test_a_page_with_its_key_talks_from_begin_to_removal(served_shop):
    headers = asking(SHOP, served_shop.key)
    begun = begin(served_shop, headers)
    assert begun.status_code == 201
    path = f"/api/v1/sessions/{begun.json()['session']}"
    client = served_shop.client
    answers = [
        client.post(f"{path}/messages", json={"text": "warm under 60"}, headers=headers),
        client.post(f"{path}/feedback", json={"item_id": "L2", "liked": True}, headers=headers),
        client.delete(f"{path}/constraints/price", headers=headers),
        client.get(path, headers=headers),
    ]
    for answer in (begun, *answers):
        assert answer.status_code in {200, 201}
        assert allowed(answer) == SHOP
        assert "origin" in answer.headers["vary"].lower()
    assert answers[-1].headers["cache-control"] == "no-store"
    assert [turn["turn"] for turn in answers[-1].json()["turns"]] == [1, 2, 3]
    assert [chip["key"] for chip in answers[-1].json()["chips"]] == ["tags=warm", "item:L2"]


def test_a_stream_names_the_origin_too(served_shop):
    headers = asking(SHOP, served_shop.key)
    session = begin(served_shop, headers).json()["session"]
    answer = served_shop.client.post(
        f"/api/v1/sessions/{session}/messages",
        json={"text": "warm"},
        headers=headers | {"Accept": "text/event-stream"},
    )
    assert allowed(answer) == SHOP
    assert "event: done" in answer.text


@pytest.mark.parametrize(
    ("origin", "key", "code", "readable"),
    [
        (SHOP, "", "foreign_origin", True),
        (SHOP, "site_wrong", "unknown_site_key", True),
        (SHOP, "other", "foreign_origin", True),
        ("https://evil.example", "own", "foreign_origin", False),
        ("https://evil.example", "", "foreign_origin", False),
        ("null", "own", "foreign_origin", False),
        ("http://shop.example", "own", "foreign_origin", False),
        ("https://shop.example:8443", "own", "foreign_origin", False),
        ("https://shop.example.evil.example", "own", "foreign_origin", False),
        ("https://a.shop.example", "own", "foreign_origin", False),
        ("", "site_wrong", "unknown_site_key", False),
        (SHOP, "x" * 5000, "unknown_site_key", True),
    ],
)
def test_a_wrong_key_or_origin_is_refused_in_the_apis_form(served_shop, origin, key, code, readable):
    named = {"own": served_shop.key, "other": served_shop.other}.get(key, key)
    headers = {name: value for name, value in asking(origin, named).items() if value}
    for answer in (
        begin(served_shop, headers),
        served_shop.client.get("/api/v1/catalogues", headers=headers),
    ):
        assert answer.status_code == 403
        assert set(answer.json()["error"]) == {"code", "message"}
        assert answer.json()["error"]["code"] == code
        # Only a site that has some key may read why.
        assert allowed(answer) == (origin if readable else None)
        assert "origin" in answer.headers["vary"].lower()


def test_the_key_opens_its_own_catalogue_alone(served_shop):
    headers = asking(SHOP, served_shop.key)
    refused = begin(served_shop, headers, "teas")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "other_catalogue")
    assert allowed(refused) == SHOP
    listed = served_shop.client.get("/api/v1/catalogues", headers=headers).json()["catalogues"]
    assert [each["name"] for each in listed] == ["lamps"]


def test_a_session_can_be_continued_under_its_own_key_alone(served_shop):
    mine = begin(served_shop, asking(SHOP, served_shop.key)).json()["session"]
    own_page = served_shop.client.post("/api/v1/sessions", json={"catalogue": "lamps"}).json()["session"]
    same_catalogue, _ = served_shop.keys.make([OTHER], "lamps")
    tries = [
        (mine, asking(OTHER, same_catalogue)),
        (mine, asking(OTHER, served_shop.other)),
        (mine, {}),
        (own_page, asking(SHOP, served_shop.key)),
    ]
    for session, headers in tries:
        path = f"/api/v1/sessions/{session}"
        answers = [
            served_shop.client.get(path, headers=headers),
            served_shop.client.post(f"{path}/messages", json={"text": "warm"}, headers=headers),
            served_shop.client.post(
                f"{path}/feedback", json={"item_id": "L1", "liked": True}, headers=headers
            ),
            served_shop.client.delete(f"{path}/constraints/price", headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert {answer.json()["error"]["code"] for answer in answers} == {"unknown_session"}
    assert served_shop.client.get(f"/api/v1/sessions/{own_page}").json()["turns"] == []


def preflight(shop: Any, origin: str, path: str = "/api/v1/sessions") -> Any:
    return shop.client.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-parley-site-key",
        },
    )


def test_a_preflight_is_answered_for_a_site_with_a_key_and_for_nobody_else(served_shop):
    answer = preflight(served_shop, SHOP)
    assert answer.status_code == 204
    assert allowed(answer) == SHOP
    assert {"GET", "POST", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    assert "x-parley-site-key" in answer.headers["access-control-allow-headers"].lower()
    for origin in ("https://evil.example", "null"):
        refused = preflight(served_shop, origin)
        assert refused.status_code == 403
        assert allowed(refused) is None


def test_beyond_the_api_a_key_opens_nothing(served_shop):
    headers = asking(SHOP, served_shop.key)
    answer = served_shop.client.post("/gradio_api/queue/join", json={}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")
    assert allowed(served_shop.client.get("/", headers=headers)) is None
    assert allowed(served_shop.client.get("/livez", headers=headers)) is None
    assert preflight(served_shop, SHOP, "/gradio_api/queue/join").status_code == 400


def test_a_revoked_key_is_refused_at_once_and_takes_its_sessions_along(served_shop):
    key, site = served_shop.keys.make(["https://gone.example"], "lamps")
    headers = asking("https://gone.example", key)
    session = begin(served_shop, headers).json()["session"]
    served_shop.keys.revoke(site.id)
    assert begin(served_shop, headers).status_code == 403
    assert preflight(served_shop, "https://gone.example").status_code == 403
    assert served_shop.client.get(f"/api/v1/sessions/{session}").status_code == 404
    with pytest.raises(InputError, match="is in use"):
        served_shop.keys.revoke(site.id)


def test_a_picture_may_be_shown_by_a_site_with_a_key_for_its_catalogue(served_shop):
    def picture(origin: str) -> Any:
        return served_shop.client.get("/pictures/lamps/a.svg", headers=asking(origin))

    assert allowed(picture(SHOP)) == SHOP
    assert allowed(picture("https://evil.example")) is None
    assert picture("https://evil.example").headers["cross-origin-resource-policy"] == "same-origin"
    assert "origin" in served_shop.client.get("/pictures/lamps/a.svg").headers["vary"].lower()


def test_the_script_may_be_loaded_by_any_page_and_is_asked_for_again_cheaply(served_shop):
    answer = served_shop.client.get("/widget.js")
    assert answer.content == widget_script()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age" in answer.headers["cache-control"]
    again = served_shop.client.get("/widget.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert served_shop.client.get("/parley/page.js").headers["cross-origin-resource-policy"] == "same-origin"


def test_the_script_is_small_builds_no_markup_and_names_no_address():
    source = widget_script().decode()
    assert len(gzip.compress(widget_script(), mtime=0)) < 25_000
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
                   "DOMParser", "localStorage", "document.cookie", "srcdoc"):  # fmt: skip
        assert unsafe not in source
    assert set(re.findall(r"https?://[\w./…-]+", source)) == {
        "http://www.w3.org/2000/svg",
        "https://…/widget.js",
    }


def test_every_language_of_the_script_has_every_word():
    source = widget_script().decode()
    tables = re.findall(r"^    (\w\w): \{\n(.*?)^    \},$", source, flags=re.MULTILINE | re.DOTALL)
    words = {language: set(re.findall(r"(\w+): \"(?!,)", table)) for language, table in tables}
    assert set(words) == {"en", "zh"}
    assert words["en"] == words["zh"]
    assert set(re.findall(r"(?:this\.#|[^.\w])words\.(\w+)", source)) <= words["en"]


def test_the_mock_shop_embeds_the_widget_under_a_strict_policy(served_shop):
    answer = served_shop.client.get("/widget-demo?catalogue=lamps&theme=dark")
    rules = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert rules["script-src"] == rules["style-src"] == rules["img-src"] == rules["connect-src"] == "'self'"
    assert rules["default-src"] == "'none'"
    tag = '<script async src="/widget.js" data-catalogue="lamps" data-mode="floating" data-theme="dark">'
    assert tag in answer.text
    assert answer.text.count('class="tile"') == 8
    assert "<b>" not in answer.text
    assert "&lt;b&gt;Lamp 0&lt;/b&gt;" in answer.text
    assert 'src="/pictures/lamps/0.svg"' in answer.text
    assert "€5" in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("query", ["", "?catalogue=nowhere", '?catalogue="><script>x</script>'])
def test_the_mock_shop_without_its_catalogue_says_what_to_do(served_shop, query):
    text = served_shop.client.get(f"/widget-demo{query}").text
    assert "parley ingest --demo" in text
    assert "<script" not in text


def test_an_odd_mode_or_theme_is_the_usual_one(served_shop):
    text = served_shop.client.get('/widget-demo?catalogue=lamps&mode="><i>&theme=neon').text
    assert 'data-mode="floating" data-theme="auto"' in text


@pytest.mark.parametrize(
    ("count", "most", "places"), [(0, 8, []), (3, 8, [0, 1, 2]), (8, 4, [0, 2, 4, 6]), (5, 2, [0, 2])]
)
def test_tiles_are_spread_over_the_catalogue(count, most, places):
    assert evenly(range(count), most) == places


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[0:0::1]:80", "http://[::1]"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(text, origin):
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "null", "shop.example", "https://*.shop.example", "https://", "ftp://shop.example",
        "https://shop.example/page", "https://a@shop.example", "https://shop.example?x", "https://x:99999",
        "https://shop.example#x", "https://a b.example", "file:///x", "https://@shop.example", "https://a..b",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(InputError, match="is not an origin"):
        read_origin(text)


def test_a_key_is_kept_hashed_in_a_file_of_its_owners(tmp_path):
    key, _ = SiteKeys(tmp_path).make([SHOP, SHOP + "/"], "lamps")
    path = tmp_path / FILE_NAME
    assert path.stat().st_mode & 0o077 == 0
    assert key.encode() not in path.read_bytes()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT origin FROM origins").fetchall() == [(SHOP,)]
    connection.close()


def test_without_a_key_nothing_is_written_and_nothing_is_known(tmp_path):
    keys = SiteKeys(tmp_path)
    assert (keys.all(), keys.find("site_x"), keys.catalogues_of(SHOP)) == ((), None, frozenset())
    assert keys.may_continue("session", None)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_file_is_told_and_lets_nobody_in(parley):
    app = create_app(parley)
    (parley.settings.data_dir / FILE_NAME).write_bytes(
        b"not a database, but long enough to be read as one" * 9
    )
    with pytest.raises(StorageError, match="make the keys anew"):
        SiteKeys(parley.settings.data_dir).all()
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        headers = asking(SHOP, "site_x")
        answer = client.post("/api/v1/sessions", json={"catalogue": "lamps"}, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage")


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))
    parley = fake_parley(tmp_path)
    monkeypatch.setattr(cli, "_build", lambda settings: parley)

    def invoke(*arguments: str) -> Any:
        return CliRunner().invoke(cli.app, ["widget", *arguments])

    invoke.keys = SiteKeys(tmp_path)
    return invoke


def test_the_command_prints_all_that_an_owner_pastes(run):
    done = run("--origin", SHOP, "-c", "lamps", "--address", "https://parley.shop.example")
    assert done.exit_code == 0
    key = re.search(r'data-site-key="(site_[\w-]+)"', done.stdout)[1]
    assert run.keys.find(key).origins == (SHOP,)
    assert '<script async src="https://parley.shop.example/widget.js"' in done.stdout
    for source in ("script-src", "connect-src", "img-src"):
        assert f"{source} https://parley.shop.example" in done.stdout
    assert integrity(widget_script()) in done.stdout
    assert "https://parley.shop.example/widget-demo?catalogue=lamps" in done.stdout
    assert "--allowed-host parley.shop.example" in done.stderr


def test_keys_are_listed_and_ended_by_their_id(run):
    assert "no key was made yet" in run("--list").stdout
    run("--origin", SHOP, "-c", "lamps")
    [site] = run.keys.all()
    listed = run("--list").stdout
    assert site.id in listed
    assert SHOP in listed
    assert run("--revoke", site.id).exit_code == 0
    assert "ended" in run("--list").stdout
    assert run("--revoke", site.id).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["--origin", SHOP, "--list"], ["--origin", SHOP], ["--origin", "shop", "-c", "lamps"],
        ["--origin", SHOP, "-c", "nowhere"], ["--origin", SHOP, "-c", "lamps", "--address", "parley"],
        ["--revoke", "nope"],
    ],
)  # fmt: skip
def test_a_wrong_command_is_one_sentence_and_makes_no_key(run, arguments):
    done = run(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("parley: ")
    assert done.stderr.count("\n") == 1
    assert run.keys.all() == ()


def test_the_only_catalogue_need_not_be_named(tmp_path):
    one = (info("lamps", ()),)
    parley = fake_parley(tmp_path)
    parley.catalogues = lambda: one
    assert any("'lamps'" in line for line in issuing.issued(parley, [SHOP], "", "")[0])
    parley.catalogues = lambda: ()
    with pytest.raises(UnknownCatalogue, match="parley ingest"):
        issuing.issued(parley, [SHOP], "", "")


@pytest.mark.parametrize(
    ("address", "origin", "told"),
    [
        ("", SHOP, "--address"),
        ("", "http://localhost:3000", ""),
        ("http://parley.shop.example", SHOP, "https, behind a proxy"),
    ],
)
def test_addresses_that_cannot_work_are_told(tmp_path, address, origin, told):
    cautions = issuing.issued(fake_parley(tmp_path), [origin], "lamps", address)[1]
    assert told in " ".join(cautions)
    assert bool(cautions) == bool(told)


def test_the_conversation_can_be_fetched_again_and_only_by_its_id(served_shop):
    client = served_shop.client
    session = client.post("/api/v1/sessions", json={"catalogue": "lamps"}).json()["session"]
    client.post(f"/api/v1/sessions/{session}/messages", json={"text": "warm"})
    answer = client.get(f"/api/v1/sessions/{session}")
    assert answer.json()["turns"][0]["user"] == "warm"
    assert session not in json.dumps(answer.json())
    assert client.get("/api/v1/sessions/unknown").status_code == 404


def test_the_widgets_files_go_with_the_package():
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert '"widget/*.js"' in project
    assert '"widget/*.css"' in project
