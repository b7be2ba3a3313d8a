"""How other systems want account information: the policy ``distribution`` as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from unyo.core.distribution import OtherSystem, SystemKind, Value
from unyo.core.person import Standing
from unyo.core.secret import SecretRef
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.layout_cells import SOURCES, Column
from unyo.runbooks.accounts.rules.layout_keys import Reader

AccountRule = Literal["enabled", "any", "none"]


@dataclass(frozen=True, slots=True)
class Whose:
    """Which people a system gets; an empty set means all."""

    standing: frozenset[Standing]
    departments: frozenset[str]
    employment: frozenset[str]
    account: AccountRule


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file is spelled; ``replace`` maps letters that the encoding lacks to what may stand for them."""

    encoding: str
    newline: str
    quoting: Literal["minimal", "all", "none"]
    delimiter: str
    header: bool
    order: tuple[str, ...]
    replace: Mapping[str, str]
    shrink: float
    taken: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """One system of the policy: where it is, who goes there, and how it is written."""

    system: OtherSystem
    columns: tuple[Column, ...]
    people: Whose
    gone: Literal["remove", "keep", "set"]
    gone_values: Mapping[str, Value]
    delta: bool
    file: FileForm

    @property
    def key_heading(self) -> str:
        return next(column.heading for column in self.columns if column.source == "staff_number")


def read_layouts(policy: Mapping[str, Any], names: tuple[str, ...] = ()) -> list[Layout]:
    """The systems of the policy, or only the named ones; BadSetting names the wrong key, NotFound a wrong name."""
    reader = Reader(policy, "distribution.yml")
    reader.only("systems")
    layouts = [_layout(item) for item in reader.items("systems")]
    reader.distinct("systems", [layout.system.name for layout in layouts])
    known = {layout.system.name: layout for layout in layouts}
    for name in names:
        if name not in known:
            raise reader.no_system(name, sorted(known))
    return [known[name] for name in names] if names else layouts


def _layout(item: Reader) -> Layout:
    kind = SystemKind(item.choice("kind", [kind.value for kind in SystemKind]))
    item.only(*_KEYS, *_KEYS_OF[kind])
    columns = tuple(_column(column) for column in item.items("columns"))
    item.distinct("columns", [column.heading for column in columns])
    if kind is SystemKind.CSV and not any(column.source == "staff_number" for column in columns):
        raise item.wrong("columns", "one column must come from staff_number", "staff_number の列が必要です")
    gone = item.mapping("gone") if item.is_mapping("gone") else None
    gone_kinds = ["remove", "keep"]
    return Layout(
        system=_system(item, kind, columns),
        columns=columns,
        people=_whose(item.inner("people")),
        gone="set" if gone is not None else item.choice("gone", gone_kinds, "remove"),  # type: ignore[arg-type]
        gone_values=gone or {},
        delta=item.choice("mode", ["full", "delta"], "full") == "delta",
        file=_file_form(item, [column.heading for column in columns]),
    )


_KEYS = ("name", "title", "kind", "destination", "people", "columns", "gone", "mode")
_KEYS_OF = {
    SystemKind.CSV: ("file",),
    SystemKind.SCIM: ("credential", "user", "ca_file", "proxy", "update", "timeout"),
    SystemKind.LDAP: ("credential", "user", "ca_file", "timeout", "base", "rdn", "key", "object_classes"),
}


def _system(item: Reader, kind: SystemKind, columns: tuple[Column, ...]) -> OtherSystem:
    name, ldap = item.text("name"), kind is SystemKind.LDAP
    title = item.inner("title")
    credential = item.text("credential", "")
    return OtherSystem(
        name=name,
        title=Text(title.text("en", name), title.text("ja", name)),
        kind=kind,
        destination=item.text("destination"),
        headings=tuple(column.heading for column in columns),
        credential=SecretRef(credential) if credential else None,
        user=item.text("user", ""),
        ca_file=item.text("ca_file", ""),
        proxy=item.text("proxy", ""),
        key=item.text("key") if ldap else "externalId",
        base=item.text("base") if ldap else "",
        rdn=item.text("rdn") if ldap else "",
        object_classes=item.texts("object_classes") if ldap else (),
        update=item.choice("update", ["patch", "put"], "patch"),  # type: ignore[arg-type]
        timeout=item.number("timeout", 20.0),
    )


def _column(item: Reader) -> Column:
    item.only("heading", "from", "fixed", "form", "values", "width")
    source = item.text("from", "")
    if bool(source) == item.has("fixed"):
        raise item.wrong("from", "give either from or fixed", "from と fixed のどちらか一方を指定します")
    if source:
        item.choice("from", sorted(SOURCES))
    return Column(
        heading=item.text("heading"),
        source=source,
        fixed=item.value("fixed"),
        form=item.text("form", "%Y-%m-%d"),
        values=item.texts_by_key("values"),
        width=item.choice("width", ["as_is", "half", "full"], "as_is"),  # type: ignore[arg-type]
    )


def _whose(item: Reader) -> Whose:
    item.only("standing", "departments", "employment", "account")
    standings = [standing.value for standing in Standing]
    usual = [Standing.ACTIVE, Standing.SECONDED_IN, Standing.ON_LEAVE]
    chosen = [Standing(item.one_of("standing", name, standings)) for name in item.texts("standing", ())]
    return Whose(
        standing=frozenset(chosen or usual),
        departments=frozenset(item.texts("departments", ())),
        employment=frozenset(item.texts("employment", ())),
        account=item.choice("account", ["enabled", "any", "none"], "enabled"),  # type: ignore[arg-type]
    )


def _file_form(outer: Reader, headings: list[str]) -> FileForm:
    item = outer.inner("file")
    item.only(*FileForm.__slots__)
    order = item.texts("order", ())
    for heading in order:
        item.one_of("order", heading, headings)
    return FileForm(
        encoding=item.choice("encoding", ["utf-8", "utf-8-sig", "cp932", "shift_jis", "utf-16"], "utf-8"),
        newline={"crlf": "\r\n", "lf": "\n"}[item.choice("newline", ["crlf", "lf"], "crlf")],
        quoting=item.choice("quoting", ["minimal", "all", "none"], "minimal"),  # type: ignore[arg-type]
        delimiter={"comma": ",", "tab": "\t"}[item.choice("delimiter", ["comma", "tab"], "comma")],
        header=item.truth("header", True),
        order=order,
        replace=item.texts_by_key("replace"),
        shrink=item.number("shrink", 0.2),
        taken=item.truth("taken", False),
    )
