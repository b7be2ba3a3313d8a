"""A finished pipeline's output, streams and end as PSRP messages."""

from __future__ import annotations

from psrpcore import ServerPipeline
from psrpcore.types import ErrorRecord, HostMethodIdentifier, PSInvocationState

from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.shell import Ran
from unyo.lab.terminals.wire.psrp_values import category, exception, to_wire


def write_streams(pipeline: ServerPipeline, ran: Ran, computer: str, user: str, has_host: bool) -> None:
    """Everything that a run left, in the order output, warnings, verbose, host, errors; then its end.

    Windows interleaves the streams as they were written; clients keep them apart.
    """
    for value in ran.output:
        pipeline.write_output(to_wire(value))
    for text in ran.warnings:
        pipeline.write_warning(text)
    for text in ran.verbose:
        pipeline.write_verbose(text)
    for text in ran.debug:
        pipeline.write_debug(text)
    for text in ran.host:
        pipeline.write_information(text, "Write-Host", tags=["PSHOST"], user=user, computer=computer)
        if has_host:
            pipeline.host_call(HostMethodIdentifier.WriteLine2, [text])
    for error in ran.errors:
        if error is not ran.fatal:
            pipeline.write_error(
                exception(error), category(error), fully_qualified_error_id=error.fully_qualified_id
            )
    if ran.exited and has_host:
        pipeline.host_call(HostMethodIdentifier.SetShouldExit, [ran.exit_code])
    if ran.fatal is None:
        pipeline.complete()
    else:
        pipeline._change_state(PSInvocationState.Failed, _record(ran.fatal))


def _record(error: PowerShellError) -> ErrorRecord:
    return ErrorRecord(
        Exception=exception(error),
        CategoryInfo=category(error),
        FullyQualifiedErrorId=error.fully_qualified_id or "RuntimeException",
    )
