"""Settings of a training run: typed, validated, and saved with the bundle."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from framescope.models.device import Device, Precision
from framescope.models.encoders import DEFAULT_ENCODER


class TrainSettings(BaseModel):
    """How a classifier is trained; every value can come from a file or a flag."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    model: Literal["network", "linear"] = "network"
    """What to train: the fine-tuned network, or the linear baseline (no torch needed)."""
    encoder: str = DEFAULT_ENCODER
    """Encoder to start from: a folder or a Hugging Face name."""
    frozen_share: Annotated[float, Field(ge=0, le=1)] = 0.34
    """Share of the encoder's layers, from the bottom, that keep their pretrained weights, and the
    word embeddings with them; 0 trains everything."""
    epochs: Annotated[int, Field(ge=1)] = 3
    """Most passes over the training sentences."""
    patience: Annotated[int, Field(ge=1)] = 2
    """Passes without a better validation score after which a fold stops."""
    batch_size: Annotated[int, Field(ge=1)] = 32
    """Sentences in one step."""
    learning_rate: Annotated[float, Field(gt=0)] = 2e-4
    """Highest learning rate, reached after the warm-up, then falling to 0."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """Weight decay of AdamW."""
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of all steps in which the learning rate rises."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Dropout before the head."""
    encoder_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Dropout inside the encoder; few passes do better without (decision 21)."""
    max_tokens: Annotated[int, Field(ge=8)] = 128
    """Longest input in tokens, at most what the encoder takes; the rest of a sentence is cut."""
    folds: Annotated[int, Field(ge=2)] = 2
    """Folds by document, whose held-out predictions give thresholds and temperatures."""
    validation_share: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """Share of each fold's training documents on which early stopping looks; needs two passes."""
    blend: bool = True
    """Decide by the mean of the network's and the linear baseline's probabilities."""
    network_weight: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Weight of the network in that mean."""
    framed_share: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of the sentences with any frame where the model will be used, 0 to 1; thresholds then
    have the best F1 there. Without it: the share of the corpus."""
    annotation_weight: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Weight of the annotation beside a soft label, where a sentence has one."""
    seed: int = 13
    """Seed of splits, initial weights, dropout and order."""
    device: Device = "auto"
    """Where to train; auto takes CUDA where there is one."""
    precision: Precision = "auto"
    """auto trains in bfloat16 where the device has it, fp32 never does."""
