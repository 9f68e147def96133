"""Model folders of a few thousand parameters with random weights, made in a second."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel

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
    config = EntitySentimentConfig(release="tiny", licence="MIT", **_shape(positions))
    model = EntitySentimentModel(config)
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


def _write_tokenizer(folder: Path, *, words: Sequence[str] = WORDS) -> None:
    """Words are whole tokens, everything else is unknown."""
    vocab = {word: i for i, word in enumerate((*SPECIAL, *words))}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))


#: Words that decide what a tiny checkpoint says, by language and by what they mean.
DECIDING = {
    "en": ("losses widened cut", "annual general meeting", "profit rose raised"),
    "fr": ("pertes creusent abaisse", "assemblée générale annuelle", "bénéfice progresse relève"),
}
NAMES = ("negative", "neutral", "positive")


def tiny_checkpoint(
    folder: Path,
    *,
    names: Sequence[str] = NAMES,
    rows: Sequence[int] = (0, 1, 2),
    languages: Sequence[str] = ("en", "fr"),
) -> Path:
    """Write a BERT classifier, set by hand, that counts the deciding words of its languages.

    Args:
        folder: Where to.
        names: Its id2label, in order.
        rows: What each output means: 0 bad news, 1 neutral, 2 good.
        languages: Keys of `DECIDING`.
    """
    _prepare(0)
    groups = [" ".join(DECIDING[lang][meaning] for lang in languages) for meaning in range(3)]
    vocab = [(word, meaning) for meaning, group in enumerate(groups) for word in group.split()]
    _write_tokenizer(folder, words=[word for word, _ in vocab])
    special = {"pad_token": "<pad>", "unk_token": "<unk>", "model_max_length": 64}
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", **special})
    )
    layout = {"num_hidden_layers": 1, "vocab_size": len(SPECIAL) + len(vocab)}
    config = BertConfig(**_shape(66) | layout, id2label=dict(enumerate(names)))
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        _set_by_hand(model, [meaning for _, meaning in vocab], rows)
    config.save_pretrained(folder)
    save_file(dict(model.state_dict()), folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _set_by_hand(
    model: BertForSequenceClassification, meanings: Sequence[int], rows: Sequence[int]
) -> None:
    """Each word has the dimension of its meaning; attention is even, all else lets it through."""
    for name, weights in model.named_parameters():
        weights.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
    for token, meaning in enumerate(meanings, start=len(SPECIAL)):
        model.bert.embeddings.word_embeddings.weight[token, meaning] = 1.0
    attention = model.bert.encoder.layer[0].attention
    for through in (attention.self.value, attention.output.dense, model.bert.pooler.dense):
        through.weight.fill_diagonal_(1.0)
    for row, meaning in enumerate(rows):
        model.classifier.weight[row, meaning] = 3.0


def load_model(folder: Path) -> EntitySentimentModel:
    """The network of a folder as it is trained, in float32."""
    config = EntitySentimentConfig.from_pretrained(folder)
    model, report = EntitySentimentModel.from_pretrained(
        folder, config=config, dtype=torch.float32, output_loading_info=True
    )
    assert not report["missing_keys"], "the weights don't fit the configuration"
    return model.eval()
