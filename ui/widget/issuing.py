"""`parley widget`: a key for a site, and what its owner pastes into a page.

In: an owner's origins, a catalogue, addresses. Out: lines to print; a key is written to the data folder.
"""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from retriever.errors import InputError, UnknownCatalogue
from ui.serving import is_loopback
from ui.widget.keys import SiteKey, SiteKeys, read_origin
from ui.widget.routes import integrity, widget_script

if TYPE_CHECKING:
    from chatbot.build import Parley


def issued(
    parley: Parley, origins: Sequence[str], catalogue: str, address: str
) -> tuple[list[str], list[str]]:
    """Make a key; returns what to print, and what would keep the widget from working.

    Raises:
        InputError: an origin or the address is none, or several catalogues are loaded and none is named.
        UnknownCatalogue: it is not loaded.
        StorageError: the key cannot be written.
    """
    host, port = parley.settings.host, parley.settings.port
    own = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    server = read_origin(address or own)
    named = [read_origin(each) for each in origins]
    chosen = _chosen(catalogue, [info.name for info in parley.catalogues()])
    key, site = SiteKeys(parley.settings.data_dir).make(named, chosen)
    return _instructions(server, key, site), _cautions(server, site.origins)


def listed(folder: Path) -> list[str]:
    """Every key, a line each: id, catalogue, when it was made or ended, origins."""
    sites = SiteKeys(folder).all()
    if not sites:
        return ["no key was made yet; `parley widget --origin https://shop.example` makes one"]
    return [f"{site.id}  {site.catalogue}  {_when(site)}  {' '.join(site.origins)}" for site in sites]


def revoked(folder: Path, site_id: str) -> list[str]:
    """End a key.

    Raises:
        InputError: there is no such key in use.
    """
    site = SiteKeys(folder).revoke(site_id)
    return [f"key {site.id} is ended: {', '.join(site.origins)} can no longer show {site.catalogue!r}"]


def script_tag(server: str, key: str, catalogue: str) -> str:
    """The one tag that puts the widget on a page."""
    return (
        f'<script async src="{html.escape(server)}/widget.js" data-site-key="{html.escape(key)}" '
        f'data-catalogue="{html.escape(catalogue)}"></script>'
    )


def _chosen(catalogue: str, loaded: Sequence[str]) -> str:
    if not catalogue and len(loaded) == 1:
        return loaded[0]
    if catalogue in loaded:
        return catalogue
    if not catalogue and loaded:
        raise InputError(f"say which catalogue with --catalogue: {', '.join(loaded)}")
    raise UnknownCatalogue(
        f"no catalogue {catalogue!r} is loaded; `parley catalogues` lists those that are"
        if loaded
        else "no catalogue is loaded; run `parley ingest FILE --catalogue NAME` first"
    )


def _instructions(server: str, key: str, site: SiteKey) -> list[str]:
    return [
        f"Key {site.id}: {', '.join(site.origins)} may show {site.catalogue!r}.",
        "",
        "Put this into the page; the key in it is not shown again:",
        f"  {script_tag(server, key, site.catalogue)}",
        "",
        "If the page has a Content-Security-Policy, it needs these sources (and nothing for styles):",
        f"  script-src {server}; connect-src {server}; img-src {server}",
        "",
        "To pin this very version of the script, add to the tag, and again after each update of Parley:",
        f'  integrity="{integrity(widget_script())}" crossorigin="anonymous"',
        "",
        f"Look at it first: {server}/widget-demo?catalogue={quote(site.catalogue)}",
    ]


def _cautions(server: str, origins: Sequence[str]) -> list[str]:
    parts = urlsplit(server)
    host = parts.hostname or ""
    if is_loopback(host):
        if all(is_loopback(urlsplit(origin).hostname or "") for origin in origins):
            return []
        return [f"{server} is this machine only; say where browsers reach this server with --address"]
    found = [f"people reach this server as {host}: start it with `parley serve --allowed-host {host}`"]
    if parts.scheme == "http" and any(origin.startswith("https:") for origin in origins):
        found.append(f"browsers block {server} on an https page; serve Parley over https, behind a proxy")
    return found


def _when(site: SiteKey) -> str:
    made = time.strftime("%Y-%m-%d", time.gmtime(site.made))
    if site.revoked is None:
        return f"since {made}"
    return f"{made} to {time.strftime('%Y-%m-%d', time.gmtime(site.revoked))}, ended"
