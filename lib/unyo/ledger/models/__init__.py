"""The books: every table of the ledger."""

from unyo.ledger.models.checkouts import CheckoutRecord
from unyo.ledger.models.devices import CredentialRecord, DeviceRecord
from unyo.ledger.models.events import ChainHead, Event
from unyo.ledger.models.jobs import Approval, Job, Operator, Origin, Step, StepState, Ticket, WaitingFor
from unyo.ledger.models.notifications import (
    NotificationCursor,
    OutboxMessage,
    PostState,
    SubscriptionRecord,
)
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
    "CheckoutRecord",
    "CredentialRecord",
    "Delivery",
    "DeviceRecord",
    "Event",
    "HandoverRecord",
    "IsolationRecord",
    "Job",
    "LogonName",
    "NotificationCursor",
    "Operator",
    "Origin",
    "OutboxMessage",
    "PersonRecord",
    "PostState",
    "RosterFile",
    "RunState",
    "ScheduleRecord",
    "ScheduleRun",
    "SealedSecret",
    "Step",
    "StepState",
    "SubscriptionRecord",
    "TerminalChange",
    "TerminalRecord",
    "Ticket",
    "TriggerCursor",
    "TriggeredRun",
    "VerificationRecord",
    "WaitingFor",
]
