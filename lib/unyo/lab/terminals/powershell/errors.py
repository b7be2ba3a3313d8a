"""What can go wrong in a script: errors that scripts can catch, the refusal that they cannot, and flow."""

from typing import Any

from unyo.lab.terminals.machine.unsupported import Unsupported

__all__ = [
    "Beyond",
    "Break",
    "Continue",
    "Exit",
    "Flow",
    "Labelled",
    "OutsideSubset",
    "ParseError",
    "PowerShellError",
    "Return",
    "Unsupported",
    "cast_error",
    "method_error",
]

RUNTIME_EXCEPTION = "System.Management.Automation.RuntimeException"


class PowerShellError(Exception):
    """One error that a script can catch, with the facts of its ErrorRecord.

    A command that raises it, or gives it to `call.write_error`, reports a *non-terminating* error, as most
    cmdlets do: $ErrorActionPreference and -ErrorAction decide. `terminating=True` is the cmdlet's
    ThrowTerminatingError and a .NET method's exception: it ends the statement whatever -ErrorAction says.
    """

    def __init__(
        self,
        message: str,
        category: str = "NotSpecified",
        target: Any = None,
        fully_qualified_id: str = "",
        *,
        exception: str = RUNTIME_EXCEPTION,
        hresult: int = -2146233087,
        terminating: bool = False,
        value: Any = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.category = category
        self.target = target
        self.fully_qualified_id = fully_qualified_id
        self.exception = exception
        self.hresult = hresult
        self.terminating = terminating
        self.value = value
        self.ends_script = False
        self.line = 0
        self.command = ""
        self.record: Any = None
        self.inner = ""
        """The message of the .NET exception inside a MethodInvocationException."""


class ParseError(PowerShellError):
    """The text is not PowerShell; nothing of it has run."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(
            message,
            "ParserError",
            fully_qualified_id="ParseException",
            exception="System.Management.Automation.ParseException",
            terminating=True,
        )
        self.line = line
        self.ends_script = True


class OutsideSubset(ParseError):
    """The text may be PowerShell, but more of it than is known here."""


def method_error(
    method: str, count: int, message: str, exception: str, hresult: int = -2146233087
) -> PowerShellError:
    """What PowerShell makes of an exception inside a .NET method."""
    error = PowerShellError(
        f'Exception calling "{method}" with "{count}" argument(s): "{message}"',
        fully_qualified_id=exception.rsplit(".", 1)[-1],
        exception=exception,
        hresult=hresult,
        terminating=True,
    )
    error.inner = message
    return error


def cast_error(message: str) -> PowerShellError:
    """A value that cannot become the wanted type."""
    return PowerShellError(
        message,
        "InvalidArgument",
        fully_qualified_id="InvalidCastFromStringToInteger" if "Int" in message else "RuntimeException",
        exception="System.Management.Automation.PSInvalidCastException",
        terminating=True,
    )


class Beyond(Exception):
    """More than is simulated, found where no machine is at hand; the shell lets its machine refuse it."""


class Flow(Exception):
    """Control that leaves a block; never an error."""


class Labelled(Flow):
    """`break` and `continue`: out of or on in the loop of that label, or the nearest."""

    def __init__(self, label: str = "") -> None:
        super().__init__(label)
        self.label = label


class Break(Labelled):
    """`break`, out of a loop or switch."""


class Continue(Labelled):
    """`continue`, to the next turn."""


class Return(Flow):
    """`return`, out of the function, script or script block."""


class Exit(Flow):
    """`exit CODE`, out of the script."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
