"""A model folder of a few thousand parameters with random weights, made in a second."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from nlp.model import EntitySentimentConfig, EntitySentimentModel

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
WORDS = (
    "nvidia apple grimpe recule chute hausse profit warning the le la les de d ' . , % - "
    "shares rise fall and et a 17 schneider electric deepseek"
).split()


def tiny_model(folder: Path, *, positions: int = 64, seed: int = 0) -> Path:
    """Write config, weights and tokenizer of a random model; words are whole tokens."""
    torch.manual_seed(seed)
    vocab = {word: i for i, word in enumerate((*SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    model = EntitySentimentModel(
        EntitySentimentConfig(
            vocab_size=len(vocab),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=positions,
            pad_token_id=1,
        )
    )
    model.config.save_pretrained(folder)
    save_file(dict(model.state_dict()), folder / "model.safetensors", metadata={"format": "pt"})
    return folder
