"""Script blocks and functions: their parameters, and their code as a value."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.powershell.binding import signature_of
from unyo.lab.terminals.powershell.casting import find_caster
from unyo.lab.terminals.powershell.compiling import expressions, pipelines, statements, switches, variables
from unyo.lab.terminals.powershell.compiling.registry import (
    EXPRESSIONS,
    STATEMENTS,
    Evaluate,
    Run,
    expression,
    statement,
)
from unyo.lab.terminals.powershell.conversion import elements, to_text
from unyo.lab.terminals.powershell.errors import OutsideSubset
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.functions import (
    Check,
    Code,
    Parameter,
    check_not_empty,
    check_pattern,
    check_range,
    check_set,
)
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.values import ScriptBlock

LOADED = (expressions, pipelines, statements, switches, variables)
ALLOWING = {"allownull", "allowemptystring", "allowemptycollection"}
IGNORED = {
    "cmdletbinding",
    "outputtype",
    "diagnostics.codeanalysis.suppressmessageattribute",
    "suppressmessage",
}
EMPTY: dict[str, Any] = {"string": "", "bool": False, "switch": False}
EMPTY |= dict.fromkeys(("int", "int32", "long", "int64", "uint32", "uint64", "byte", "double"), 0)


def compile_block(node: tree.Block) -> Code:
    """Compile what stands in a script, a function or { … }."""
    parameters = tuple(_parameter(each) for each in node.parameters)
    settings = {
        name for each in node.attributes for name, _ in each.named if each.name.lower() == "cmdletbinding"
    }
    binding = [each for each in node.attributes if each.name.lower() == "cmdletbinding"]
    advanced = bool(binding) or any(
        attribute.name.lower() == "parameter" for each in node.parameters for attribute in each.attributes
    )
    names = tuple(each.spelled for each in parameters)
    switch_names = tuple(
        each.spelled for each, written in zip(parameters, node.parameters, strict=True) if _is_switch(written)
    )
    signature = signature_of(
        names,
        switch_names,
        _positional(node, tuple(name for name in names if name not in switch_names)),
        tuple((alias, each.spelled) for each in parameters for alias in each.names[1:]),
        common=advanced,
        should_process="supportsshouldprocess" in settings,
        loose=not advanced,
    )
    return Code(
        node.text, parameters, signature, advanced, _run(node.begin), _run(node.process), _run(node.end)
    )


def _run(body: tree.Statements | None) -> Run | None:
    return statement(body) if body is not None else None


def _is_switch(node: tree.Parameter) -> bool:
    return any(
        each.arguments is None and each.name.lower() in ("switch", "switchparameter")
        for each in node.attributes
    )


def _positional(node: tree.Block, names: tuple[str, ...]) -> tuple[str, ...]:
    """The parameters that take values without a name: those with a Position if any has one, else all in their order."""
    placed: list[tuple[int, str]] = []
    for each in node.parameters:
        for attribute in each.attributes:
            for key, value in attribute.named:
                if key == "position" and isinstance(value, tree.Constant):
                    placed.append((int(value.value), each.name))
                elif key == "parametersetname":
                    raise OutsideSubset("SIMULATOR: unsupported parameter sets", attribute.line)
    return tuple(name for _, name in sorted(placed)) if placed else names


def _parameter(node: tree.Parameter) -> Parameter:
    settings: dict[str, bool] = {}
    aliases: list[str] = []
    checks: list[Check] = []
    allows: set[str] = set()
    cast, empty = None, None
    for attribute in node.attributes:
        name = attribute.name.lower().removesuffix("attribute")
        if attribute.arguments is None:
            cast = find_caster(attribute.name)
            if cast is None:
                raise OutsideSubset(
                    f"SIMULATOR: unsupported parameter type [{attribute.name}]", attribute.line
                )
            empty = EMPTY.get(name)
        elif name == "parameter":
            settings |= {key: _setting(value) for key, value in attribute.named}
        elif name == "alias":
            aliases += [to_text(each) for each in _constants(attribute)]
        elif name in ALLOWING:
            allows.add(name)
        elif name not in IGNORED:
            checks.append(_check(name, attribute))
    default = expression(node.default) if node.default is not None else None
    return Parameter(
        name=node.name.lower(),
        spelled=node.name,
        default=default,
        cast=cast,
        empty=empty,
        mandatory=settings.get("mandatory", False),
        allows=frozenset(allows),
        checks=tuple(checks),
        from_pipeline=settings.get("valuefrompipeline", False),
        from_property=settings.get("valuefrompipelinebypropertyname", False),
        names=(node.name, *aliases),
    )


def _setting(value: tree.Node) -> bool:
    """Mandatory, or Mandatory = $true."""
    if isinstance(value, tree.Variable):
        return value.name == "true"
    return True


def _constants(attribute: tree.Attribute) -> list[Any]:
    values: list[Any] = []
    for each in attribute.arguments or ():
        if not isinstance(each, tree.Constant):
            raise OutsideSubset(f"SIMULATOR: unsupported argument of [{attribute.name}]", attribute.line)
        values += elements(each.value)
    return values


def _check(name: str, attribute: tree.Attribute) -> Check:
    if name in ("validatenotnullorempty", "validatenotnull"):
        return check_not_empty
    values = _constants(attribute)
    if name == "validateset":
        return check_set([to_text(each) for each in values])
    if name == "validaterange":
        return check_range(values[0], values[1])
    if name == "validatepattern":
        return check_pattern(to_text(values[0]))
    raise OutsideSubset(f"SIMULATOR: unsupported attribute [{attribute.name}]", attribute.line)


def compile_block_value(node: tree.Block) -> Evaluate:
    """{ … } as a value."""
    code = compile_block(node)
    return lambda frame: ScriptBlock(code.text, code, frame)


def compile_function(node: tree.Function) -> Run:
    code, name = compile_block(node.body), node.name

    def run(frame: Frame, out: list[Any]) -> None:  # noqa: ARG001
        frame.define(name, code)

    return run


EXPRESSIONS[tree.Block] = compile_block_value
STATEMENTS[tree.Function] = compile_function
