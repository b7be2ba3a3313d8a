"""The books: every table of the ledger."""

from unyo.ledger.models.devices import CredentialRecord, DeviceRecord
from unyo.ledger.models.events import ChainHead, Event
from unyo.ledger.models.jobs import Approval, Job, Operator, Origin, Step, StepState, Ticket, WaitingFor
from unyo.ledger.models.people import Account, Affiliation, LogonName, PersonRecord, RosterFile
from unyo.ledger.models.resets import VerificationRecord
from unyo.ledger.models.schedules import (
    RunState,
    ScheduleRecord,
    ScheduleRun,
    TriggerCursor,
    TriggeredRun,
)
from unyo.ledger.models.secrets import HandoverRecord, SealedSecret
from unyo.ledger.models.systems import Delivery
from unyo.ledger.models.terminals import ApprovedBaseline, IsolationRecord, TerminalChange, TerminalRecord

__all__ = [
    "Account",
    "Affiliation",
    "Approval",
    "ApprovedBaseline",
    "ChainHead",
    "CredentialRecord",
    "Delivery",
    "DeviceRecord",
    "Event",
    "HandoverRecord",
    "IsolationRecord",
    "Job",
    "LogonName",
    "Operator",
    "Origin",
    "PersonRecord",
    "RosterFile",
    "RunState",
    "ScheduleRecord",
    "ScheduleRun",
    "SealedSecret",
    "Step",
    "StepState",
    "TerminalChange",
    "TerminalRecord",
    "Ticket",
    "TriggerCursor",
    "TriggeredRun",
    "VerificationRecord",
    "WaitingFor",
]
