"""Reads what a system holds together with its receipts, and hands one parcel over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from unyo.core.change import Change, State
from unyo.core.distribution import Attributes, Channel, SystemKind
from unyo.core.errors import BadSetting, Refused, Unreachable, UnyoError
from unyo.core.state_runbook import attempt
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.audience import sent
from unyo.runbooks.accounts.rules.file_parcels import file_state, lines_after, receipts_after
from unyo.runbooks.accounts.rules.layout_file import content, lines_in
from unyo.runbooks.accounts.rules.layouts import Layout, read_layouts
from unyo.runbooks.accounts.rules.parcels import RECEIPT


def layout_of(target: Target, tools: Tools) -> Layout:
    """The policy's layout of the system that a target belongs to."""
    return read_layouts(tools.policies.load("distribution"), (system_of(target),))[0]


def system_of(target: Target) -> str:
    return target.key.partition("/")[0]


def inner_key(target: Target) -> str:
    """The staff number, or the file's name."""
    return target.key.partition("/")[2]


def read_system(layout: Layout, targets: Sequence[Target], tools: Tools) -> Mapping[Target, State | None]:
    """The state of each target of one system: what it holds and the receipt on record."""
    receipts = sent(tools.deliveries.delivered(layout.system.name))
    if layout.system.kind is SystemKind.CSV:
        return {target: _read_file(layout, inner_key(target), receipts, tools) for target in targets}
    with tools.distribution.open(layout.system) as channel:
        held = channel.held([inner_key(target) for target in targets])
    return {target: _person_state(held, receipts, inner_key(target)) for target in targets}


def _person_state(held: Mapping[str, Attributes], receipts: Mapping[str, str], number: str) -> State | None:
    state = dict(held[number]) if number in held else {}
    if number in receipts:
        state[RECEIPT] = receipts[number]
    return state or None


def _read_file(layout: Layout, name: str, receipts: Mapping[str, str], tools: Tools) -> State | None:
    whole = tools.distribution.drop(layout.system).content(name)
    return file_state(name, whole, lines_in(layout, whole), receipts)


def write_system(layout: Layout, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
    """Hand over one system's parcels, then record their receipts; safe to repeat at any point.

    A receipt lost in between is found missing by the next reading, and the parcel is not sent twice.
    """
    if layout.system.kind is SystemKind.CSV:
        return [_error_of(attempt(_write_file, layout, change, tools)) for change in changes]
    receipts: dict[str, tuple[str, str]] = {}
    try:
        with tools.distribution.open(layout.system) as channel:
            return _hand_over(channel, changes, receipts)
    except UnyoError as error:
        return [error] * len(changes)
    finally:
        tools.deliveries.record(layout.system.name, receipts)


def _hand_over(
    channel: Channel, changes: Sequence[Change], receipts: dict[str, tuple[str, str]]
) -> list[UnyoError | None]:
    answers: list[UnyoError | None] = []
    for change in changes:
        number = inner_key(change.target)
        answer = attempt(_send, channel, number, change.after)
        answers.append(_error_of(answer))
        if isinstance(answer, tuple):
            receipts[number] = answer
        elif _is_hopeless(answer):
            # Trying everybody against a system that is away would take hours and change nothing.
            return answers + [answer] * (len(changes) - len(answers))
    return answers


def _send(channel: Channel, number: str, after: State | None) -> tuple[str, str]:
    """The digest to keep (empty for a removal) and the system's receipt."""
    if after is None:
        return "", channel.remove(number)
    values = {key: value for key, value in after.items() if key != RECEIPT}
    receipt = channel.put(number, values)
    return str(after.get(RECEIPT) or ""), receipt


def _is_hopeless(error: UnyoError) -> bool:
    away = isinstance(error, Unreachable) and error.code != "distribution.their_fault"
    return away or isinstance(error, BadSetting)


def _error_of(answer: object) -> UnyoError | None:
    return answer if isinstance(answer, UnyoError) else None


def _write_file(layout: Layout, change: Change, tools: Tools) -> None:
    name, after = inner_key(change.target), change.after
    drop = tools.distribution.drop(layout.system)
    lines = {} if after is None else lines_after(change.before, after)
    if after is None or after.get("file") is None:
        receipt = drop.remove(name)
    else:
        whole = content(layout, lines)
        if hashlib.sha256(whole).hexdigest() != after["sha256"]:
            raise _layout_moved(layout)
        receipt = drop.put(name, whole)
    recorded = sent(tools.deliveries.delivered(layout.system.name))
    standing = receipts_after(layout, recorded, lines)
    news = {
        n: (standing.get(n, ""), receipt)
        for n in {*standing, *recorded}
        if standing.get(n) != recorded.get(n)
    }
    tools.deliveries.record(layout.system.name, news)


def _layout_moved(layout: Layout) -> Refused:
    return Refused(
        "distribution.moved",
        Text(
            "the layout or the file changed after the plan",
            "計画後にレイアウトまたはファイルが変更されています",
        ),
        Text("make a new plan: unyo run accounts.distribute", "計画を作り直す: unyo run accounts.distribute"),
        target=layout.system.name,
    )
