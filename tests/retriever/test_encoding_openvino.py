"""The OpenVINO paths, really run: the same vectors, converted once, and nobody is told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from retriever.encoding.fidelity import deviation, probes, run
from retriever.encoding.folder import check_folder
from retriever.encoding.paths import Lanes, PathUnavailable, check_path, open_path
from retriever.encoding.tokens import TextTokens
from retriever.transformer import SentenceTransformersEncoder
from tiny_models import tiny_encoder

needs_openvino = pytest.mark.skipif(
    find_spec("openvino") is None, reason="OpenVINO is not installed: pip install 'parley[openvino]'"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return check_folder(tiny_encoder(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def vectors(folder, name, cache=None, workers=1):
    tokens = TextTokens(folder)
    path = open_path(name, folder, "cpu", Lanes(workers, 1), cache)
    with path.on_thread():
        return run(path.forward, probes(tokens, folder.max_tokens), tokens.pad, folder.dim)


@needs_openvino
def test_its_vectors_are_those_of_torch_for_every_length(folder, cache):
    exact = vectors(folder, "torch-fp32")
    assert deviation(exact, vectors(folder, "openvino-fp32", cache)) < 1e-5
    assert deviation(exact, vectors(folder, "openvino-fp32", cache, workers=2)) < 1e-5


@needs_openvino
def test_first_token_pooling_is_converted_too(folder, tmp_path):
    first = replace(folder, pooling="cls")
    exact = vectors(first, "torch-fp32")
    assert deviation(exact, vectors(folder, "torch-fp32")) > 1e-3
    assert deviation(exact, vectors(first, "openvino-fp32", tmp_path)) < 1e-5


@needs_openvino
def test_a_model_is_converted_once_and_read_from_the_cache_after(folder, cache):
    vectors(folder, "openvino-fp32", cache)
    before = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}
    assert sorted(name.rsplit(".", 1)[1] for name in before) == ["bin", "xml"]
    vectors(folder, "openvino-fp32", cache)
    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == before


@needs_openvino
def test_a_damaged_conversion_is_made_anew(folder, tmp_path, caplog):
    exact = vectors(folder, "openvino-fp32", tmp_path)
    (graph,) = tmp_path.glob("*.xml")
    graph.write_text("<net")
    np.testing.assert_array_equal(vectors(folder, "openvino-fp32", tmp_path), exact)
    assert "is converted anew" in caplog.text
    assert graph.stat().st_size > 1_000


@needs_openvino
def test_a_cache_that_cannot_be_written_costs_a_conversion_only(folder, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    assert len(vectors(folder, "openvino-fp32", tmp_path / "file")) > 10
    assert "made anew next time" in caplog.text


@needs_openvino
def test_an_encoder_runs_a_catalogue_on_it_when_asked(folder, cache):
    texts = [f"rain {number} " * (1 + number % 7) for number in range(40)]
    encoder = SentenceTransformersEncoder(
        str(folder.path), device="cpu", threads=1, path="openvino-fp32", cache=cache
    )
    plain = SentenceTransformersEncoder(str(folder.path), device="cpu", threads=1)
    assert encoder.bulk_path() == "openvino-fp32, 1 × 1 thread (not measured)"
    assert deviation(plain.encode(texts), encoder.encode(texts)) < 1e-5


@needs_openvino
def test_importing_it_reports_to_nobody(tmp_path):
    """Its own import would: it asks a counting service, and writes an id into the home folder."""
    script = (
        "import sys\nfrom retriever.encoding.paths import check_path\n"
        "check_path('openvino-fp32', 'cpu')\n"
        "print('openvino' in sys.modules, [n for n in sys.modules if 'telemetry' in n and sys.modules[n]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path)},
    )
    assert "openvino_telemetry" not in done.stdout
    assert done.stdout.startswith("True ")
    assert not list(tmp_path.rglob("*telemetry*"))
    assert not (tmp_path / "intel").exists()


def test_without_it_the_path_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(PathUnavailable, match="OpenVINO") as told:
        check_path("openvino-fp32", "cpu")
    assert "pip install" in str(told.value)


def test_it_is_not_for_a_gpu():
    with pytest.raises(PathUnavailable, match="the encoder is on the GPU"):
        check_path("openvino-fp32", "cuda")
