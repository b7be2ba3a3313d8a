"""Turns records into self-contained HTML pages; the words and values are put in escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from unyo.core.plan import Finding, Weight
from unyo.core.text import Language, Text
from unyo.reports import words

_TEMPLATES = Path(__file__).parent / "templates"
_WEIGHTS = {
    Weight.NOTE: Text("note", "参考"),
    Weight.ODD: Text("odd", "要確認"),
    Weight.REFUSE: Text("refuses", "実行不可"),
}


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_sayings(language))
    # The style sheet is the project's own file; escaping would break its selectors.
    environment.globals["style"] = Markup((_TEMPLATES / "style.css").read_text("utf-8"))  # noqa: S704
    return environment


def _sayings(language: Language) -> dict[str, Any]:
    """What templates call to speak one language."""
    return {
        "language": language,
        "t": lambda en, ja: ja if language is Language.JA else en,
        "say": lambda text: text.in_language(language),
        "sort": lambda name: words.sort_word(name, language),
        "outcome": lambda name: words.outcome_word(name, language),
        "action": lambda name: words.ACTIONS[name].in_language(language) if name in words.ACTIONS else name,
        "origin": lambda name: words.ORIGINS[name].in_language(language),
        "weight": lambda finding: weight_word(finding, language),
        "value": lambda value: words.value_text(value, language),
        "clock": words.clock,
        "long_time": lambda instant: words.long_time(instant, language),
        "duration": lambda start, end: words.duration(start, end, language),
    }


def weight_word(finding: Finding, language: Language) -> str:
    return _WEIGHTS[finding.weight].in_language(language)


def page(template: str, language: Language, values: dict[str, Any]) -> str:
    """One whole page out of ``templates/``."""
    return _environment(language).get_template(template).render(values)
