"""A file that has lost people is refused before anybody is taken for a leaver."""

from __future__ import annotations

from collections.abc import Sequence

from unyo.core.errors import Refused
from unyo.core.person import Person, Roster, Standing
from unyo.core.text import Text

_NAMED = 20


def check_length(
    new: Roster,
    last_good: Roster,
    most_missing_share: float = 0.1,
    withheld: frozenset[str] = frozenset(),
) -> None:
    """Refused where more than the share (0 to 1) of the last roster's staff is absent from the new one.

    Only people who had not left count; ``withheld`` people (bad rows left out) are not absent.
    """
    staff = [person for person in last_good.people.values() if person.standing is not Standing.LEFT]
    missing = [p for p in staff if p.staff_number not in new.people and p.staff_number not in withheld]
    if not staff or len(missing) <= most_missing_share * len(staff):
        return
    named = ", ".join(f"{person.staff_number} {person.name}" for person in missing[:_NAMED])
    more = len(missing) - _NAMED
    share, most = f"{len(missing) / len(staff):.1%}", f"{most_missing_share:.1%}"
    raise Refused(
        "people.file.short",
        Text(
            f"{len(missing)} of {len(staff)} people of the last good file ({last_good.effective}) are missing: "
            f"{share}, allowed {most}. Nothing was imported. Missing: {named}{f' and {more} more' if more > 0 else ''}",
            f"前回 ({last_good.effective}) の {len(staff)} 名のうち {len(missing)} 名がありません "
            f"({share}、許容 {most})。取り込みは行っていません。不在: {named}{f' ほか {more} 名' if more > 0 else ''}",
        ),
        _next_step(missing, new),
    )


def _next_step(missing: Sequence[Person], new: Roster) -> Text:
    bare = {number.lstrip("0") for number in new.people}
    if sum(person.staff_number.lstrip("0") in bare for person in missing) * 2 > len(missing):
        width = len(missing[0].staff_number)
        return Text(
            f"the staff numbers have lost their leading zeros: put digits: {{staff_number: {width}}} into "
            "the mapping file",
            f"職員番号の先頭のゼロが失われています。対応表に digits: {{staff_number: {width}}} を指定してください",
        )
    return Text(
        "ask whether the file is complete; a file of late rows only is merged with --late; if the people really "
        "left, import with a higher --most-missing for this one time",
        "ファイルに欠落がないか確認してください。追加分のみのファイルは --late で取り込みます。実際に退職等で減員した場合は、"
        "今回に限り --most-missing を引き上げて取り込んでください",
    )
