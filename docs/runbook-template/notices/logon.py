"""What people read before they log on: a playbook runbook to copy; its name is notices.logon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.params import option
from unyo.core.playbook_runbook import PlaybookRunbook
from unyo.core.risk import Limits, Risk
from unyo.core.terminal import Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools


@dataclass(frozen=True, kw_only=True)
class NoticeParams(Selection):
    """Which terminals (--terminal, --site, --everything …), and what they are to say."""

    caption: str = option(Text("heading", "見出し"))
    text: str = option(Text("what people read before they log on", "ログオン前に表示する文"))


class LogonNotice(PlaybookRunbook[NoticeParams]):
    """Runs playbooks/notices.logon.yml; plan, waves, verification and report follow."""

    title = Text("notice before the log-on", "ログオン前の掲示文")
    Params = NoticeParams
    risk = Risk.GUARDED
    limits = Limits(target_share=0.5)

    def variables(self, terminal: Terminal, params: NoticeParams, tools: Tools) -> Mapping[str, Any]:
        return {"notice_caption": params.caption, "notice_text": f"{params.text} ({terminal.name})"}
