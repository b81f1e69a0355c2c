"""A CLIP model of a few thousand weights, made on the spot: two towers in the real format, and no sense."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from retriever.offline import go_offline

go_offline()

WIDTH = 12
_WORDS = ("<pad>", "<unk>", "<bos>", "<eos>", "red", "green", "blue", "a", "square")
_SQUARE = {"height": 16, "width": 16}


def tiny_clip(folder: Path, *, seed: int = 0) -> Path:
    """A folder as transformers writes it: network, tokenizer and what prepares pictures of 16 × 16."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor

    tower = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "projection_dim": WIDTH,
    }
    words = {
        **tower,
        "vocab_size": len(_WORDS),
        "max_position_embeddings": 16,
        "pad_token_id": 0,
        "bos_token_id": 2,
        "eos_token_id": 3,
    }
    pixels = {**tower, "image_size": 16, "patch_size": 8}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network: Any = CLIPModel(
            CLIPConfig(text_config=words, vision_config=pixels, projection_dim=WIDTH, initializer_factor=3.0)
        )
    network.save_pretrained(folder)
    eyes = CLIPImageProcessor(size={"shortest_edge": 16}, crop_size=_SQUARE)
    CLIPProcessor(image_processor=eyes, tokenizer=_tokenizer()).save_pretrained(folder)
    return folder


def classic_clip(folder: Path, **options: int) -> Path:
    """The same as older sentence-transformers saved it: the network one level down, as a CLIPModel."""
    folder.mkdir()
    tiny_clip(folder / "0_CLIPModel", **options)
    module = {"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}
    (folder / "modules.json").write_text(json.dumps([module]))
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({"__version__": {"sentence_transformers": "2.0.0"}})
    )
    return folder


def newer_clip(folder: Path, **options: int) -> Path:
    """The same as the sentence-transformers that is installed saves it."""
    from sentence_transformers import SentenceTransformer

    plain = tiny_clip(folder.with_name(f"{folder.name}-plain"), **options)
    SentenceTransformer(str(plain), device="cpu").save_pretrained(str(folder))
    shutil.rmtree(plain)
    return folder


def tiny_chinese_clip(folder: Path) -> Path:
    """The same kind with a BERT for Chinese words in the place of CLIP's own."""
    import torch
    from transformers import (
        ChineseCLIPConfig,
        ChineseCLIPImageProcessor,
        ChineseCLIPModel,
        ChineseCLIPProcessor,
    )

    tower = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    words = {**tower, "vocab_size": len(_WORDS), "max_position_embeddings": 16}
    pixels = {**tower, "image_size": 16, "patch_size": 8}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network: Any = ChineseCLIPModel(
            ChineseCLIPConfig(text_config=words, vision_config=pixels, projection_dim=WIDTH)
        )
    network.save_pretrained(folder)
    eyes = ChineseCLIPImageProcessor(size=_SQUARE, do_center_crop=False)
    ChineseCLIPProcessor(image_processor=eyes, tokenizer=_tokenizer()).save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(_WORDS)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>", special_tokens=[("<bos>", 2), ("<eos>", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        bos_token="<bos>",
        eos_token="<eos>",
        model_max_length=16,
    )
