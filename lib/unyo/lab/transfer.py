"""The 1 April transfer of made-up staff: who joins, leaves, moves, marries, is lent and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timezone
from random import Random

from unyo.core.dates import JST
from unyo.core.person import Department, Person, Post, Roster, Standing
from unyo.lab.names import Name, draw_names, draw_surname, homophone
from unyo.lab.offices import in_use


def transfer(roster: Roster, seed: int) -> Roster:
    """The roster of the next 1 April.

    Leavers stay in the file as 退職; one of those seconded in, if there are two, is simply gone from it.
    """
    return _Transfer(roster, Random(f"transfer {seed}")).made()


class _Transfer:
    """One transfer in the making: the people so far, and those whom no order has reached yet."""

    def __init__(self, roster: Roster, rng: Random) -> None:
        self._rng = rng
        self._size = len(roster.people)
        self._day = date(roster.effective.year + 1, 4, 1)
        self._last = roster
        self._offices = dict(roster.departments)
        blank = {"order": "", "effective": None, "handover_until": None}
        present = [p for p in roster.people.values() if p.standing is not Standing.LEFT]
        self._people = {p.staff_number: replace(p, **blank) for p in present}  # type: ignore[arg-type]
        ordinary = [p.staff_number for p in present if self._is_ordinary(p)]
        rng.shuffle(ordinary)
        self._free = ordinary

    def _is_ordinary(self, person: Person) -> bool:
        return person.standing is Standing.ACTIVE and person.main_post.title != "部長"

    def _sections(self) -> list[str]:
        below = [code for code, office in self._offices.items() if office.parent_code]
        return below or list(self._offices)

    def _take(self, share: float, least: int = 1) -> list[Person]:
        count = min(max(least, round(self._size * share)), len(self._free))
        taken, self._free = self._free[:count], self._free[count:]
        return [self._people[number] for number in taken]

    def _set(self, person: Person) -> None:
        self._people[person.staff_number] = person

    def made(self) -> Roster:
        self._reorganise()
        self._bring_back()
        self._let_go()
        self._lend()
        self._move()
        self._rename()
        self._add_posts()
        self._hire()
        people = {number: self._people[number] for number in sorted(self._people)}
        return Roster(self._day, people, in_use(self._offices, people.values()))

    def _reorganise(self) -> None:
        """One section is renamed, one closed with everybody moved out of it, one opened."""
        sections = self._sections()
        if len(sections) < 4:
            return
        renamed, closed = self._offices[sections[2]], self._offices[sections[-1]]
        self._offices[renamed.code] = replace(renamed, name=f"{renamed.name[:-1]}支援課")
        del self._offices[closed.code]
        opened = Department("02990", "デジタル推進室", closed.parent_code)
        self._offices[opened.code] = opened
        for person in list(self._people.values()):
            if closed.code in [post.department_code for post in person.posts]:
                self._leave_section(person, closed.code, opened.code)

    def _leave_section(self, person: Person, closed: str, opened: str) -> None:
        if person.main_post.department_code != closed:
            kept = tuple(post for post in person.posts if post.department_code != closed)
            self._set(replace(person, posts=kept))
            return
        heir = opened if self._rng.random() < 0.5 else self._other_section([closed, opened])
        order = "配置換" if person.standing is Standing.ACTIVE else ""
        self._set(replace(_moved(person, heir), order=order))
        if person.staff_number in self._free:
            self._free.remove(person.staff_number)

    def _other_section(self, than: Sequence[str]) -> str:
        return self._rng.choice([code for code in self._sections() if code not in than] or self._sections())

    def _bring_back(self) -> None:
        """All but one of those seconded out return; one of those seconded in goes home without a word."""
        out = [p for p in self._people.values() if p.standing is Standing.SECONDED_OUT]
        for person in out[: max(1, len(out) - 1)]:
            back = _moved(person, self._other_section([person.main_post.department_code]))
            self._set(replace(back, standing=Standing.ACTIVE, order="復帰"))
        lent = [p for p in self._people.values() if p.standing is Standing.SECONDED_IN]
        if len(lent) > 1:
            del self._people[lent[0].staff_number]
        for person in [p for p in self._people.values() if p.standing is Standing.ON_LEAVE][:1]:
            self._set(replace(person, standing=Standing.ACTIVE, order="復職"))

    def _let_go(self) -> None:
        for person in self._take(0.05):
            self._set(replace(person, standing=Standing.LEFT, order="退職", posts=person.posts[:1]))

    def _lend(self) -> None:
        for person in self._take(0.01):
            self._set(replace(person, standing=Standing.SECONDED_OUT, order="出向"))
        for person in self._take(0.005):
            self._set(replace(person, standing=Standing.ON_LEAVE, order="育休"))

    def _move(self) -> None:
        """A third keeps the old access for a month; one moves in the middle of the month."""
        late = datetime.combine(self._day.replace(day=15), time(9), JST).astimezone(timezone.utc)
        for i, person in enumerate(self._take(0.18)):
            moved = _moved(person, self._other_section([person.main_post.department_code]))
            promoted = self._rng.random() < 0.2 and person.main_post.title == "係員"
            title = "主任" if promoted else person.main_post.title
            posts = (replace(moved.main_post, title=title), *moved.posts[1:])
            until = self._day.replace(day=30) if i % 3 == 1 else None
            order = "昇任" if promoted else "異動"
            own = late if i == 0 else None
            self._set(replace(moved, posts=posts, order=order, handover_until=until, effective=own))

    def _rename(self) -> None:
        for person in self._take(0.01, least=2):
            family, kana = draw_surname(self._rng, person.family_name)
            self._set(
                replace(
                    person,
                    family_name=family,
                    family_kana=kana,
                    family_roman="",
                    given_roman="",
                    order="改姓",
                )
            )

    def _add_posts(self) -> None:
        for person in self._take(0.01):
            held = [post.department_code for post in person.posts]
            other = self._other_section(held)
            if other not in held:
                self._set(replace(person, posts=(*person.posts, Post(other, "併任")), order="兼務"))
        holders = [p for p in self._people.values() if len(p.posts) > 1 and not p.order]
        for person in holders[:1]:
            self._set(replace(person, posts=person.posts[:1], order="兼務解除"))

    def _hire(self) -> None:
        """The first two new people are a namesake and a homophone of somebody who is there already."""
        count = max(2, round(self._size * 0.05))
        names = draw_names(self._rng, count)
        known = [_name(self._people[number]) for number in self._free[:2]]
        if len(known) == 2:
            names[:2] = [known[0], homophone(known[1], self._rng)]
        number = max(map(int, self._last.people), default=100)
        lent = max(1, self._size // 150)
        for i, name in enumerate(names):
            number += self._rng.randint(1, 4)
            comes = (Standing.SECONDED_IN, "受入") if i >= count - lent else (Standing.ACTIVE, "採用")
            self._set(
                Person(
                    f"{number:06d}",
                    name.family,
                    name.given,
                    name.family_kana,
                    name.given_kana,
                    (Post(self._other_section([]), "係員"),),
                    comes[0],
                    employment="常勤",
                    order=comes[1],
                )
            )


def _moved(person: Person, to: str) -> Person:
    others = tuple(post for post in person.posts[1:] if post.department_code != to)
    return replace(person, posts=(Post(to, person.main_post.title), *others))


def _name(person: Person) -> Name:
    return Name(person.family_name, person.given_name, person.family_kana, person.given_kana)
