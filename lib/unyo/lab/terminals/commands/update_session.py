"""The COM object Microsoft.Update.Session: searching for updates, no more.

Documented for remote sessions too; downloading and installing is refused there, so it is not offered here.
"""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.updates import Update
from unyo.lab.terminals.powershell.dotnet import constructor
from unyo.lab.terminals.powershell.values import Item

_QUERY = "isinstalled=0 and ishidden=0"


@constructor("COM:Microsoft.Update.Session", machine=True)
def update_session(machine: Machine) -> Item:
    def searcher() -> Item:
        return Item(
            "System.__ComObject#{searcher}", methods={"Search": lambda query: _search(machine, query)}
        )

    return Item("System.__ComObject#{session}", methods={"CreateUpdateSearcher": searcher})


def _search(machine: Machine, query: str) -> Item:
    if " ".join(str(query).lower().split()) != _QUERY:
        machine.unsupported(f"update search {query!r}")
    offered = [_item(update) for update in machine.updates.offered() if not update.hidden]
    # 2: the search succeeded.
    return Item("System.__ComObject#{result}", {"ResultCode": 2, "Updates": offered})


def _item(update: Update) -> Item:
    behaviour = Item("System.__ComObject#{behaviour}", {"RebootBehavior": 1 if update.restart else 0})
    properties: dict[str, Any] = {
        "Title": update.title,
        "Identity": Item("System.__ComObject#{identity}", {"UpdateID": update.id, "RevisionNumber": 1}),
        "KBArticleIDs": [update.kb.upper().removeprefix("KB")] if update.kb else [],
        "MsrcSeverity": update.severity or None,
        "MaxDownloadSize": update.bytes,
        "IsDownloaded": update.downloaded,
        "InstallationBehavior": behaviour,
        "Categories": [Item("System.__ComObject#{category}", {"CategoryID": update.category})],
    }
    return Item("System.__ComObject#{update}", properties)
