"""A stand-in SDXL checkpoint, with which a real ComfyUI without a GPU can be tested.

    python tests/real/tiny_sdxl.py OUT.safetensors [--seed N]

needs numpy and nothing else. ComfyUI's plain CheckpointLoaderSimple takes the file for SDXL (EPS). The pictures
are soft blobs of colour; they depend on both prompts, seed, steps, cfg and size, and on nothing else.

What ComfyUI demands, and what the file does about it
-----------------------------------------------------
* The U-Net is recognised by its tensors' shapes alone: 4 latent channels into 320, a label embedding of 2816,
  a context of 2048, linear ``proj_in``, and 0, 0, 2, 2, 10, 10 transformer blocks after the encoder's residual
  blocks. Not looked at are the channel multiplier (1 on each level here, so 320 throughout), the depth of the
  middle (1) and of the decoder (none). So 138 million parameters do for 2.6 billion.
* The text encoders' sizes come from ComfyUI's own configuration, so both are built whole, whatever the file
  holds. A tensor that the file lacks stays uninitialised memory: another picture each time, or NaN. All are here.
* A TAESD is accepted as VAE under ``first_stage_model.``, and is quick on a processor.

All is half precision. Most matrices are zero, so that their residual branches add nothing: zeros are left as
holes in the file, which is 1.9 GB long and takes some 85 MB of disk. Make it anew rather than copy it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np  # type: ignore[import-not-found,unused-ignore]  # no dependency of ours
import numpy.typing as npt  # type: ignore[import-not-found,unused-ignore]

Array: TypeAlias = npt.NDArray[Any]
Fill: TypeAlias = Callable[[np.random.Generator, tuple[int, ...]], Array]
"""The values of a tensor of this shape."""

WIDTH, EMBEDDING, CONTEXT, LABEL = 320, 1280, 2048, 2816  # of the U-Net
DEPTHS = (0, 0, 2, 2, 10, 10)
VOCABULARY, MARKS, TOKENS = 49408, (49406, 49408), 77  # of both text encoders; MARKS: begin and end of a text
VAE_WIDTH = 64
PAGE = 4096
SOFT = np.outer([0.25, 0.5, 0.25], [0.25, 0.5, 0.25])  # a 3x3 kernel that blurs a little


@dataclass(frozen=True)
class Tensor:
    """``fill`` concerns the given ``rows`` (first, end), or all where none are given; the rest is zero."""

    name: str
    shape: tuple[int, ...]
    fill: Fill | None = None
    rows: tuple[tuple[int, int], ...] = ()

    @property
    def size(self) -> int:
        """In bytes."""
        return 2 * math.prod(self.shape)

    def parts(self, seed: int) -> Iterator[tuple[int, bytes]]:
        """(offset, bytes) of what is not zero: the same for the same seed, whatever other tensors there are."""
        if self.fill is None:
            return
        chance = np.random.default_rng([seed, zlib.crc32(self.name.encode())])
        if not self.rows:
            yield 0, _half(self.fill(chance, self.shape))
        for first, end in self.rows:
            values = self.fill(chance, (end - first, *self.shape[1:]))
            yield first * 2 * math.prod(self.shape[1:]), _half(values)


def _half(values: Array) -> bytes:
    data: bytes = np.ascontiguousarray(values, dtype="<f2").tobytes()
    return data


# Values


def noise(deviation: float) -> Fill:
    return lambda chance, shape: deviation * chance.standard_normal(shape, dtype=np.float32)


def constant(value: float) -> Fill:
    return lambda _chance, shape: np.full(shape, value)


def exactly(values: Array) -> Fill:
    return lambda _chance, _shape: values


def identity(_chance: np.random.Generator, shape: tuple[int, ...]) -> Array:
    matrix: Array = np.eye(shape[0], shape[1])
    return matrix


def pointwise(matrix: Array, kernel: Array | None = None) -> Fill:
    """A convolution that applies the matrix to each pixel's channels; ``kernel`` spreads it, if it is given."""
    return exactly(matrix[:, :, None, None] * (np.ones((1, 1)) if kernel is None else kernel))


CENTRE = np.zeros((3, 3))
CENTRE[1, 1] = 1.0


# Parts that all networks have


def layer(name: str, *shape: int, fill: Fill | None = None, bias: Fill | bool = True) -> Iterator[Tensor]:
    """A linear layer (to, from) or a convolution (to, from, height, width)."""
    yield Tensor(f"{name}.weight", shape, fill)
    if bias:
        yield Tensor(f"{name}.bias", shape[:1], None if bias is True else bias)


def norm(name: str, width: int) -> Iterator[Tensor]:
    yield Tensor(f"{name}.weight", (width,), constant(1.0))
    yield Tensor(f"{name}.bias", (width,))


# The U-Net


def unet(at: str = "model.diffusion_model") -> Iterator[Tensor]:
    """It answers "the noise is what you gave me", disturbed by the few blocks that are live.

    Channels 2k and 2k+1 carry plus and minus latent channel k mod 4, and the last layer takes their difference:
    silu(x) - silu(-x) = x. With that the sampler ends on soft shapes; from random weights it would end on noise.
    """
    signed = np.zeros((WIDTH, 4))
    for channel in range(WIDTH):
        signed[channel, channel // 2 % 4] = -1.0 if channel % 2 else 1.0
    yield from layer(f"{at}.time_embed.0", EMBEDDING, WIDTH, fill=noise(0.05))
    yield from layer(f"{at}.time_embed.2", EMBEDDING, EMBEDDING, fill=noise(0.03))
    yield from layer(f"{at}.label_emb.0.0", EMBEDDING, LABEL, fill=noise(0.02))
    yield from layer(f"{at}.label_emb.0.2", EMBEDDING, EMBEDDING, fill=noise(0.03))
    yield from layer(f"{at}.input_blocks.0.0", WIDTH, 4, 3, 3, fill=pointwise(signed, CENTRE))
    yield from _encoder(f"{at}.input_blocks")
    yield from _residual(f"{at}.middle_block.0", WIDTH)
    yield from _transformer(f"{at}.middle_block.1", 1)
    yield from _residual(f"{at}.middle_block.2", WIDTH)
    for index in range(9):
        yield from _residual(f"{at}.output_blocks.{index}.0", 2 * WIDTH)
        if index in (2, 5):
            yield from _resample(f"{at}.output_blocks.{index}.1.conv")
    yield from norm(f"{at}.out.0", WIDTH)
    yield from layer(f"{at}.out.2", 4, WIDTH, 3, 3, fill=pointwise(signed.T * (8 / WIDTH), CENTRE))


def _encoder(at: str) -> Iterator[Tensor]:
    """Two residual blocks a level, and a halving after the first and second level."""
    index = 1
    for block, depth in enumerate(DEPTHS):
        yield from _residual(f"{at}.{index}.0", WIDTH, live=block in (2, 4))
        if depth:
            yield from _transformer(f"{at}.{index}.1", depth, live=block == 4)
        index += 1
        if block in (1, 3):
            yield from _resample(f"{at}.{index}.0.op")
            index += 1


def _resample(name: str) -> Iterator[Tensor]:
    return layer(name, WIDTH, WIDTH, 3, 3, fill=pointwise(np.eye(WIDTH), SOFT))


def _residual(at: str, came: int, *, live: bool = False) -> Iterator[Tensor]:
    """``came``: the channels that come in; in the decoder those from below, then those of the encoder."""
    yield from norm(f"{at}.in_layers.0", came)
    yield from layer(f"{at}.in_layers.2", WIDTH, came, 3, 3, fill=noise(0.02) if live else None)
    yield from layer(f"{at}.emb_layers.1", WIDTH, EMBEDDING, fill=noise(0.05) if live else None)
    yield from norm(f"{at}.out_layers.0", WIDTH)
    yield from layer(f"{at}.out_layers.3", WIDTH, WIDTH, 3, 3, fill=noise(0.012) if live else None)
    if came != WIDTH:
        both = np.hstack([0.5 * np.eye(WIDTH), np.eye(WIDTH)])
        yield from layer(f"{at}.skip_connection", WIDTH, came, 1, 1, fill=pointwise(both))


def _transformer(at: str, depth: int, *, live: bool = False) -> Iterator[Tensor]:
    """Only the first block's cross attention is ever live: there the prompt comes in."""
    yield from norm(f"{at}.norm", WIDTH)
    yield from layer(f"{at}.proj_in", WIDTH, WIDTH, fill=noise(0.06) if live else None)
    for index in range(depth):
        block = f"{at}.transformer_blocks.{index}"
        yield from _attention(f"{block}.attn1", WIDTH)
        yield from _attention(f"{block}.attn2", CONTEXT, live=live and index == 0)
        yield from layer(f"{block}.ff.net.0.proj", 8 * WIDTH, WIDTH)
        yield from layer(f"{block}.ff.net.2", WIDTH, 4 * WIDTH)
        for number in (1, 2, 3):
            yield from norm(f"{block}.norm{number}", WIDTH)
    yield from layer(f"{at}.proj_out", WIDTH, WIDTH, fill=noise(0.05) if live else None)


def _attention(at: str, source: int, *, live: bool = False) -> Iterator[Tensor]:
    for name, came, deviation in (("q", WIDTH, 0.06), ("k", source, 0.05), ("v", source, 0.15)):
        yield from layer(f"{at}.to_{name}", WIDTH, came, fill=noise(deviation) if live else None, bias=False)
    yield from layer(f"{at}.to_out.0", WIDTH, WIDTH, fill=noise(0.08) if live else None)


# The text encoders


def clip_l(at: str = "conditioner.embedders.0.transformer.text_model", width: int = 768) -> Iterator[Tensor]:
    """No live layer: what it gives are the tokens themselves. Frequent words have low numbers: those are filled."""
    words = ((0, 16384), MARKS)
    yield Tensor(f"{at}.embeddings.token_embedding.weight", (VOCABULARY, width), noise(1.0), words)
    yield Tensor(f"{at}.embeddings.position_embedding.weight", (TOKENS, width), noise(0.2))
    for index in range(12):
        block = f"{at}.encoder.layers.{index}"
        for name in ("q", "k", "v", "out"):
            yield from layer(f"{block}.self_attn.{name}_proj", width, width)
        yield from layer(f"{block}.mlp.fc1", 4 * width, width)
        yield from layer(f"{block}.mlp.fc2", width, 4 * width)
        yield from norm(f"{block}.layer_norm1", width)
        yield from norm(f"{block}.layer_norm2", width)
    yield from norm(f"{at}.final_layer_norm", width)


def clip_g(at: str = "conditioner.embedders.1.model", width: int = 1280) -> Iterator[Tensor]:
    """Its first layer is live: each token takes in the mean of those before it, so that the pooled output, the last
    token's, knows the whole text."""
    yield Tensor(f"{at}.token_embedding.weight", (VOCABULARY, width), noise(1.0), ((0, 1024), MARKS))
    yield Tensor(f"{at}.positional_embedding", (TOKENS, width), noise(0.2))
    for index in range(32):
        block = f"{at}.transformer.resblocks.{index}"
        live = identity if index == 0 else None
        # Query, key and value in one matrix: no query and no key, so that all tokens before count alike.
        yield Tensor(f"{block}.attn.in_proj_weight", (3 * width, width), live, ((2 * width, 3 * width),))
        yield Tensor(f"{block}.attn.in_proj_bias", (3 * width,))
        yield from layer(f"{block}.attn.out_proj", width, width, fill=live)
        yield from layer(f"{block}.mlp.c_fc", 4 * width, width)
        yield from layer(f"{block}.mlp.c_proj", width, 4 * width)
        yield from norm(f"{block}.ln_1", width)
        yield from norm(f"{block}.ln_2", width)
    yield from norm(f"{at}.ln_final", width)
    yield Tensor(f"{at}.text_projection", (width, width), identity)
    yield Tensor(f"{at}.logit_scale", (), constant(4.6055))


# The VAE


def vae(at: str = "first_stage_model") -> Iterator[Tensor]:
    """A TAESD. Of the encoder only the names count, since no picture goes in; the decoder mixes colours."""
    encoder, decoder = f"{at}.taesd_encoder", f"{at}.taesd_decoder"
    yield from layer(f"{encoder}.0", VAE_WIDTH, 3, 3, 3, fill=noise(0.2))
    yield from _vae_blocks(encoder, range(1, 14), scaling=(2, 6, 10))
    yield from layer(f"{encoder}.14", 4, VAE_WIDTH, 3, 3, fill=noise(0.05))
    yield from layer(f"{decoder}.1", VAE_WIDTH, 4, 3, 3, fill=_mirrored(0.2, axis=0))
    plain = (index for index in range(3, 19) if index not in (6, 11, 16))  # those enlarge, and have no weights
    yield from _vae_blocks(decoder, plain, scaling=(7, 12, 17))
    colours = _mirrored(0.9 / math.sqrt(VAE_WIDTH / 2), axis=1)
    yield from layer(f"{decoder}.19", 3, VAE_WIDTH, 3, 3, fill=colours, bias=constant(0.5))
    yield Tensor(f"{at}.vae_scale", (), constant(1.0))
    yield Tensor(f"{at}.vae_shift", ())


def _vae_blocks(at: str, indices: Sequence[int] | Iterator[int], scaling: Sequence[int]) -> Iterator[Tensor]:
    for index in indices:
        if index in scaling:
            soft = pointwise(np.eye(VAE_WIDTH), SOFT)
            yield from layer(f"{at}.{index}", VAE_WIDTH, VAE_WIDTH, 3, 3, fill=soft, bias=False)
            continue
        for part in (0, 2, 4):
            yield from layer(f"{at}.{index}.conv.{part}", VAE_WIDTH, VAE_WIDTH, 3, 3)


def _mirrored(deviation: float, axis: int) -> Fill:
    """Half of the channels along the axis are the other half's negatives, so that a ReLU in between loses nothing."""

    def fill(chance: np.random.Generator, shape: tuple[int, ...]) -> Array:
        half = [length // 2 if index == axis else length for index, length in enumerate(shape[:2])]
        matrix = deviation * chance.standard_normal(half)
        both: Array = np.concatenate([matrix, -matrix], axis=axis)[:, :, None, None] * SOFT
        return both

    return fill


# The file


def write(path: Path, seed: int) -> None:
    """Writes the whole file beside ``path`` and then moves it there."""
    tensors = [*unet(), *clip_l(), *clip_g(), *vae()]
    header: dict[str, Any] = {"__metadata__": {"format": "pt", "modelspec.title": "a stand-in for SDXL"}}
    starts, end = [], 0
    for tensor in tensors:
        starts.append(end)
        end += tensor.size
        header[tensor.name] = {"dtype": "F16", "shape": tensor.shape, "data_offsets": (starts[-1], end)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % PAGE)  # the holes are then whole pages
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        base = file.tell()
        for tensor, start in zip(tensors, starts, strict=True):
            for offset, data in tensor.parts(seed):
                file.seek(base + start + offset)
                file.write(data)
        file.truncate(base + end)
    unfinished.replace(path)
    sys.stdout.write(f"{path}: {len(tensors)} tensors, {(base + end) / 1e6:.0f} MB long, most of it holes\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a stand-in SDXL checkpoint.")
    parser.add_argument("out", type=Path, metavar="OUT.safetensors")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another model")
    arguments = parser.parse_args()
    write(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
