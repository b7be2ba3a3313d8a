"""Check-outs on the road: asked for, read by their holder alone, ended in time, followed until renewed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from unyo.core.checkout import CheckoutState
from unyo.core.credential import Credential
from unyo.core.errors import BadInput, NotFound, Refused
from unyo.core.job_state import JobState
from unyo.core.plan import Plan
from unyo.core.text import Text
from unyo.flow.approval import expire_if_late
from unyo.flow.context import Owner, Road
from unyo.flow.planning import plan_job
from unyo.flow.request import active_operator, prepare_job, record_request
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.checkouts import end, told
from unyo.ledger.models import CheckoutRecord, Job, Operator
from unyo.runbooks.passwords.checkout import CheckoutParams
from unyo.runbooks.passwords.rules.checkout_policy import checkout_policy

RUNBOOK = "passwords.checkout"
_UNSETTLED = Q(
    state__in=(CheckoutState.RETURNED.value, CheckoutState.EXPIRED.value),
    shown_at__isnull=False,
    settled_at__isnull=True,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A check-out on its way, its job and plan."""

    record: CheckoutRecord
    job: Job
    plan: Plan


def ask(road: Road, path: str, holder: str, minutes: int, reason: str, ticket: str = "") -> Asked:
    """Request and plan a check-out; Refused where the policy does not let this person have it."""
    credential = account(road, path)
    operator = active_operator(holder)
    _check_person(road, credential, operator)
    now = road.tools.clock.now()
    with transaction.atomic():
        record = CheckoutRecord.objects.create(
            path=path,
            label=credential.label[:200],
            holder=operator.name,
            reason=reason.strip(),
            ticket=ticket,
            minutes=minutes,
            requested_at=now,
        )
        params = CheckoutParams(path=path, minutes=minutes, holder=operator.name, number=record.pk)
        params.check()
        job = record_request(road, prepare_job(road, RUNBOOK, params, operator.name, reason, ticket=ticket))
        record.job = job
        record.save(update_fields=["job"])
    return Asked(record, job, plan_job(road, job))


def _check_person(road: Road, credential: Credential, operator: Operator) -> None:
    rules = checkout_policy(road.tools.policies).of(credential)
    if operator.role in rules.who:
        return
    listed = ", ".join(rules.who) or "-"
    raise Refused(
        "checkout.who",
        Text(
            f"this password is given to: {listed}; {operator.name} is {operator.role}",
            f"払出しできる役割: {listed}({operator.name} は {operator.role})",
        ),
        Text("see checkout in passwords.yml", "passwords.yml の checkout を確認"),
        target=credential.label,
    )


def account(road: Road, path: str) -> Credential:
    found = road.tools.credentials.named([path]).get(path)
    if found is None:
        raise NotFound(
            "passwords.unknown",
            Text("no account has this path", "該当するアカウントがありません"),
            Text("list them: unyo passwords list", "一覧: unyo passwords list"),
            target=path,
        )
    return found


def newest(path: str, holder: str = "") -> CheckoutRecord:
    """The check-out that is meant: an open one before all others, else the newest; NotFound."""
    rows = CheckoutRecord.objects.filter(path=path, **({"holder": holder} if holder else {}))
    found = rows.filter(state=CheckoutState.OPEN).first() or rows.order_by("-pk").first()
    if found is None:
        raise NotFound(
            "checkout.none",
            Text("this password is not checked out", "このパスワードの払出しはありません"),
            Text(
                f"ask for it: unyo passwords checkout {path} --reason …",
                f"申請: unyo passwords checkout {path} --reason …",
            ),
            target=path,
        )
    return found


def check_in(road: Road, path: str, person: str, reason: str = "") -> CheckoutRecord:
    """End the open check-out: its holder at any time, an officer for somebody else with a reason."""
    operator = active_operator(person)
    now = road.tools.clock.now()
    with transaction.atomic():
        record = CheckoutRecord.objects.select_for_update().get(pk=newest(path).pk)
        if record.state != CheckoutState.OPEN:
            raise Refused(
                "checkout.over",
                Text("this password is not checked out", "このパスワードは払出し中ではありません"),
                Text("see: unyo passwords checkouts", "確認: unyo passwords checkouts"),
                target=record.label,
            )
        if operator.name != record.holder:
            _check_officer(record, operator, reason)
        end(record, CheckoutState.RETURNED, operator.name, reason.strip(), now)
    return record


def _check_officer(record: CheckoutRecord, operator: Operator, reason: str) -> None:
    if operator.role != "officer":
        raise Refused(
            "checkout.not_yours",
            Text(f"{record.holder} holds it, not {operator.name}", f"{record.holder} への払出しです"),
            Text("the holder or the officer checks it in", "本人または責任者が返却処理を行う"),
            target=record.label,
        )
    if not reason.strip():
        raise BadInput(
            "checkout.reason",
            Text("checking in for somebody else needs a reason", "代理の返却には理由が必要です"),
            Text("say why: --reason", "理由を指定: --reason"),
            target=record.label,
        )


def tick(road: Road, owner: Owner) -> None:  # noqa: ARG001
    """End what is over, note what never came to be, and what has been renewed since."""
    _expire(road)
    _forget_refused(road)
    _settle(road)


def _expire(road: Road) -> None:
    now = road.tools.clock.now()
    away = Operator.objects.filter(active=False).values("name")
    due = Q(until__lte=now) | Q(holder__in=away)
    for number in CheckoutRecord.objects.filter(due, state=CheckoutState.OPEN).values_list("pk", flat=True):
        with transaction.atomic():
            record = CheckoutRecord.objects.select_for_update().get(pk=number)
            if record.state == CheckoutState.OPEN:
                end(record, CheckoutState.EXPIRED, "unyo", "", now)


def _forget_refused(road: Road) -> None:
    """Requests whose job has ended without giving the password."""
    for record in CheckoutRecord.objects.filter(state=CheckoutState.REQUESTED).select_related("job"):
        job = record.job
        if job is None:
            continue
        try:
            expire_if_late(road, job)
        except Refused:
            job.refresh_from_db()
        if JobState(job.state).is_end:
            rows = CheckoutRecord.objects.filter(pk=record.pk, state=CheckoutState.REQUESTED)
            rows.update(state=CheckoutState.REFUSED, ended_at=road.tools.clock.now())


def _settle(road: Road) -> None:
    """A password that was proven after the check-out was over is not the one that was read."""
    rows = list(CheckoutRecord.objects.filter(_UNSETTLED))
    if not rows:
        return
    standings = road.tools.credentials.standing({record.path for record in rows})
    now = road.tools.clock.now()
    for record in rows:
        version = standings[record.path].in_force
        if version is None or record.version is None or version.number <= record.version:
            continue
        with transaction.atomic():
            mine = CheckoutRecord.objects.filter(pk=record.pk, settled_at__isnull=True)
            if mine.update(settled_at=now):
                fields = {**told(record), "version": version.number}
                append([NewEvent("passwords.checkout_settled", "unyo", record.job_id, fields=fields)], now)
