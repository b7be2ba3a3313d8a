"""Check a module's arguments against its own spec the way Ansible.Basic's AnsibleModule does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unyo.lab.terminals.ansible.conversions import Terminal, converter, dotnet_type, to_bool, to_list, to_text
from unyo.lab.terminals.ansible.literals import OPAQUE

PASSED = frozenset(
    [
        "check_mode",
        "debug",
        "diff",
        "keep_remote_files",
        "ignore_unknown_opts",
        "module_name",
        "no_log",
        "remote_tmp",
        "selinux_special_fs",
        "shell_executable",
        "socket",
        "syslog_facility",
        "target_log_info",
        "tracebacks_for",
        "tmpdir",
        "verbosity",
        "version",
    ]
)
"""What Ansible itself adds, after ``_ansible_``."""


class Wrong(Exception):
    """The arguments do not fit the spec; the text is Ansible's message."""


class Checked:
    """One check of one task's arguments; afterwards ``params`` are converted and complete."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        arguments: Mapping[str, Any],
        terminal: Terminal,
        *,
        open_ended: bool = False,
    ) -> None:
        self._open_ended = open_ended
        self.own = {key: value for key, value in arguments.items() if _is_own(key)}
        self.params = {key: value for key, value in arguments.items() if not _is_own(key)}
        self.no_log: set[str] = set()
        self._terminal = terminal
        self._within: list[str] = []
        self._module = str(self.own.get("_ansible_module_name", "undefined win module"))
        self._spec = spec

    def refuse_unknown(self) -> None:
        """Raise Wrong where a name is not in the spec; Ansible looks at this before check mode."""
        options = self._spec.get("options", {})
        self._refuse_unknown(self._legal_names(options, self.params), self.params)

    def check(self) -> None:
        """Raise Wrong at the first thing that Ansible would refuse; convert and complete ``params``."""
        self._level(self._spec, self.params)

    @property
    def check_mode_unsupported(self) -> bool:
        """The module does not run in check mode and the task does."""
        return self.flag("check_mode") and not self._spec.get("supports_check_mode", False)

    def flag(self, name: str) -> bool:
        """One of Ansible's own booleans."""
        return to_bool(self.own.get(f"_ansible_{name}", False))

    def _say(self, text: str) -> str:
        return f"{text} found in {' -> '.join(self._within)}" if self._within else text

    def _level(self, spec: Mapping[str, Any], params: dict[str, Any]) -> None:
        options: Mapping[str, Mapping[str, Any]] = spec.get("options", {})
        legal = self._legal_names(options, params)
        self._hide(options, params)
        self._refuse_unknown(legal, params)
        self._mutually_exclusive(spec, params)
        self._required(options, params)
        for name, option in options.items():
            if params.get(name) is not None:
                params[name] = self._converted(name, option, params[name])
        self._together(spec, params)
        self._one_of(spec, params)
        self._required_if(spec, params)
        self._required_by(spec, params)
        for name, option in options.items():
            params[name] = self._inner(name, option, params.get(name))

    def _legal_names(self, options: Mapping[str, Mapping[str, Any]], params: dict[str, Any]) -> list[str]:
        aliases: list[str] = []
        for name, option in options.items():
            for alias in _list(option.get("aliases")):
                aliases.append(alias)
                if alias in params:
                    params[name] = params[alias]
        return [*options, *aliases]

    def _hide(self, options: Mapping[str, Mapping[str, Any]], params: Mapping[str, Any]) -> None:
        for name, option in options.items():
            if option.get("no_log") is True and params.get(name) not in (None, ""):
                self.no_log.add(to_text(params[name]))

    def _refuse_unknown(self, legal: Sequence[str], params: dict[str, Any]) -> None:
        spelling = {name.lower(): name for name in reversed(legal)}
        unknown = [name for name in params if name.lower() not in spelling]
        if unknown and not self._open_ended and not self.flag("ignore_unknown_opts"):
            text = self._say(f"Unsupported parameters for ({self._module}) module: {', '.join(unknown)}")
            raise Wrong(f"{text}. Supported parameters include: {', '.join(legal)}")
        for name in [name for name in params if name not in legal and name.lower() in spelling]:
            params[spelling[name.lower()]] = params.pop(name)

    def _mutually_exclusive(self, spec: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        for names in _groups(spec, "mutually_exclusive"):
            if sum(name in params for name in names) > 1:
                raise Wrong(self._say(f"parameters are mutually exclusive: {', '.join(names)}"))

    def _required(self, options: Mapping[str, Mapping[str, Any]], params: dict[str, Any]) -> None:
        for name, option in options.items():
            default = option.get("default")
            if default is not None and default is not OPAQUE:
                params.setdefault(name, default)
        missing = [name for name, option in options.items() if option.get("required") and name not in params]
        if missing:
            raise Wrong(self._say(f"missing required arguments: {', '.join(missing)}"))

    def _converted(self, name: str, option: Mapping[str, Any], value: Any) -> Any:
        kind = option.get("type", "str")
        try:
            found = converter(kind, self._terminal)(value)
        except ValueError as error:
            raise Wrong(
                self._say(
                    f"argument for {name} is of type {dotnet_type(value)} and we were unable to convert to {kind}: {error}"
                )
            ) from None
        choices = [to_text(choice) for choice in _list(option.get("choices"))]
        given = [to_text(item) for item in found] if kind == "list" else [to_text(found)]
        odd = [item for item in given if item.lower() not in {choice.lower() for choice in choices}]
        if choices and odd:
            how = "one or more of" if kind == "list" else "one of"
            text = f"value of {name} must be {how}: {', '.join(choices)}. Got no match for: {', '.join(odd)}"
            raise Wrong(self._say(text))
        return found

    def _together(self, spec: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        for names in _groups(spec, "required_together"):
            if len({name in params for name in names}) > 1:
                raise Wrong(self._say(f"parameters are required together: {', '.join(names)}"))

    def _one_of(self, spec: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        for names in _groups(spec, "required_one_of"):
            if not any(name in params for name in names):
                raise Wrong(self._say(f"one of the following is required: {', '.join(names)}"))

    def _required_if(self, spec: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        for name, value, names, *any_one in _groups(spec, "required_if"):
            if params.get(name) is None or to_text(params[name]) != to_text(value):
                continue
            missing = [each for each in _list(names) if each not in params]
            any_of = bool(any_one and any_one[0])
            if len(missing) >= (len(_list(names)) if any_of else 1):
                term = "any" if any_of else "all"
                text = f"{name} is {value} but {term} of the following are missing: {', '.join(missing)}"
                raise Wrong(self._say(text))

    def _required_by(self, spec: Mapping[str, Any], params: Mapping[str, Any]) -> None:
        for name, needs in (spec.get("required_by") or {}).items():
            missing = [need for need in to_list(needs) if need not in params] if name in params else []
            if missing:
                raise Wrong(self._say(f"missing parameter(s) required by '{name}': {', '.join(missing)}"))

    def _inner(self, name: str, option: Mapping[str, Any], value: Any) -> Any:
        kind, elements = option.get("type", "str"), option.get("elements")
        if kind == "dict":
            return self._inner_dict(name, option, value)
        if kind != "list" or elements is None or value is None:
            return value
        if elements == "dict":
            return [self._inner_dict(name, option, each) for each in value]
        try:
            return [converter(elements, self._terminal)(each) for each in value]
        except ValueError as error:
            text = f"argument for list entry {name} is of type {dotnet_type(value[0])} and we were unable to convert to {elements}: {error}"
            raise Wrong(self._say(text)) from None

    def _inner_dict(self, name: str, option: Mapping[str, Any], value: Any) -> Any:
        options = option.get("options") or {}
        if option.get("apply_defaults") and options and value is None:
            value = {}
        if not options or value is None:
            return value
        self._within.append(name)
        try:
            inner = dict(converter("dict", self._terminal)(value))
        except ValueError as error:
            raise Wrong(self._say(str(error))) from None
        self._level(option, inner)
        self._within.pop()
        return inner


def _is_own(name: str) -> bool:
    return name.startswith("_ansible_") and name.removeprefix("_ansible_") in PASSED


def _list(value: Any) -> list[Any]:
    if value is None or value is OPAQUE:
        return []
    return value if isinstance(value, list) else [value]


def _groups(spec: Mapping[str, Any], name: str) -> list[list[Any]]:
    """A rule of the spec as a list of lists; a computed rule is no rule."""
    return [group for group in _list(spec.get(name)) if isinstance(group, list)]
