"""Seeded randomness by name: each part of the world draws from its own stream, so that adding one leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of one part of the world.

    In      seed  the world's seed
            name  the part: "creators", "posts", ...
    Out     the same numbers for the same seed and name, on every machine
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
