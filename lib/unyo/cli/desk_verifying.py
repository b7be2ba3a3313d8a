"""Making sure who calls: a person seen, a code sent to the registered contact, questions answered."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from unyo.cli.screen import Screen, show, tr
from unyo.core.dates import in_jst
from unyo.core.desk import Way
from unyo.core.directory import Entry
from unyo.core.errors import BadInput, Refused
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger import resets
from unyo.ledger.models import VerificationRecord
from unyo.ledger.questions import count_right, questions_about, some_of
from unyo.runbooks.passwords.rules.desk_policy import DeskPolicy
from unyo.runbooks.passwords.rules.people import DeskPerson
from unyo.wiring import Toolbox


@dataclass(frozen=True)
class Caller:
    """Who is to be verified, by whom; ``entry`` has the contacts and the extension."""

    screen: Screen
    road: Road
    person: DeskPerson
    entry: Entry
    operator: str
    ticket: str
    policy: DeskPolicy

    @property
    def now(self) -> datetime:
        return self.road.tools.clock.now()

    def begin(self, way: Way, note: str = "") -> VerificationRecord:
        rates = resets.Rates(self.policy.per_person_a_day, self.policy.per_operator_an_hour)
        return resets.begin(
            resets.Asked(self.person.key, way, self.operator, self.ticket, note), rates, self.now
        )


def verify(caller: Caller, way: str | None, seen: str, number: int | None) -> int:
    """The number of the verification that was passed; Refused where the person could not be verified."""
    if number is not None:
        return _code_answered(caller, number)
    chosen = _chosen(way, caller.policy)
    if chosen is Way.IN_PERSON:
        return _seen(caller, seen)
    return _code(caller) if chosen is Way.CODE else _questions(caller)


def _seen(caller: Caller, seen: str) -> int:
    noted = (
        seen or _typed(tr("identification that you see (kind)", "目視で確認した身分証明書の種類"))
    ).strip()
    if not noted:
        raise _nothing_seen()
    record = caller.begin(Way.IN_PERSON, noted)
    resets.passed(record, caller.operator, caller.now)
    return int(record.pk)


def _code(caller: Caller) -> int:
    address = _contact(caller)
    messenger = _toolbox(caller.road).messenger
    record = caller.begin(Way.CODE)
    minutes = caller.policy.code_minutes
    code = resets.new_code(record, address, timedelta(minutes=minutes), caller.now)
    messenger.send(address, _SUBJECT, _body(code.reveal(), minutes))
    caller.screen.say(
        f"a code was sent to {record.sent_to}, verification {record.pk}; ask the person to read it to you",
        f"確認コードを {record.sent_to} に送信しました(本人確認 {record.pk})。本人に読み上げてもらってください",
    )
    return _code_answered(caller, int(record.pk))


def _chosen(way: str | None, policy: DeskPolicy) -> Way:
    chosen = Way(way) if way else policy.ways[0]
    if chosen not in policy.ways:
        listed = ", ".join(policy.ways)
        raise BadInput(
            "desk.way",
            Text(f"the site does not allow this way: {chosen}", f"許可されていない確認方法です: {chosen}"),
            Text(f"allowed: {listed}", f"使える方法: {listed}"),
            target="--way",
        )
    return chosen


def _code_answered(caller: Caller, number: int) -> int:
    """Up to the allowed tries; each is counted before it is compared."""
    record = VerificationRecord.objects.filter(pk=number).first()
    if record is not None and record.person != caller.person.key:
        raise BadInput(
            "desk.code.other",
            Text("this code was sent for another person", "別の職員に送信した確認コードです"),
            Text("begin again without --verification", "--verification を外して最初からやり直す"),
            target=str(number),
        )
    while True:
        given = _typed(tr("code that the person reads", "本人が読み上げた確認コード"))
        try:
            resets.check_code(number, given, caller.operator, caller.policy.code_tries, caller.now)
            return number
        except Refused as error:
            if error.code != "desk.code.wrong" or not sys.stdin.isatty():
                raise
            click.echo(show(error.what), err=True)


def _questions(caller: Caller) -> int:
    policy = caller.policy
    known = questions_about(caller.person.key, caller.entry.attributes, in_jst(caller.now).date())
    if len(known) < policy.questions_asked:
        raise _refused(
            caller,
            "desk.questions.few",
            f"only {len(known)} questions can be asked; {policy.questions_asked} are needed",
            f"質問に使える情報が {len(known)} 件しかありません({policy.questions_asked} 件必要)",
        )
    record = caller.begin(Way.QUESTIONS)
    chosen = some_of(known, policy.questions_asked)
    right = count_right(chosen, lambda question: _typed(show(question.text)))
    note = f"{right}/{len(chosen)}: {', '.join(question.key for question in chosen)}"
    if right < policy.questions_right:
        resets.failed(record, caller.operator, note, caller.now)
        raise _refused(
            caller,
            "desk.questions.wrong",
            "too few answers were right; which ones is not told",
            "正答数が不足しています(どの回答かは示しません)",
        )
    resets.passed(record, caller.operator, caller.now, note)
    return int(record.pk)


def _contact(caller: Caller) -> str:
    entry, listed = caller.entry, ", ".join(caller.policy.contact)
    own = {caller.person.upn.casefold(), *(value.casefold() for value in entry.attributes.get("mail", ()))}
    for name in caller.policy.contact:
        for value in entry.attributes.get(name, ()):
            # The mailbox that the person cannot open without the password proves nothing.
            if value.casefold() not in own:
                return value
    raise _refused(
        caller,
        "desk.no_contact",
        f"no contact outside is registered ({listed})",
        f"確認コードの送付先が登録されていません({listed})",
    )


def _refused(caller: Caller, code: str, en: str, ja: str) -> Refused:
    return Refused(
        code,
        Text(en, ja),
        Text("see the person face to face: --way in_person", "対面で確認する: --way in_person"),
        target=caller.person.target.shown,
    )


def _typed(prompt: str) -> str:
    """Asked for at the terminal, or one line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, default="", show_default=False, err=True))
    click.echo(prompt, err=True)
    return sys.stdin.readline().rstrip("\n")


def _toolbox(road: Road) -> Toolbox:
    assert isinstance(road.tools, Toolbox)
    return road.tools


_SUBJECT = Text("Code for your password reset", "パスワード再設定の確認コード")


def _body(code: str, minutes: int) -> Text:
    return Text(
        f"{code}\n\nRead this code to the help desk. It is good for {minutes} minutes. If you did not call the desk, "
        "tell it at once; give the code to nobody else.",
        f"{code}\n\nこの確認コードを窓口の担当者に読み上げてください(有効時間 {minutes} 分)。"
        "お心当たりがない場合は、すぐに窓口へご連絡ください。窓口以外には伝えないでください。",
    )


def _nothing_seen() -> BadInput:
    return BadInput(
        "desk.nothing_seen",
        Text("no identification was named", "確認した身分証明書が指定されていません"),
        Text('name it: --seen "staff card"', "--seen 「職員証」 のように指定する"),
        target="--seen",
    )
