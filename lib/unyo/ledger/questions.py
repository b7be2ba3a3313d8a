"""Questions about a person that the ledger and the directory can answer, for a caller at the desk."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unyo.core.dates import BadDate, parse_date
from unyo.core.text import Text
from unyo.ledger.models import Affiliation, PersonRecord

EXTENSIONS = ("telephoneNumber", "ipPhone")
_SPACES = re.compile(r"[\s・･\-‐()()]+")


@dataclass(frozen=True, slots=True)
class Question:
    """What the operator asks; ``answers`` are right and never shown."""

    key: str
    text: Text
    answers: tuple[str, ...]
    is_month: bool = False

    def is_right(self, given: str) -> bool:
        if self.is_month:
            month = _month(given)
            return month is not None and month in {_month(answer) for answer in self.answers}
        return bool(_plain(given)) and _plain(given) in {_plain(answer) for answer in self.answers}


def questions_about(
    staff_number: str, attributes: Mapping[str, Sequence[str]], today: date
) -> list[Question]:
    """All that can be asked, in no order; ``attributes`` are the directory's (extension)."""
    posts = list(Affiliation.objects.filter(staff_number=staff_number).order_by("valid_from"))
    now = [
        post
        for post in posts
        if post.valid_from <= today and (post.valid_until is None or post.valid_until > today)
    ]
    past = [post for post in posts if post.valid_until is not None and post.valid_until <= today]
    main = next((post for post in now if post.is_main), None)
    found: list[Question] = []

    def ask(key: str, en: str, ja: str, answers: Sequence[str], is_month: bool = False) -> None:
        usable = tuple(answer for answer in answers if answer)
        if usable:
            found.append(Question(key, Text(en, ja), usable, is_month))

    if main is not None:
        ask("department", "your department", "現在の所属", [main.department_name, main.department_code])
        ask("title", "your post (title)", "役職", [main.title])
        since = min(post.valid_from for post in posts if _same_run(post, main))
        ask(
            "since",
            "year and month since when you are there",
            "現在の所属になった年月",
            [f"{since:%Y-%m}"],
            True,
        )
    ask(
        "concurrent",
        "another post that you hold",
        "兼務の所属",
        [post.department_name for post in now if not post.is_main],
    )
    former = [post for post in past if main is None or post.department_code != main.department_code]
    ask("former", "the department before", "直前の所属", [former[-1].department_name] if former else [])
    record = (
        PersonRecord.objects.filter(staff_number=staff_number).order_by("-roster__effective", "-pk").first()
    )
    if record is not None:
        ask("employment", "your kind of employment", "雇用区分", [str(record.data.get("employment") or "")])
    numbers = [value for name in EXTENSIONS for value in attributes.get(name, ())]
    ask(
        "extension",
        "your extension",
        "内線番号",
        [*numbers, *(re.split(r"\D+", number)[-1] for number in numbers)],
    )
    return found


def some_of(found: Sequence[Question], count: int) -> list[Question]:
    """So many of them, at random; fewer where there are not so many."""
    return secrets.SystemRandom().sample(list(found), min(count, len(found)))


def count_right(asked: Sequence[Question], answer: Callable[[Question], str]) -> int:
    return sum(question.is_right(answer(question)) for question in asked)


def _same_run(post: Affiliation, main: Affiliation) -> bool:
    return bool(post.department_code == main.department_code and post.is_main)


def _plain(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _month(text: str) -> tuple[int, int] | None:
    """A month as people say it: 2024-04, 2024年4月, 令和6年4月, R6.4; a whole day will do too."""
    plain = unicodedata.normalize("NFKC", text).strip()
    mark = next((each for each in ("-", "/", ".") if each in plain), "-")
    for whole in (plain, f"{plain}1日", f"{plain}{mark}1", f"{plain}{mark}01"):
        try:
            day = parse_date(whole)
        except BadDate:
            continue
        return day.year, day.month
    return None
