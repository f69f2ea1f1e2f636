"""One uniform number for every (seed, replication, draw, key, occurrence).

Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC'11), a counter-based generator, computed for whole arrays of counters at once. Nothing is drawn
in a sequence, so how many numbers are asked for, and in which order, changes none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Uints = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

_LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10


def philox(counter: tuple[Uints, Uints, Uints, Uints], key: tuple[int, int]) -> tuple[Uints, ...]:
    """Return the four 32-bit words of Philox4x32-10 for each counter."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    shift = np.uint64(32)
    for _ in range(_ROUNDS):
        p0, p1 = c0 * _M0, c2 * _M1
        c0 = (p1 >> shift) ^ c1 ^ np.uint64(k0)
        c2 = (p0 >> shift) ^ c3 ^ np.uint64(k1)
        c1, c3 = p1 & _LOW, p0 & _LOW
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


class Chance:
    """The uniforms of one replication.

    Parameters
    ----------
    seed
        Any non-negative integer.
    replication
        Number of the replication; replications share nothing.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        words = np.random.SeedSequence([replication, seed]).generate_state(2, np.uint32)
        self._key = (int(words[0]), int(words[1]))

    def firsts(self, which: Sequence[int], keys: npt.ArrayLike) -> Floats:
        """Return the first occurrence of each of some draws: shape ``(len(which), len(keys))``."""
        ids = np.asarray(keys, dtype=np.int64).astype(np.uint64)[None, :]
        shape = (len(which), ids.shape[1])
        words = philox(
            (
                np.broadcast_to(ids & _LOW, shape),
                np.broadcast_to(ids >> np.uint64(32), shape),
                np.zeros(shape, dtype=np.uint64),
                np.broadcast_to(np.array(which, dtype=np.uint64)[:, None], shape),
            ),
            self._key,
        )
        return _to_unit(words[0], words[1])

    def draw(self, which: int, keys: npt.ArrayLike, first: int, width: int) -> Floats:
        """Return uniforms in (0, 1) of shape ``(len(keys), width)``.

        Parameters
        ----------
        which
            Number of the mechanism (`flowsim.cohort.drawn`), below 2**32.
        keys
            64-bit identities.
        first, width
            Occurrences ``first .. first + width - 1``; both even.
        """
        ids = np.asarray(keys, dtype=np.int64).astype(np.uint64)[:, None]
        blocks = np.arange(first // 2, (first + width) // 2, dtype=np.uint64)[None, :]
        shape = (ids.shape[0], blocks.shape[1])
        words = philox(
            (
                np.broadcast_to(ids & _LOW, shape),
                np.broadcast_to(ids >> np.uint64(32), shape),
                np.broadcast_to(blocks, shape),
                np.full(shape, which, dtype=np.uint64),
            ),
            self._key,
        )
        out = np.empty((shape[0], width))
        out[:, 0::2] = _to_unit(words[0], words[1])
        out[:, 1::2] = _to_unit(words[2], words[3])
        return out


def _to_unit(high: Uints, low: Uints) -> Floats:
    """Turn 52 of 64 random bits into a number strictly between 0 and 1."""
    bits = (high << np.uint64(20)) | (low >> np.uint64(12))
    return (bits.astype(np.float64) + 0.5) * 2.0**-52
