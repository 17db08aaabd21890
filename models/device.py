"""Where to compute, and in which precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from framescope.data.errors import InputError

if TYPE_CHECKING:
    import torch

Device = Literal["auto", "cpu", "cuda"]
#: ``auto`` is bfloat16 where the device has it.
Precision = Literal["fp32", "auto"]


def pick_device(name: Device) -> torch.device:
    """The device of that name; ``auto`` is CUDA where there is one.

    Raises:
        InputError: CUDA is asked for and there is none.
    """
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("this machine has no CUDA device", expected="--device cpu or auto")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def has_bf16(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware, so that it is faster than float32."""
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()) and _has_native_bf16()


def _has_native_bf16() -> bool:
    import torch

    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    named = ("avx512_bf16", "amx_bf16", "arm_bf16", "bf16")
    return any(capabilities.get(name) for name in named)
