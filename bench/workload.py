"""The conversations that every bench works on: six turns, 1.4 KB of JSON, the same on any machine.

They are what the peers and the floor were measured with, so that figures can be laid side by side.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VOCABULARY = (
    "account answer around balance because before billing button cancel change charge check "
    "please customer daily data delivery device dinner email error every export family feature "
    "field first found friday help history home image invoice issue item keep language later "
    "letter limit list little login market message minute model month morning network never "
    "number offer often online order other page party password payment people phone place plan "
    "point price problem product question quick reason receipt record refund region reply report "
    "request reset result return review right sale screen second send service session setting "
    "settle ship should simple since small start status still store street support system table "
    "team test thank their thing think ticket today token total track travel under update upload "
    "usage value view wait water week while window without work world write year yesterday"
)
WORDS = VOCABULARY.split()
TURNS = 6


def conversation(number: int) -> dict[str, Any]:
    dice = random.Random(number * 2_654_435_761 % 2**32)  # noqa: S311  # a workload, not a secret
    turns = [
        {
            "role": "assistant" if turn % 2 else "user",
            "content": " ".join(
                sentence(dice) for _ in range(dice.randint(*((2, 4) if turn % 2 else (1, 2))))
            ),
        }
        for turn in range(TURNS)
    ]
    return {"id": f"conv-{number:07d}", "turns": turns, "latency_ms": dice.randint(80, 4000)}


def sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(9, 16))).capitalize() + "."


def lines(size: int) -> Iterator[bytes]:
    for number in range(size):
        yield json.dumps(conversation(number), separators=(",", ":")).encode() + b"\n"


def file_of(size: int, folder: Path) -> Path:
    """A JSON Lines file of `size` conversations, written before any clock runs."""
    path = folder / f"conversations-{size}.jsonl"
    if not path.exists():
        with path.open("wb") as file:
            file.writelines(lines(size))
    return path
