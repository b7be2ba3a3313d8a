"""Rule packs and exceptions out of parsed YAML; an error names the pack, the rule, the field and what is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from unyo.core.baseline import Accept, Channel, Exemption, Kind, Pack, Rule, Setting, Severity
from unyo.core.baseline_address import wrong_address, wrong_value
from unyo.core.errors import BadSetting
from unyo.core.text import Text

_RULE_FIELDS = frozenset(
    (
        "id",
        "title",
        "why",
        "reference",
        "severity",
        "setting",
        "wanted",
        "accept",
        "reboot",
        "cuts",
        "applies",
    )
)
# Where a pack takes a rule from another, what the setting *is* stays; what is wanted of it may differ.
_OVERRIDABLE = frozenset(("title", "why", "reference", "severity", "wanted", "accept", "applies"))
_SCOPES = ("terminal", "site", "floor", "room", "department", "model", "kind")
_APPLIES = ("client", "server", "both")


def parse_pack(name: str, given: Mapping[str, Any], other: Callable[[str], Pack]) -> Pack:
    """The pack ``name``; ``other`` gives the packs it includes. BadSetting where something is wrong."""
    _only(given, ("title", "includes", "rules"), name)
    rules: dict[str, Rule] = {}
    for number, part in enumerate(_list(given.get("includes", []), name, "includes"), 1):
        where = f"{name} includes[{number}]"
        for rule in _included(_mapping(part, where, ""), where, other):
            rules[rule.id] = rule
    own: set[str] = set()
    for number, item in enumerate(_list(given.get("rules", []), name, "rules"), 1):
        rule = parse_rule(_mapping(item, f"{name} rules[{number}]", ""), name, number)
        if rule.id in own:
            raise _bad(f"{name} {rule.id}", "id", "an id that no other rule of the pack has")
        own.add(rule.id)
        rules[rule.id] = rule
    if not rules:
        raise _bad(name, "rules", "at least one rule")
    return Pack(name, _text(given.get("title"), name, "title"), tuple(rules.values()))


def parse_rule(given: Mapping[str, Any], pack: str, number: int) -> Rule:
    """One rule of a pack's file."""
    identity = given.get("id")
    if not isinstance(identity, str) or not identity or identity.startswith("_"):
        raise _bad(f"{pack} rules[{number}]", "id", "a short name that never changes")
    where = f"{pack} {identity}"
    _only(given, _RULE_FIELDS, where)
    if "wanted" not in given:
        raise _bad(where, "wanted", "the wanted value (null: absent)")
    setting = _setting(_mapping(given.get("setting"), where, "setting"), where)
    made = Rule(
        identity,
        _text(given.get("title"), where, "title"),
        _text(given.get("why"), where, "why"),
        _texts(given.get("reference"), where, "reference"),
        _severity(given.get("severity"), where),
        setting,
        _frozen(given["wanted"]),
        _accept(given.get("accept", {}), where),
        _flag(given.get("reboot", False), where, "reboot"),
        _channels(given.get("cuts", []), where),
        _choice(given.get("applies", "both"), _APPLIES, where, "applies"),
    )
    return _checked(made, where)


def parse_exemptions(given: Mapping[str, Any], known: Mapping[str, Rule], file: str) -> tuple[Exemption, ...]:
    """The exceptions of a site; every named rule must exist."""
    _only(given, ("exceptions",), file)
    items = _list(given.get("exceptions") or [], file, "exceptions")
    return tuple(
        _exemption(_mapping(item, f"{file} exceptions[{n}]", ""), known, f"{file} exceptions[{n}]")
        for n, item in enumerate(items, 1)
    )


def _exemption(given: Mapping[str, Any], known: Mapping[str, Rule], where: str) -> Exemption:
    _only(given, ("rules", "scope", "reason", "owner", "expires"), where)
    rules = _texts(given.get("rules"), where, "rules")
    for rule in rules:
        if rule not in known:
            raise _bad(where, f"rules: {rule}", "the id of a rule in one of the packs")
    scope = _mapping(given.get("scope"), where, "scope")
    _only(scope, _SCOPES, f"{where} scope")
    if not scope:
        raise _bad(where, "scope", f"at least one of {', '.join(_SCOPES)}")
    expires, owner = given.get("expires"), given.get("owner")
    if type(expires) is not date:
        raise _bad(where, "expires", "a day such as 2027-03-31")
    if not isinstance(owner, str) or not owner:
        raise _bad(where, "owner", "who answers for the exception")
    pairs = tuple(sorted((name, _texts(names, where, f"scope.{name}")) for name, names in scope.items()))
    return Exemption(rules, pairs, _text(given.get("reason"), where, "reason"), owner, expires)


def _included(given: Mapping[str, Any], where: str, other: Callable[[str], Pack]) -> Sequence[Rule]:
    _only(given, ("pack", "rules", "except", "override"), where)
    source = other(_choice(given.get("pack"), (), where, "pack")).by_id()
    chosen = _texts(given["rules"], where, "rules") if "rules" in given else tuple(source)
    left_out = set(_texts(given.get("except", []), where, "except", empty=True))
    override = _mapping(given.get("override", {}), where, "override")
    for identity in (*chosen, *left_out, *override):
        if identity not in source:
            raise _bad(where, str(identity), f"the id of a rule in the pack {given.get('pack')}")
    return [
        _overridden(source[identity], override.get(identity, {}), f"{where} {identity}")
        for identity in chosen
        if identity not in left_out
    ]


def _overridden(rule: Rule, given: Any, where: str) -> Rule:
    given = _mapping(given, where, "override")
    _only(given, _OVERRIDABLE, where)
    changes: dict[str, Any] = {}
    for name in ("title", "why"):
        if name in given:
            changes[name] = _text(given[name], where, name)
    if "reference" in given:
        changes["reference"] = _texts(given["reference"], where, "reference")
    if "severity" in given:
        changes["severity"] = _severity(given["severity"], where)
    if "wanted" in given:
        # What was as good as the former value need not be as good as the new one.
        changes |= {"wanted": _frozen(given["wanted"]), "accept": Accept()}
    if "accept" in given:
        changes["accept"] = _accept(given["accept"], where)
    if "applies" in given:
        changes["applies"] = _choice(given["applies"], _APPLIES, where, "applies")
    return _checked(replace(rule, **changes), where)


def _checked(rule: Rule, where: str) -> Rule:
    right = wrong_value(rule.setting.kind, dict(rule.setting.address), rule.wanted)
    if right is not None:
        raise _bad(where, "wanted", right)
    if (
        rule.accept != Accept()
        and rule.wanted is not None
        and not rule.accept.takes(rule.wanted, rule.wanted)
    ):
        raise _bad(where, "accept", "a condition that the wanted value itself fulfils")
    return rule


def _setting(given: Mapping[str, Any], where: str) -> Setting:
    kind = Kind(_choice(given.get("kind"), tuple(Kind), where, "setting.kind"))
    address = {str(name): value for name, value in given.items() if name != "kind"}
    wrong = wrong_address(kind, address)
    if wrong is not None:
        raise _bad(where, f"setting.{wrong[0]}", wrong[1])
    return Setting(kind, tuple(sorted(address.items())))


def _accept(given: Any, where: str) -> Accept:
    given = _mapping(given, where, "accept")
    _only(given, ("least", "most", "one_of", "members"), f"{where} accept")
    for name in ("least", "most"):
        if name in given and type(given[name]) is not int:
            raise _bad(where, f"accept.{name}", "a whole number")
    if "members" in given:
        _choice(given["members"], ("superset", "subset"), where, "accept.members")
    choices = _list(given.get("one_of", []), where, "accept.one_of")
    return Accept(given.get("least"), given.get("most"), tuple(choices), given.get("members", ""))


def _severity(given: Any, where: str) -> Severity:
    return Severity(_choice(given, tuple(Severity), where, "severity"))


def _channels(given: Any, where: str) -> tuple[Channel, ...]:
    names = _list(given, where, "cuts")
    return tuple(Channel(_choice(name, tuple(Channel), where, "cuts")) for name in names)


def _flag(given: Any, where: str, field: str) -> bool:
    if not isinstance(given, bool):
        raise _bad(where, field, "true or false")
    return given


def _choice(given: Any, allowed: Sequence[str], where: str, field: str) -> str:
    if not isinstance(given, str) or (allowed and given not in allowed):
        raise _bad(where, field, f"one of {', '.join(allowed)}" if allowed else "a name")
    return given


def _text(given: Any, where: str, field: str) -> Text:
    both = _mapping(given, where, field)
    if set(both) != {"en", "ja"} or not all(isinstance(part, str) and part for part in both.values()):
        raise _bad(where, field, "{en: …, ja: …}, neither empty")
    return Text(both["en"], both["ja"])


def _texts(given: Any, where: str, field: str, *, empty: bool = False) -> tuple[str, ...]:
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
        raise _bad(where, field, "a list of texts")
    if not items and not empty:
        raise _bad(where, field, "at least one text")
    return tuple(items)


def _list(given: Any, where: str, field: str) -> list[Any]:
    if not isinstance(given, list):
        raise _bad(where, field, "a list")
    return given


def _mapping(given: Any, where: str, field: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _bad(where, field or "(entry)", "keys and values")
    return given


def _only(given: Mapping[str, Any], known: Sequence[str] | frozenset[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise _bad(where, str(name), f"one of {', '.join(sorted(known))}")


def _frozen(value: Any) -> Any:
    """Lists stay lists, as JSON and scripts give them; nobody else holds this one."""
    return list(value) if isinstance(value, list) else value


def _bad(where: str, field: str, right: str) -> BadSetting:
    return BadSetting(
        "baseline.file",
        Text(f"{field} is wrong or missing", f"{field} が誤っているか、ありません"),
        Text(f"write {right}", f"次のように書く: {right}"),
        target=where,
    )
