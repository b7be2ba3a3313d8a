"""A key split among people by SLIP-39: words on paper, of which some open what fewer cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from unyo.core.errors import BadInput
from unyo.core.secret import Secret
from unyo.core.text import Text

MOST_SHARES = 16
_FEWEST_WORDS = 20
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class ShareWords:
    """One person's share. ``set_id`` is the same for all of one split, ``index`` tells them apart."""

    set_id: int
    index: int
    needed: int
    words: Secret = field(repr=False)


def split(key: bytes, shares: int, needed: int) -> list[ShareWords]:
    """Of ``shares`` any ``needed`` give the key back; fewer tell nothing about it."""
    if not 2 <= needed <= shares <= MOST_SHARES:
        raise BadInput(
            "breakglass.shares",
            Text(
                f"2 to {MOST_SHARES} shares, of which 2 or more are needed",
                f"分割数は 2〜{MOST_SHARES}、必要数は 2 以上かつ分割数以下です",
            ),
            Text("for instance --shares 5 --needed 3", "例: --shares 5 --needed 3"),
        )
    from shamir_mnemonic import generate_mnemonics

    (group,) = generate_mnemonics(1, [(needed, shares)], key)
    return [read_share(Secret(words)) for words in group]


def read_share(text: Secret) -> ShareWords:
    """A share as somebody typed it: capitals, numbers between and words cut after four letters do no harm.

    BadInput where a word is none, or where the check sum says that one is wrong. No word is quoted.
    """
    from shamir_mnemonic.share import Share
    from shamir_mnemonic.utils import MnemonicError

    words = " ".join(_whole_words(text))
    try:
        share = Share.from_mnemonic(words)
    except (MnemonicError, ValueError):
        raise _misread() from None
    return ShareWords(share.identifier, share.index, share.member_threshold, Secret(words))


def _whole_words(text: Secret) -> list[str]:
    from shamir_mnemonic.wordlist import WORDLIST

    whole = {word[:4]: word for word in WORDLIST}
    runs: list[list[str]] = [[]]
    # A sheet has other words too: the share is its longest run of words of the list.
    for typed in _WORD.findall(text.reveal().lower()):
        word = whole.get(typed[:4])
        if word is not None and word.startswith(typed):
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    best = max(runs, key=len)
    if len(best) < _FEWEST_WORDS:
        raise _misread()
    return best


def _misread() -> BadInput:
    return BadInput(
        "breakglass.misread",
        Text(
            "this is no whole share: a word is missing or wrong", "分割片として読めません(語の抜けまたは誤り)"
        ),
        Text("compare it with the sheet, word by word", "用紙と 1 語ずつ照合する"),
    )


def combine(shares: Sequence[ShareWords]) -> bytes:
    """The key; BadInput for too few, for repeated ones, or for shares of different splits."""
    from shamir_mnemonic import combine_mnemonics
    from shamir_mnemonic.utils import MnemonicError

    by_index = {share.index: share for share in shares}
    if len({share.set_id for share in shares}) > 1:
        raise BadInput(
            "breakglass.mixed",
            Text("these shares are of different exports", "別の持出しの分割片が混在しています"),
            Text("take those whose sheets name the same export", "用紙の持出し番号が同じものをそろえる"),
        )
    needed = next((share.needed for share in shares), 2)
    if len(by_index) < needed:
        raise BadInput(
            "breakglass.too_few",
            Text(
                f"{len(by_index)} different shares; {needed} are needed",
                f"異なる分割片が {len(by_index)} 枚です({needed} 枚必要)",
            ),
            Text("ask one more holder", "ほかの保管者に依頼する"),
        )
    chosen = [share.words.reveal() for share in list(by_index.values())[:needed]]
    try:
        return bytes(combine_mnemonics(chosen))
    except (MnemonicError, ValueError):
        raise _misread() from None
