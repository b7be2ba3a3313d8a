"""Two thousand laptops and a network that breaks down: nobody fails, everybody waits, and gets it in the end."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from runbooks.policy.conftest import LLMNR, Office
from support.journey import outcomes, worked

LAPTOPS = 2000


def test_a_network_that_breaks_down_fails_no_laptop(office: Office) -> None:
    serials = [f"{number:04}" for number in range(LAPTOPS)]
    with transaction.atomic():
        laptops = [office.terminal(serial) for serial in serials]
    job = office.asked(rule=("llmnr-off",), check_mode=False)
    for laptop in laptops[1:]:
        laptop.on = False
    office.done(job)
    for _ in range(6):
        office.clock.step(timedelta(minutes=5))
        worked(office.road, job)
    assert (job.state, job.stop_reason) == ("RUNNING", None)
    assert (outcomes(job)["PC-0000"], set(outcomes(job).values())) == ("DONE", {"DONE", ""})

    for laptop in laptops:
        laptop.on = True
    office.clock.step(timedelta(hours=1))
    worked(office.road, job)
    office.clock.step(timedelta(hours=1))
    assert worked(office.road, job).state == "DONE"
    assert {laptop.values[LLMNR] for laptop in laptops} == {0}
