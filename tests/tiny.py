"""Model folders of a few thousand parameters with random weights, made in a second."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from nlp.model import EntitySentimentConfig, EntitySentimentModel

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
WORDS = (
    "nvidia apple grimpe recule chute hausse profit warning the le la les de d ' . , % - "
    "shares rise fall and et a 17 schneider electric deepseek"
).split()


def tiny_model(folder: Path, *, positions: int = 64, seed: int = 0) -> Path:
    """Write a scoring model: config, weights and tokenizer."""
    _prepare(seed)
    _write_tokenizer(folder)
    model = EntitySentimentModel(EntitySentimentConfig(**_shape(positions)))
    model.config.save_pretrained(folder)
    save_file(dict(model.state_dict()), folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def tiny_encoder(folder: Path, *, seed: int = 0) -> Path:
    """Write a base encoder to train from."""
    _prepare(seed)
    _write_tokenizer(folder)
    BertModel(BertConfig(**_shape(64)), add_pooling_layer=False).save_pretrained(folder)
    return folder


def _prepare(seed: int) -> None:
    torch.manual_seed(seed)
    # Sharing out so little work costs many times the work, above all on a busy machine.
    torch.set_num_threads(1)


def _shape(positions: int) -> dict[str, int]:
    return {
        "vocab_size": len(SPECIAL) + len(WORDS),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": positions,
        "pad_token_id": 1,
    }


def _write_tokenizer(folder: Path) -> None:
    """Words are whole tokens, everything else is unknown."""
    vocab = {word: i for i, word in enumerate((*SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
