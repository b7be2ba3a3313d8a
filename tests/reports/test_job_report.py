"""The job report says what became of every target, and every number leads to its rows."""

from __future__ import annotations

import dataclasses
import time
from html.parser import HTMLParser

import pytest

from support.job_record import job_record, step
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.table import Table
from unyo.core.text import Language, Text
from unyo.reports.job_report import job_report_html


class Page(HTMLParser):
    """Collects the numbers that are links, and how many steps stand where they lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, int]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.rows_in: dict[str, int] = {}
        self.language = ""
        self._open: list[tuple[str, str]] = []
        self._figure = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.language = values.get("lang") or self.language
        name = values.get("id") or ""
        self.ids += [name] if name else []
        self._figure = (values.get("href") or "")[1:] if values.get("class") == "figure" else ""
        is_row = tag == "tr" and name.startswith("s")
        is_link = tag == "a" and (values.get("href") or "").startswith("#s") and not self._figure
        for _, holder in self._open if is_row or is_link else []:
            self.rows_in[holder] = self.rows_in.get(holder, 0) + 1
        if tag == "div":
            self._open.append((tag, name if "data-steps" in values else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._figure and data.strip():
            self.figures.append((self._figure, int(data)))
            self._figure = ""


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(job_report_html(job_record(300), Language.JA))


def test_every_printed_number_is_the_count_of_the_rows_it_leads_to(page: Page) -> None:
    assert len(page.figures) > 20
    assert [(anchor, count) for anchor, count in page.figures if page.rows_in.get(anchor) != count] == []


def test_the_numbers_are_those_of_the_record(page: Page) -> None:
    printed = dict(page.figures)
    assert printed["all"] == 300
    assert printed["outcome-DONE"] == printed["good"] == printed["proven"] == 290
    assert printed["outcome-FAILED"] == 6
    assert printed["waiting"] == 4
    assert printed["recovered"] == 3


def test_no_id_stands_twice_on_the_page(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_the_page_speaks_its_language_and_needs_no_script_or_other_file(page: Page) -> None:
    assert page.language == "ja"
    assert not {"script", "link", "img", "iframe"} & set(page.tags)


def test_every_table_with_a_head_of_its_own_has_a_caption() -> None:
    html = job_report_html(job_record(30), Language.EN)
    assert '<html lang="en">' in html
    assert html.count("<caption>") == html.count("<table>") + html.count('class="narrow"') - html.count(
        "<table><thead>"
    )


def test_names_are_shown_as_written_and_never_as_markup() -> None:
    html = job_report_html(job_record(30), Language.JA)
    assert "佐藤 &lt;b&gt;次郎" in html
    assert "<b>次郎" not in html


def test_a_sealed_password_shows_only_where_it_is_kept() -> None:
    html = job_report_html(job_record(5), Language.JA)
    assert "(保管庫に封入: accounts/0000001/initial)" in html


def test_failures_are_grouped_by_cause_with_the_next_step() -> None:
    html = job_report_html(job_record(300), Language.JA)
    causes = html[html.index('id="causes"') : html.index('id="outcomes"')]
    assert causes.count("directory.password.policy") == 1
    assert "accounts.yml でパスワードの長さを見直す" in causes
    assert '<a class="figure" href="#cause-1">6</a>' in causes


def test_times_are_japanese_time_with_the_era() -> None:
    assert "令和8年4月1日 00:00:03(2026-04-01)" in job_report_html(job_record(3), Language.JA)


def test_the_last_event_and_the_way_to_check_the_chain_are_named() -> None:
    html = job_report_html(job_record(3), Language.EN)
    assert f"{6:064x}" in html
    assert "unyo audit verify" in html


def test_what_was_read_back_otherwise_is_shown() -> None:
    odd = dataclasses.replace(step(1, Outcome.UNVERIFIED), seen={"department": "099"})
    record = dataclasses.replace(job_record(1), steps=(odd,), state=JobState.FAILED)
    html = job_report_html(record, Language.EN)
    assert "<code>department</code> = 099" in html


def test_an_approval_of_another_digest_is_marked() -> None:
    record = job_record(3)
    other = dataclasses.replace(record.approvals[0], digest="cd" * 32)
    assert "別の計画" in job_report_html(dataclasses.replace(record, approvals=(other,)), Language.JA)


def test_a_job_without_steps_says_so() -> None:
    record = dataclasses.replace(job_record(1), steps=(), state=JobState.DONE)
    assert "変更すべきものはありませんでした。" in job_report_html(record, Language.JA)


def test_ten_thousand_steps_are_ready_in_three_seconds() -> None:
    record = job_record(10_000)
    start = time.process_time()
    html = job_report_html(record, Language.JA)
    assert time.process_time() - start < 3
    assert len(html) < 15_000_000


def test_what_the_runbook_tells_stands_before_the_outcomes() -> None:
    own = Table(Text("Found", "検出結果"), Text("", ""), (Text("Terminal", "端末"),), (("<b>PC0001</b>",),))
    html = job_report_html(dataclasses.replace(job_record(1), tables=(own,)), Language.JA)
    assert html.index("検出結果") < html.index("&lt;b&gt;PC0001") < html.index('id="outcomes"')
