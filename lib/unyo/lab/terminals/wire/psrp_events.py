"""What a runspace pool does about each message of its client."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    GetAvailableRunspacesEvent,
    GetCommandMetadataEvent,
    PipelineInputEvent,
    ResetRunspaceStateEvent,
    ServerRunspacePool,
    SetMaxRunspacesEvent,
    SetMinRunspacesEvent,
)

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.pipeline import Part
from unyo.lab.terminals.wire.psrp_values import from_wire


@dataclass
class Work:
    """A pipeline that is to run once its input is complete."""

    identity: uuid.UUID
    parts: list[Part]
    has_host: bool
    given: list[Any] | None = None


def react(
    pool: ServerRunspacePool, works: dict[uuid.UUID, Work], event: Any, machine: Machine
) -> Work | None:
    """Answer a message, or give the pipeline that has become ready to run."""
    match event:
        case CreatePipelineEvent():
            pipeline = pool.pipeline_table[event.pipeline_id]
            pipeline.start()
            work = Work(event.pipeline_id, _parts(event.pipeline), _has_host(pool, event.pipeline))
            works[event.pipeline_id] = work
            if event.pipeline.no_input:
                return work
            work.given = []
        case PipelineInputEvent():
            given = works[event.pipeline_id].given
            if given is not None:
                given.append(from_wire(event.data))
        case EndOfPipelineInputEvent():
            return works[event.pipeline_id]
        case GetAvailableRunspacesEvent():
            pool.runspace_availability_response(event.ci, pool.max_runspaces)
        case SetMaxRunspacesEvent() | SetMinRunspacesEvent() | ResetRunspaceStateEvent():
            pool.runspace_availability_response(event.ci, True)
        case GetCommandMetadataEvent():
            machine.unsupported("PSRP: Get-Command metadata for implicit remoting")
    return None


def _parts(pipeline: Any) -> list[Part]:
    return [
        Part(
            command.command_text,
            bool(command.is_script),
            tuple(from_wire(value) for name, value in command.parameters if name is None),
            tuple((str(name), from_wire(value)) for name, value in command.parameters if name is not None),
            bool(command.end_of_statement),
        )
        for command in pipeline.commands
    ]


def _has_host(pool: ServerRunspacePool, pipeline: Any) -> bool:
    """Whether there is a host that can be called back."""
    host = pool.host if pipeline.host is None or pipeline.host.UseRunspaceHost else pipeline.host
    return host is not None and not host.IsHostNull
