"""A message in the shapes that chats take; nothing in it is read as markup, so that no name can forge a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unyo.core.notification import Message

_MOST_LETTERS = 2900
"""Slack takes 3,000 in a block; Teams takes 28 KB in a whole card."""


def teams_card(message: Message) -> dict[str, Any]:
    """An Adaptive Card as the trigger "When a Teams webhook request is received" of Workflows takes it."""
    body: list[dict[str, Any]] = [_runs(message.subject, weight="Bolder", size="Medium")]
    body += [_runs(f"{label}: {value}") for label, value in message.facts]
    body += [_runs(line) for line in message.lines]
    body += [_runs(command, font="Monospace") for command in message.commands[:6]]
    body += [_runs(message.footer, subtle=True)] if message.footer else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": message.language.value,
        "fallbackText": message.subject,
        "body": body,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _runs(
    text: str, weight: str = "", size: str = "", font: str = "", subtle: bool = False
) -> dict[str, Any]:
    """A RichTextBlock: unlike a TextBlock it knows no Markdown."""
    run: dict[str, Any] = {"type": "TextRun", "text": text}
    run |= {"weight": weight} if weight else {}
    run |= {"size": size} if size else {}
    run |= {"fontType": font} if font else {}
    run |= {"isSubtle": True} if subtle else {}
    return {"type": "RichTextBlock", "inlines": [run]}


def slack_blocks(message: Message) -> dict[str, Any]:
    """Blocks of plain text, with a text beside them for notifications."""
    parts = ["\n".join(f"{label}: {value}" for label, value in message.facts), "\n".join(message.lines)]
    parts += ["\n".join(message.commands[:6]), message.footer]
    blocks: list[Mapping[str, Any]] = [
        {"type": "header", "text": _plain(message.subject[:150])},
        *({"type": "section", "text": _plain(part[:_MOST_LETTERS])} for part in parts if part),
    ]
    return {"text": _harmless(message.subject), "blocks": blocks}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _harmless(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_document(message: Message) -> dict[str, Any]:
    """For programs: the same words as in a mail, and the id by which a repeated one is known."""
    return {
        "id": message.id,
        "kind": message.kind,
        "at": message.at.isoformat(),
        "language": message.language.value,
        "subject": message.subject,
        "facts": [{"label": label, "value": value} for label, value in message.facts],
        "lines": list(message.lines),
        "commands": list(message.commands),
    }
