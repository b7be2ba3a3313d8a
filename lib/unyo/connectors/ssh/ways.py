"""Ways to set a password in an open session: as root with chpasswd, or by the account itself with passwd."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from unyo.connectors.ssh import fault_texts as texts
from unyo.connectors.ssh.refusals import refusal
from unyo.connectors.ssh.session import Session, Talk
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret

PATHS = "/usr/sbin:/usr/bin:/sbin:/bin"
READY, ASKED = "unyo:ready", "unyo:sudo:"

# Runs as root and keeps its privilege while a new connection proves the password. Only builtins touch what
# is read: no secret and no hash stands on a command line, in the environment or in a file.
_KEEPER = f"""
LC_ALL=C PATH={PATHS}
export LC_ALL PATH
first=$(getent shadow "$1" | cut -d: -f2)
echo unyo:ready
while IFS= read -r order; do
  before=$(getent shadow "$1")
  case $order in
    set) IFS= read -r line; printf "%s\\n" "$1:$line" | chpasswd 2>&1; code=$? ;;
    back) if [ "$first" ]; then printf "%s\\n" "$1:$first" | chpasswd -e 2>&1; code=$?; else code=1; fi ;;
    *) exit 0 ;;
  esac
  if [ "$before" ] && [ "$before" = "$(getent shadow "$1")" ]; then same=same; else same=other; fi
  echo "unyo:end:$code:$same:"
done
"""
_START = """
LC_ALL=C
export LC_ALL
if [ "$(id -u)" = 0 ]; then exec sh -c "$3" sh "$1"; fi
if [ "$2" = sudo ]; then exec sudo -S -p unyo:sudo: -- sh -c "$3" sh "$1"; fi
exec passwd
"""
_SUDO = (
    (("not found", "no such file"), texts.NO_SUDO),
    (("not allowed", "not in the sudoers", "may not run"), texts.SUDO_RIGHTS),
)
_EXPIRED = ("password change required", "password has expired", "must change your password")


class Answer(StrEnum):
    """What became of a password that was handed over."""

    TAKEN = "taken"
    REFUSED = "refused"  # what was in force is in force
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Put:
    """The answer and why."""

    answer: Answer
    error: UnyoError | None = None


class Way(Protocol):
    """Sets one account's password; Lost leaves it when the connection breaks."""

    def put(self, new: Secret) -> Put: ...

    def put_back(self) -> bool:
        """Whether the password from before ``put`` is in force again."""
        ...


def open_way(session: Session, account: str, sudo: bool, signed_on: Secret, target: str) -> Way | UnyoError:
    """The strongest way that this session has; nothing is changed yet."""
    talk = session.start(_START, account, "sudo" if sudo else "own", _KEEPER)
    # An expired account's sudo asks as passwd does; nothing may be answered to that.
    place, said = talk.until(READY, ASKED) if sudo else talk.until(READY, ASKED, _CURRENT)
    if place == 1:
        talk.tell(signed_on)
        place, said = talk.until(READY, ASKED)
        if place == 1:
            return texts.SUDO_PASSWORD.said_no(target)
    if place == 0:
        return RootWay(talk, target)
    if place == 2:
        return OwnWay(session, talk, signed_on, target)
    return no_start(said, target)


def no_start(said: str, target: str) -> UnyoError:
    """Why a script of ours did not even begin."""
    lowered = said.lower()
    if any(mark in lowered for mark in _EXPIRED):
        return texts.MUST_CHANGE.said_no(target)
    if "sudo" in lowered:
        for marks, known in _SUDO:
            if any(mark in lowered for mark in marks):
                return known.said_no(target)
    if "passwd" in lowered and "not found" in lowered:
        return texts.NO_PROGRAM.said_no(target)
    return texts.NO_SHELL.said_no(target, " ".join(said.split())[:200])


class RootWay:
    """Root's chpasswd, kept running; it knows the hash from before and can put it back."""

    def __init__(self, talk: Talk, target: str) -> None:
        self._talk, self._target = talk, target

    def put(self, new: Secret) -> Put:
        self._talk.tell("set", new)
        code, same, said = self._end()
        if code == 0:
            return Put(Answer.TAKEN)
        error = refusal(said, self._target, (new,))
        sure = same or "not changed" in said
        return Put(Answer.REFUSED if sure else Answer.UNSURE, error)

    def put_back(self) -> bool:
        self._talk.tell("back")
        return self._end()[0] == 0

    def _end(self) -> tuple[int, bool, str]:
        place, said = self._talk.until(r"unyo:end:\d+:\w+:")
        if place < 0:
            return 1, False, said
        head, _, tail = said.rpartition("unyo:end:")
        code, same, _ = tail.split(":")
        return int(code), same == "same", head


_CURRENT = r"(current|old)[^\n]*password: ?"
_AGAIN = r"(retype|re-enter|again|confirm)[^\n]*password[^\n:]*: ?"
_NEW = r"new[^\n]*password: ?"


class OwnWay:
    """The account's own dialogue with passwd, waiting at its first question."""

    def __init__(self, session: Session, talk: Talk, old: Secret, target: str) -> None:
        self._session, self._talk = session, talk
        self._old, self._target = old, target
        self._now = old

    def put(self, new: Secret) -> Put:
        put = _dialogue(self._talk, self._now, new, self._target)
        if put.answer is Answer.TAKEN:
            self._now = new
        return put

    def put_back(self) -> bool:
        talk = self._session.start("LC_ALL=C; export LC_ALL; exec passwd")
        if talk.until(_CURRENT)[0] < 0:
            return False
        return _dialogue(talk, self._now, self._old, self._target).answer is Answer.TAKEN


def _dialogue(talk: Talk, old: Secret, new: Secret, target: str) -> Put:
    talk.tell(old)
    place, said = talk.until(_NEW)
    if place < 0:
        return Put(Answer.REFUSED, refusal(said, target, (old, new)))
    talk.tell(new)
    place, said = talk.until(_AGAIN, _NEW)
    if place == 0:
        talk.tell(new)
        # Another question for a new one means that this one was not good enough.
        place, more = talk.until(_NEW)
        if place < 0 and talk.code == 0:
            return Put(Answer.TAKEN)
        said += more
    talk.hang_up()
    said += talk.rest()
    unchanged = place == 0 or "unchanged" in said.lower() or "manipulation error" in said.lower()
    return Put(Answer.REFUSED if unchanged else Answer.UNSURE, refusal(said, target, (old, new)))
