"""The API and the walls around everything that is served."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from ui.app import create_app, own_origins
from ui.headers import dressed, inline_script_digests
from ui.limits import MAX_BODY_BYTES, json_fault


def begin(client: Any, catalogue: str = "lamps") -> str:
    answer = client.post("/api/v1/sessions", json={"catalogue": catalogue})
    assert answer.status_code == 201
    return answer.json()["session"]


def events(text: str) -> list[tuple[str, Any]]:
    """(name, data) of each server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_the_catalogues_are_listed_with_their_facets(client):
    body = client.get("/api/v1/catalogues").json()
    assert [(each["name"], each["items"]) for each in body["catalogues"]] == [("lamps", 5), ("teas", 2)]
    assert body["catalogues"][0]["facets"][0] == {
        "name": "price",
        "label": "price",
        "kind": "number",
        "unit": "EUR",
    }


def test_a_message_is_answered_with_a_turn(client):
    session = begin(client)
    turn = client.post(
        f"/api/v1/sessions/{session}/messages", json={"text": "something warm under 60"}
    ).json()
    assert turn["turn"] == 1
    assert [card["rank"] for card in turn["cards"]] == [1, 2, 3]
    assert {chip["label"] for chip in turn["chips"]} == {"price under €60", "warm"}
    assert session not in json.dumps(turn)


def test_a_message_streams_when_events_are_accepted(client):
    session = begin(client)
    answer = client.post(
        f"/api/v1/sessions/{session}/messages", json={"text": "warm"}, headers={"Accept": "text/event-stream"}
    )
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = events(answer.text)
    assert [name for name, _ in found if name != "text"] == ["heard", "cards", "cards", "done"]
    text = "".join(data["text"] for name, data in found if name == "text")
    assert text == found[-1][1]["text"]


def test_feedback_and_removal_rank_again(client):
    session = begin(client)
    client.post(f"/api/v1/sessions/{session}/messages", json={"text": "under 60"})
    judged = client.post(
        f"/api/v1/sessions/{session}/feedback", json={"item_id": "L2", "liked": False}
    ).json()
    assert "L2" not in [card["item_id"] for card in judged["cards"]]
    wider = client.delete(f"/api/v1/sessions/{session}/constraints/price").json()
    assert [chip["key"] for chip in wider["chips"]] == ["item:L2"]


def test_a_click_is_taken_in_without_an_answer(client):
    session = begin(client)
    client.post(f"/api/v1/sessions/{session}/messages", json={"text": "under 60"})
    answer = client.post(f"/api/v1/sessions/{session}/clicks", json={"item_id": "L2"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.post(f"/api/v1/sessions/{session}/clicks", json={"item_id": "L99"}).status_code == 404
    assert client.post("/api/v1/sessions/nobodys/clicks", json={"item_id": "L2"}).status_code == 404


def test_a_key_with_any_characters_names_a_chip(client):
    session = begin(client)
    answer = client.delete(f"/api/v1/sessions/{session}/constraints/tags%3Da%2Fb%20any%20%7C")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "bad_input"


@pytest.mark.parametrize("session", ["unknown", "x" * 128, "%00", "..%2f..", "é"])
def test_an_unknown_session_is_not_found(client, session):
    answer = client.post(f"/api/v1/sessions/{session}/messages", json={"text": "hello"})
    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"code", "message"}


def test_errors_of_ours_have_a_code_and_a_sentence(client):
    answer = client.post("/api/v1/sessions", json={"catalogue": "nowhere"})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_catalogue"
    session = begin(client)
    answer = client.post(f"/api/v1/sessions/{session}/feedback", json={"item_id": "nothing", "liked": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_item")


def test_an_unexpected_fault_is_a_500_without_details(client, served, caplog):
    session = begin(client)
    served.parley.chatbot.fault = RuntimeError("canary-4711")
    answer = client.post(f"/api/v1/sessions/{session}/messages", json={"text": "canary-4711"})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "canary" not in answer.text + caplog.text


HOSTILE = (
    b"", b"{", b"null", b"[]", b"7", b'"text"', b"{}", b'{"text": null}', b'{"text": 7}', b'{"text": []}',
    b'{"text": ""}', b'{"text": "a\\ud800"}', b'{"text": "a\\u0000b"}', b'{"text": "\xff"}', b'{"text": NaN}',
    b'{"text": "a", "k": NaN}', b'{"text": "a", "k": Infinity}', b'{"text": "a", "k": 1e400}',
    b'{"text": "a", "k": "\\udfff"}', b'{"\\ud800": "a"}', b'{"text": "a", "extra": 1}',
    b"[" * 5000 + b"]" * 5000, b'{"text":' * 5000, b'{"text": "' + b"x" * 30_000 + b'"}',
    b'\xef\xbb\xbf{"text": "a"}', '{"text": "a"}'.encode("utf-16"), b"text=a", b"\x00" * 100,
    b'{"text": ' + b"9" * 5000 + b"}",
)  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_body_is_refused_and_never_a_server_error(client, body):
    session = begin(client)
    for path in (f"sessions/{session}/messages", "sessions", f"sessions/{session}/feedback"):
        answer = client.post(f"/api/v1/{path}", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_body_does_not_break_the_pages_own_route(client, body):
    answer = client.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 404, 422}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_only_json_is_taken_for_json(client, kind):
    answer = client.post(
        "/api/v1/sessions", content=b'{"catalogue": "lamps"}', headers={"Content-Type": kind}
    )
    assert answer.status_code in {415, 422}


def test_a_body_over_the_limit_is_refused_whether_its_length_is_said_or_not(client):
    body = b'{"text": "' + b"x" * MAX_BODY_BYTES + b'"}'
    assert client.post("/api/v1/sessions", content=body).status_code == 413
    assert client.post("/api/v1/sessions", content=iter([body[:100], body[100:]])).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://127.0.0.1",
        "/openapi.json", "/docs", "/gradio_api/info", "/gradio_api/call/on_act", "/gradio_api/runs",
        "/monitoring", "/login",
        "/gradio_api/openapi.json", "/dev/reload", "/manifest.json", "/gradio_api/component_server",
        "/../etc/passwd",
        "/token", "/gradio_api/run/predict", "/gradio_api/deep_link", "/parley/app.py", "/parley/..%2fapp.py",
    ],
)  # fmt: skip
def test_what_nobody_needs_does_not_exist(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path, json={}).status_code in {404, 405}


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/api/v1/catalogues", "/nothing", "/pictures/a/b.svg", "/parley/page.css"]
)
def test_every_answer_has_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers


def test_the_pages_policy_lets_no_foreign_source_and_no_unlisted_script_in(client):
    policy = client.get("/").headers["content-security-policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["img-src"] == "'self' data:"
    assert rules["connect-src"] == "'self'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["script-src-attr"] == "'none'"
    assert "http" not in policy
    assert "*" not in policy


def test_the_page_names_no_foreign_address_in_its_head(client):
    head = client.get("/").text.split("</head>")[0]
    assert "og:" not in head
    assert "twitter:" not in head
    assert "/parley/page.css" in head


def test_inline_scripts_are_known_by_their_digest_and_others_are_not():
    page = dressed('<head><script>a()</script><script src="b.js"></script></head>', "<meta>")
    assert page.endswith("<meta></head>")
    # sha256 of "a()", by `printf 'a()' | openssl dgst -sha256 -binary | base64`
    assert inline_script_digests(page) == ("sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4=",)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "169.254.169.254"])
def test_a_foreign_host_name_is_refused(client, host):
    assert client.get("/livez", headers={"Host": host}).status_code == 400


def test_an_allowed_host_name_is_answered(parley):
    app = create_app(parley, allowed_hosts=["shop.example"])
    with TestClient(app, base_url="https://shop.example") as client:
        assert client.get("/livez").status_code == 200
        origin = {"Origin": "https://shop.example"}
        assert client.post("/api/v1/sessions", json={"catalogue": "lamps"}, headers=origin).status_code == 201


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:7861", "http://127.0.0.1.evil.example:7860"]
)
def test_a_page_of_another_site_cannot_write(client, origin):
    answer = client.post("/api/v1/sessions", json={"catalogue": "lamps"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-origin" not in client.get("/", headers={"Origin": origin}).headers


def test_loopback_is_ours_by_each_of_its_names_and_every_address_is_nobodys():
    assert "http://[::1]:80" in own_origins("127.0.0.1", 80)
    assert own_origins("0.0.0.0", 80) == own_origins("127.0.0.1", 80)


def test_readiness_follows_the_models(client, served):
    assert client.get("/readyz").status_code == 200
    served.parley.ready = False
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


@pytest.fixture
def pictures(served):
    tmp_path = served.parley.settings.data_dir
    folder = tmp_path / "pictures" / "lamps"
    if folder.exists():
        return served.client
    folder.mkdir(parents=True)
    (folder / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "a.html").write_text("<script>1</script>")
    (tmp_path / "secret.svg").write_text("secret")
    (folder / "link.svg").symlink_to(tmp_path / "secret.svg")
    return served.client


def test_a_picture_is_sent_with_its_type_and_may_do_nothing(pictures):
    answer = pictures.get("/pictures/lamps/a.svg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "lamps/none.svg", "lamps/a.html", "lamps/link.svg", "lamps/..%2f..%2fsecret.svg", "..%2fsecret.svg",
        "lamps/../../secret.svg", "../secret.svg", "%2e%2e/secret.svg", "lamps/%2e%2e/%2e%2e/secret.svg",
        "lamps/",         "lamps/a.svg%00.png", "nowhere/a.svg", "lamps/a.svg/", "lamps\\a.svg", "lamps/.svg",
    ],
)  # fmt: skip
def test_nothing_else_can_be_read_as_a_picture(pictures, path):
    answer = pictures.get(f"/pictures/{path}", follow_redirects=False)
    assert answer.status_code in {307, 404}
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("body", "strict"),
    [
        (b"{}", True),
        (b'{"a":"[[[["}', True),
        (b'"\\ud83d\\ude00"', True),
        (b'"\\ud83d"', False),
        (b"[" * 33 + b"]" * 33, False),
        (b"-Infinity", False),
    ],
)
def test_strict_json(body, strict):
    assert (json_fault(body) == "") is strict


def test_a_conversation_is_forgotten_when_asked(client):
    session = begin(client)
    assert client.get(f"/api/v1/sessions/{session}").status_code == 200
    assert client.delete(f"/api/v1/sessions/{session}").status_code == 204
    assert client.get(f"/api/v1/sessions/{session}").status_code == 404
    assert client.delete(f"/api/v1/sessions/{session}").status_code == 404
