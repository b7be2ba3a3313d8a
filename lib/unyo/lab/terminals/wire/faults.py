"""Faults of WS-Management as Windows words and numbers them."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.lab.terminals.wire.envelope import fault_envelope, xml

OPERATION_TIMED_OUT = 2150858793
SHELL_NOT_FOUND = 2150858843
TOO_MANY_SHELLS = 2150859173
TOO_MANY_OPERATIONS = 2150859174


@dataclass(frozen=True)
class Fault(Exception):
    """An answer that says no; ``number`` is Windows's error, ``reason`` its words."""

    role: str
    subcode: str
    number: int
    reason: str
    message: str = ""

    def packed(self, request_id: str, machine: str) -> bytes:
        body = (
            f"<s:Fault><s:Code><s:Value>s:{self.role}</s:Value>"
            f"<s:Subcode><s:Value>{self.subcode}</s:Value></s:Subcode></s:Code>"
            f'<s:Reason><s:Text xml:lang="en-US">{xml(self.reason)}</s:Text></s:Reason><s:Detail>'
            f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" '
            f'Code="{self.number}" Machine="{xml(machine)}">'
            f"<f:Message>{xml(self.message or self.reason)}</f:Message></f:WSManFault></s:Detail></s:Fault>"
        )
        return fault_envelope(request_id, body)


def operation_timed_out() -> Fault:
    text = (
        "The WS-Management service cannot complete the operation within the time specified in "
        "OperationTimeout.  "
    )
    return Fault("Receiver", "w:TimedOut", OPERATION_TIMED_OUT, text)


def shell_not_found(shell_id: str) -> Fault:
    return Fault(
        "Sender",
        "w:InvalidSelectors",
        SHELL_NOT_FOUND,
        _INVALID_SELECTORS,
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not "
        "found on the server. Possible causes are: the specified ShellId is incorrect or the shell no longer "
        "exists on the server. Provide the correct ShellId or create a new shell and retry the operation. ",
    )


def command_not_found() -> Fault:
    return Fault(
        "Sender",
        "w:InvalidSelectors",
        SHELL_NOT_FOUND,
        _INVALID_SELECTORS,
        "The Windows Remote Shell received a request to perform an operation on a command identifier that "
        "does not exist. Either the command has completed execution or the client specified an invalid "
        "command identifier. ",
    )


def too_many_shells(allowed: int) -> Fault:
    text = (
        "The WS-Management service cannot process the request. This user is allowed a maximum number of "
        f"{allowed} concurrent shells, which has been exceeded. Close existing shells or raise the quota "
        "for this user. "
    )
    return Fault("Receiver", "w:QuotaLimit", TOO_MANY_SHELLS, text)


def unknown_action(action: str) -> Fault:
    text = f"The action {action} is not supported by the service. "
    return Fault("Sender", "a:ActionNotSupported", 2150858754, text)


def unknown_resource(resource: str) -> Fault:
    text = (
        f"The WS-Management service cannot process the request. The resource URI ({resource}) was not found "
        "in the WS-Management catalog. The catalog contains the metadata that describes resources, or "
        "logical endpoints. "
    )
    return Fault("Sender", "a:DestinationUnreachable", 2150858752, text)


def schema_violation(what: str) -> Fault:
    text = f"The SOAP XML in the message does not match the corresponding XML schema definition. {what}"
    return Fault("Sender", "w:SchemaValidationError", 2150858817, text)


def pipe_closed() -> Fault:
    return Fault("Receiver", "w:InternalError", 109, "The pipe has been ended. ")


def access_denied() -> Fault:
    return Fault("Sender", "w:AccessDenied", 5, "Access is denied. ")


def internal_error(text: str) -> Fault:
    return Fault("Receiver", "w:InternalError", 2150858770, text)


_INVALID_SELECTORS = (
    "The WS-Management service cannot process the request because the request contained invalid selectors "
    "for the resource. "
)
