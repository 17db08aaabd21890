"""The joint frame and stance network over any Hugging Face encoder."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    PretrainedConfig,
    PreTrainedModel,
)
from transformers.modeling_outputs import SequenceClassifierOutput

from framescope.models.labels import HEADS, LabelSpace
from framescope.models.pretrained import load_encoder

IGNORED = -100


class FramescopeConfig(PretrainedConfig):
    """Configuration of ``FramescopeModel``: the encoder's own, and the frames and classes.

    ``blended`` tells that a bundle decides by the mean of this network and its linear baseline, in
    which this network has the weight ``network_weight``;
    ``heads`` how the outputs of the head are read.
    """

    model_type = "framescope"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        frames: tuple[str, ...] = (),
        classes: tuple[str, ...] = (),
        has_stances: bool = True,
        max_tokens: int = 128,
        dropout: float = 0.1,
        blended: bool = False,
        network_weight: float = 0.5,
        heads: str = HEADS,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.frames, self.classes = list(frames), list(classes)
        self.has_stances = has_stances
        self.max_tokens = max_tokens
        self.dropout = dropout
        self.blended, self.network_weight = blended, network_weight
        self.heads = heads
        super().__init__(**kwargs)

    @property
    def label_space(self) -> LabelSpace:
        """Frames and classes of the head."""
        return LabelSpace(tuple(self.frames), tuple(self.classes), self.has_stances)


class FramescopeModel(PreTrainedModel):
    """Encoder, mean over tokens, and for each frame two heads: is it there, and in what stance."""

    config_class = FramescopeConfig
    base_model_prefix = "encoder"

    def __init__(self, config: FramescopeConfig, encoder: PreTrainedModel | None = None) -> None:
        super().__init__(config)
        settings = dict(config.encoder)
        kind = settings.pop("model_type", "bert")
        self.encoder = encoder or AutoModel.from_config(AutoConfig.for_model(kind, **settings))
        frames, classes = config.label_space.shape
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(self.encoder.config.hidden_size, frames * classes)
        self.post_init()  # type: ignore[no-untyped-call]

    @classmethod
    def from_encoder(
        cls, name: str, space: LabelSpace, *, max_tokens: int, dropout: float
    ) -> FramescopeModel:
        """A network with a fresh head on a pretrained encoder (folder or Hub name)."""
        encoder = load_encoder(name)
        config = FramescopeConfig(
            encoder=encoder.config.to_diff_dict(),
            frames=space.frames,
            classes=space.classes,
            has_stances=space.has_stances,
            max_tokens=max_tokens,
            dropout=dropout,
        )
        return cls(config, encoder)

    def freeze(self, share: float) -> None:
        """Keep the pretrained weights of the word embeddings and of the lowest layers.

        Args:
            share: Share of the layers, from the bottom and rounded down; 0 freezes nothing.
                Where layers share their weights (ALBERT), the embeddings alone are frozen.
        """
        if share == 0:
            return
        count = self.encoder.config.num_hidden_layers
        stacks = [m for m in self.encoder.modules() if isinstance(m, nn.ModuleList)]
        stack = next((m for m in stacks if len(m) == count), nn.ModuleList())
        for module in (self.encoder.get_input_embeddings(), *stack[: int(share * count)]):
            module.requires_grad_(False)

    def set_encoder_dropout(self, share: float) -> None:
        """Set the share of values that the encoder's own dropout layers zero in training."""
        for module in self.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = share

    def _init_weights(self, module: nn.Module) -> None:
        if module is getattr(self, "head", None):
            nn.init.normal_(self.head.weight, std=0.02)
            nn.init.zeros_(self.head.bias)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        labels: torch.Tensor | None = None,
        weight: torch.Tensor | None = None,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Logits and, given labels, the loss.

        Args:
            input_ids: Token ids, shape (n, length).
            attention_mask: 1 at tokens, 0 at padding, shape (n, length).
            labels: Class codes, shape (n, F), of which -100 is left out of the loss; or
                probabilities of the classes, shape (n, F, C).
            weight: Weight of each sentence in the loss, shape (n,).

        Returns:
            ``logits`` of shape (n, F, C) and ``loss``, the weighted mean over the sentences of
            the cross-entropy summed over frames.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
        shape = self.config.label_space.shape
        logits = class_logits(self.head(self.dropout(pooled)).float().view(-1, *shape))
        loss = None if labels is None else _loss(logits, labels, weight)
        return SequenceClassifierOutput(loss=loss, logits=logits)


def class_logits(outputs: torch.Tensor) -> torch.Tensor:
    """Logits of the classes absent and each stance, from the outputs of the head; both (n, F, C).

    The first output of a frame is the log-odds that it is absent, the others are the logits of its
    stances given that it is there. The softmax of the result is P(absent), and P(frame) P(stance |
    frame): what speaks for a stance (a question, a denial) does not speak for the frame.
    """
    stances = torch.log_softmax(outputs[..., 1:], dim=-1) - outputs[..., :1]
    return torch.cat([torch.zeros_like(outputs[..., :1]), stances], dim=-1)


def _loss(logits: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor | None) -> torch.Tensor:
    if labels.dim() == logits.dim():
        each = -(labels * torch.log_softmax(logits, dim=-1)).sum(dim=-1)
    else:
        each = nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
        ).view_as(labels)
    by_sentence = each.sum(dim=1)
    if weight is None:
        return by_sentence.mean()
    return (by_sentence * weight).sum() / weight.sum()


AutoConfig.register("framescope", FramescopeConfig)
AutoModelForSequenceClassification.register(FramescopeConfig, FramescopeModel)
