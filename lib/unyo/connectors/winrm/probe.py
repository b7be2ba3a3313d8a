"""Whether a terminal takes a connection at all, and if not, why."""

from __future__ import annotations

import socket

from unyo.core.errors import Unreachable
from unyo.core.terminal import Terminal
from unyo.core.text import Text

_CHECK = Text(
    "is it on and on the network? the job can wait for it: unyo doctor shows how it is reached",
    "電源とネットワークを確認する(ジョブは応答まで待てます。接続設定は unyo doctor)",
)
_LISTENER = Text(
    "the terminal is on, but nothing listens: check the WinRM service and its listener",
    "端末は起動しているが待受けなし: WinRM サービスとリスナーを確認する",
)
_NAME = Text("check the address in the ledger and the DNS", "台帳のアドレスと DNS を確認する")


def answers(terminal: Terminal, port: int, seconds: float) -> bool:
    return reach(terminal, port, seconds) is None


def reach(terminal: Terminal, port: int, seconds: float) -> Unreachable | None:
    """None if a TCP connection is taken within ``seconds``, else why not."""
    try:
        socket.create_connection((terminal.address, port), seconds).close()
    except socket.gaierror as error:
        return _unreachable(
            "name", terminal, port, "its name is unknown", "名前を解決できません", _NAME, error
        )
    except ConnectionRefusedError as error:
        return _unreachable("refused", terminal, port, "it refuses", "接続を拒否しました", _LISTENER, error)
    except TimeoutError as error:
        return _unreachable("silent", terminal, port, "it does not answer", "応答しません", _CHECK, error)
    except OSError as error:
        return _unreachable("route", terminal, port, "no way to it", "到達できません", _CHECK, error)
    return None


def _unreachable(
    kind: str, terminal: Terminal, port: int, en: str, ja: str, next_step: Text, error: OSError
) -> Unreachable:
    return Unreachable(
        f"terminals.unreachable.{kind}",
        Text(f"the terminal cannot be reached: {en}", f"端末に接続できません: {ja}"),
        next_step,
        target=terminal.name,
        detail=f"{terminal.address}:{port} {type(error).__name__}",
    )
