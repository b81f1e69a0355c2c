"""Any CLIP model of sentence-transformers on this machine, and none that could run code."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from retriever.errors import ModelMissing
from retriever.image_encoder import BATCH, ImageEncoder
from tiny_clip import WIDTH, classic_clip, newer_clip, tiny_chinese_clip, tiny_clip

COLOURS = ("red", "green", "blue", "white", "black", "orange", "navy")
PICTURES = [Image.new("RGB", (40, 30), colour) for colour in COLOURS]
TEXTS = ["red", "a green square", "", "blue " * 500, "红色"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_clip(tmp_path_factory.mktemp("clip") / "plain")


@pytest.fixture(scope="module")
def encoder(folder):
    return ImageEncoder(str(folder), device="cpu", threads=1)


def by_transformers(folder):
    """What the network itself makes of the pictures and of two texts; sentence-transformers takes no part."""
    import torch
    from transformers import CLIPModel, CLIPProcessor

    network = CLIPModel.from_pretrained(folder).eval()
    prepared = CLIPProcessor.from_pretrained(folder)(
        text=TEXTS[:2], images=PICTURES, return_tensors="pt", padding=True
    )
    with torch.inference_mode():
        out = network(**prepared)
    return out.image_embeds.numpy(), out.text_embeds.numpy()


def test_vectors_are_those_of_the_network(folder, encoder):
    pictures, texts = by_transformers(folder)
    np.testing.assert_allclose(encoder.encode_pictures(PICTURES), pictures, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_texts(TEXTS[:2]), texts, atol=1e-5)
    assert encoder.dim == WIDTH


@pytest.mark.parametrize("make", [classic_clip, newer_clip])
def test_every_form_of_a_folder_gives_the_same_vectors(tmp_path, encoder, make):
    other = ImageEncoder(str(make(tmp_path / "model")), device="cpu", threads=1)
    np.testing.assert_allclose(other.encode_pictures(PICTURES), encoder.encode_pictures(PICTURES), atol=1e-6)
    np.testing.assert_allclose(other.encode_texts(TEXTS), encoder.encode_texts(TEXTS), atol=1e-6)


def test_a_model_for_chinese_words_is_read_too(tmp_path):
    encoder = ImageEncoder(str(tiny_chinese_clip(tmp_path / "model")), device="cpu", threads=1)
    assert encoder.encode_pictures(PICTURES).shape == (len(PICTURES), WIDTH)
    rows = encoder.encode_texts(["red", "a blue square"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert float(rows[0] @ rows[1]) < 0.9999999


def test_rows_are_of_unit_length_in_the_order_given_for_any_number(encoder):
    many = [PICTURES[n % len(PICTURES)] for n in range(2 * BATCH + 3)]
    done: list[int] = []
    rows = encoder.encode_pictures(many, on_batch=done.append)
    assert rows.dtype == np.float32
    assert done == [BATCH, BATCH, 3]
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(rows[: len(PICTURES)], rows[len(PICTURES) : 2 * len(PICTURES)], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(encoder.encode_texts(TEXTS), axis=1), 1.0, atol=1e-5)
    assert encoder.encode_pictures([]).shape == encoder.encode_texts([]).shape == (0, WIDTH)


def test_the_fingerprint_follows_weights_and_preparation(tmp_path, folder, encoder):
    same = tmp_path / "plain"
    shutil.copytree(folder, same)
    assert ImageEncoder(str(same)).fingerprint == encoder.fingerprint
    config = json.loads((same / "processor_config.json").read_text())
    config["image_processor"]["image_mean"] = [0.5, 0.5, 0.5]
    (same / "processor_config.json").write_text(json.dumps(config))
    assert ImageEncoder(str(same)).fingerprint != encoder.fingerprint
    assert ImageEncoder(str(tiny_clip(tmp_path / "b" / "plain", seed=1))).fingerprint != encoder.fingerprint


def altered(folder, file, **entries):
    path = folder / file
    path.write_text(json.dumps({**(json.loads(path.read_text()) if path.exists() else {}), **entries}))


def to_pickle(folder):
    import torch
    from safetensors.torch import load_file

    for weights in folder.rglob("*.safetensors"):
        torch.save(load_file(weights), weights.with_name("pytorch_model.bin"))
        weights.unlink()


BREAKS = {
    "pickled weights": (to_pickle, "no .safetensors weights; pickled ones are never read"),
    "code for the network": (lambda f: altered(f, "config.json", auto_map={"AutoModel": "x.Y"}), "own code"),
    "code for pictures": (
        lambda f: altered(f, "processor_config.json", auto_map={"AutoProcessor": "x.Y"}),
        "own code",
    ),
    "code for older pictures": (
        lambda f: altered(f, "preprocessor_config.json", auto_map={"AutoImageProcessor": "x.Y"}),
        "own code",
    ),
    "code for words": (
        lambda f: altered(f, "tokenizer_config.json", auto_map={"AutoTokenizer": ["x.Y", None]}),
        "own code",
    ),
    "no description": (lambda f: (f / "config.json").unlink(), "cannot be read"),
    "another kind": (lambda f: altered(f, "config.json", model_type="bert"), "'bert', where one with a text"),
    "no width": (lambda f: altered(f, "config.json", projection_dim=None), "image tower is needed"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_could_run_code_or_is_no_clip_model_is_refused(tmp_path, folder, what):
    breaks, message = BREAKS[what]
    bad = tmp_path / "model"
    shutil.copytree(folder, bad)
    breaks(bad)
    with pytest.raises(ModelMissing, match=message):
        ImageEncoder(str(bad))


def test_a_classic_folder_is_looked_into_as_well(tmp_path):
    good = classic_clip(tmp_path / "model")
    modules = json.loads((good / "modules.json").read_text())
    shutil.copytree(good / "0_CLIPModel", tmp_path / "elsewhere")
    shutil.copy(tmp_path / "elsewhere" / "config.json", good)
    shutil.copy(tmp_path / "elsewhere" / "model.safetensors", good)
    for entry, message in (
        ({**modules[0], "type": "evil.CLIPModel"}, "own code"),
        ({**modules[0], "type": "sentence_transformers.models.WordEmbeddings"}, "own code"),
        ({**modules[0], "path": "../elsewhere"}, "leads outside its folder"),
    ):
        (good / "modules.json").write_text(json.dumps([entry]))
        with pytest.raises(ModelMissing, match=message):
            ImageEncoder(str(good))
    (good / "modules.json").write_text(json.dumps(modules))
    to_pickle(good / "0_CLIPModel")
    with pytest.raises(ModelMissing, match="pickled"):
        ImageEncoder(str(good))


def test_a_name_that_is_not_here_is_told_without_a_look_elsewhere():
    with pytest.raises(ModelMissing, match="PARLEY_IMAGE_ENCODER"):
        ImageEncoder("sentence-transformers/clip-ViT-B-32-of-nobody")


def test_damaged_weights_are_told_at_the_first_use(tmp_path, folder):
    bad = tmp_path / "model"
    shutil.copytree(folder, bad)
    (bad / "model.safetensors").write_bytes(b"\0" * 100)
    encoder = ImageEncoder(str(bad), device="cpu")
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        encoder.encode_texts(["red"])
