"""The personnel department's words for standings, orders and posts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from unyo.core.person import Standing
from unyo.ledger.intake.characters import fold

Meaning = TypeVar("Meaning")


class PostKind(StrEnum):
    """What a row says of its post."""

    MAIN = "main"
    CONCURRENT = "concurrent"
    RELEASED = "released"


def _by_word(table: Mapping[Meaning, str]) -> dict[str, Meaning]:
    return {fold(word): meaning for meaning, words in table.items() for word in words.split()}


_STANDINGS: Mapping[Standing, str] = {
    Standing.ACTIVE: "在職 在籍 現職 在職中 在籍中 勤務 復帰 復職 active",
    Standing.SECONDED_OUT: "出向 出向中 派遣 派遣中 在籍出向 転出 研修派遣 seconded",
    Standing.SECONDED_IN: "受入 出向受入 受入出向 派遣受入 受入中 転入",
    Standing.ON_LEAVE: "休職 休職中 休業 休業中 育休 育児休業 育児休業中 産休 産前産後休業 介護休業 病休 病気休職 leave",
    Standing.LEFT: "退職 退職済 離職 退官 退任 死亡 失職 免職 懲戒免職 left",
}
_ORDERS: Mapping[Standing | None, str] = {
    Standing.ACTIVE: "採用 新規採用 復帰 出向復帰 復職 再雇用 再任用",
    Standing.SECONDED_OUT: "出向 派遣 転出",
    Standing.SECONDED_IN: "受入 出向受入 転入",
    Standing.ON_LEAVE: "休職 育休 育児休業 休業",
    Standing.LEFT: "退職 離職 定年退職 辞職 退官 任期満了 死亡 免職 失職",
    None: "異動 昇任 昇格 昇進 降任 配置換 配置換え 転任 併任 併任解除 兼務 兼務解除 改姓 氏名変更 改氏名 改組 "
    "組織改正 名称変更 在課 留任 任期更新 再任",
}
_POSTS: Mapping[PostKind, str] = {
    PostKind.MAIN: "本務 主務 本 主 main",
    PostKind.CONCURRENT: "兼務 兼 兼任 併任 併 concurrent",
    PostKind.RELEASED: "兼務解除 併任解除 兼任解除",
}

STANDING_WORDS: Mapping[str, Standing] = _by_word(_STANDINGS)
ORDER_WORDS: Mapping[str, Standing | None] = _by_word(_ORDERS)
"""The standing that an order leads to; None where it leaves the standing alone."""
POST_WORDS: Mapping[str, PostKind] = _by_word(_POSTS)
