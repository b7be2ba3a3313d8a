"""The books: every table of the ledger."""

from unyo.ledger.models.events import ChainHead, Event
from unyo.ledger.models.jobs import Approval, Job, Operator, Origin, Step, StepState, Ticket
from unyo.ledger.models.people import Account, Affiliation, LogonName, PersonRecord, RosterFile
from unyo.ledger.models.secrets import HandoverRecord, SealedSecret
from unyo.ledger.models.systems import Delivery

__all__ = [
    "Account",
    "Affiliation",
    "Approval",
    "ChainHead",
    "Delivery",
    "Event",
    "HandoverRecord",
    "Job",
    "LogonName",
    "Operator",
    "Origin",
    "PersonRecord",
    "RosterFile",
    "SealedSecret",
    "Step",
    "StepState",
    "Ticket",
]
