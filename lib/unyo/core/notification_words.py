"""Which fields of which events may leave in a message, and what they and the events are called."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from unyo.core.secret_state import SecretState
from unyo.core.text import Text

FIELDS: Mapping[str, Text] = {
    "about": Text("about", "対象の種類"),
    "accounts": Text("accounts", "アカウント数"),
    "again": Text("tried again", "再試行"),
    "by": Text("by", "実施者"),
    "channel": Text("channel", "通知先の種類"),
    "code": Text("code", "コード"),
    "counts": Text("changes", "変更内容"),
    "destroyed": Text("destroyed versions", "破棄した版"),
    "digest": Text("digest", "ダイジェスト"),
    "file": Text("file", "ファイル"),
    "holder": Text("holder", "利用者"),
    "incident": Text("incident", "インシデント"),
    "key": Text("key", "鍵"),
    "kind": Text("kind", "種別"),
    "label": Text("account", "アカウント"),
    "last": Text("last one", "最後の予定"),
    "lock": Text("target", "対象"),
    "minutes": Text("minutes", "時間(分)"),
    "name": Text("name", "名前"),
    "needed": Text("shares needed", "必要な分割片"),
    "os_user": Text("OS user", "OS ユーザ"),
    "outcome": Text("outcome", "結果"),
    "operator": Text("operator", "運用担当者"),
    "path": Text("name in the vault", "保管庫での名前"),
    "planned_for": Text("planned for", "予定"),
    "purpose": Text("purpose", "用途"),
    "read": Text("was read", "閲覧の有無"),
    "reason": Text("reason", "理由"),
    "reasons": Text("reasons", "理由"),
    "resealed": Text("sealed anew", "封印し直した件数"),
    "risk": Text("risk", "危険度"),
    "role": Text("role", "役割"),
    "runbook": Text("runbook", "作業手順"),
    "runs": Text("runs", "回数"),
    "schedule": Text("schedule", "スケジュール"),
    "shares": Text("shares", "分割片の数"),
    "skipped": Text("not carried out", "未実施"),
    "state": Text("state", "状態"),
    "ticket": Text("ticket", "受付票"),
    "trigger": Text("trigger", "起動条件"),
    "until": Text("until", "期限"),
    "version": Text("version", "版"),
    **{state.value: state.label for state in SecretState},
}
"""Names of fields that any message may show; everything else never leaves."""

_STATES = tuple(state.value for state in SecretState)
_CHECKOUT = ("path", "label", "holder", "by", "reason", "ticket", "until", "read", "minutes", "version")

# Pattern of kinds → fields; the first pattern that fits counts. Never params, free details or what was read back.
_ALLOWED: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (pattern, frozenset(names))
    for pattern, names in (
        ("job.requested", ("runbook", "reason", "ticket")),
        ("job.*", ("digest", "risk", "counts", "state", "code", "skipped", "reason")),
        ("step.*", ("lock", "outcome", "code")),
        (
            "schedule.*",
            (
                *("schedule", "state", "reasons", "reason", "runs", "planned_for", "last", "again"),
                *("risk", "counts", "runbook", "name"),
            ),
        ),
        (
            "trigger.*",
            ("trigger", "state", "reasons", "reason", "again", "risk", "counts", "runbook", "name"),
        ),
        ("passwords.sealed", (*_STATES, "purpose", "by")),
        ("passwords.moved", (*_STATES, "purpose", "by", "destroyed")),
        ("passwords.*", _CHECKOUT),
        ("vault.read", (*_CHECKOUT, "kind")),
        ("vault.*", ("path", "key", "resealed")),
        ("breakglass.*", ("file", "digest", "shares", "needed", "accounts", "by")),
        ("operator.*", ("name", "role", "os_user")),
        ("incident.*", ("about", "operator", "reason", "ticket")),
        ("handover.*", ("state", "reason")),
        ("notification.*", ("channel", "code", "kind")),
    )
)


def allowed_fields(kind: str) -> frozenset[str]:
    """The fields of this kind of event that may leave; none of a kind that nobody has thought about."""
    return next((names for pattern, names in _ALLOWED if fnmatchcase(kind, pattern)), frozenset())


TITLES: Mapping[str, Text] = {
    "job.requested": Text("job asked for", "ジョブの依頼"),
    "job.planned": Text("plan waits for approval", "計画の承認待ち"),
    "job.not_planned": Text("no plan could be made", "計画を作成できません"),
    "job.approved": Text("plan approved", "計画の承認"),
    "job.refused": Text("plan refused", "計画の却下"),
    "job.expired": Text("plan expired", "計画の期限切れ"),
    "job.stale": Text("plan no longer fits", "計画の前提が変化"),
    "job.started": Text("job started", "ジョブの開始"),
    "job.stopped": Text("job stopped", "ジョブの停止"),
    "job.interrupted": Text("job was cut off and goes on", "ジョブの中断と再開"),
    "job.ended": Text("job ended", "ジョブの終了"),
    "job.cancel_asked": Text("job cancelled", "ジョブの取消"),
    "step.ended": Text("step ended", "作業の終了"),
    "schedule.run_started": Text("scheduled run started", "定期実行の開始"),
    "schedule.run_missed": Text("scheduled run missed", "定期実行の未実施(期日超過)"),
    "schedule.run_skipped": Text("scheduled run skipped", "定期実行の見送り"),
    "schedule.run_failed": Text("scheduled run failed", "定期実行の失敗"),
    "schedule.waits_approval": Text("scheduled run waits for approval", "定期実行の承認待ち"),
    "schedule.run_paused": Text("scheduled run not done: paused", "定期実行の未実施(一時停止中)"),
    "schedule.run_postponed": Text("scheduled run is tried again later", "定期実行の再試行待ち"),
    "schedule.clock_went_back": Text("the clock was put back", "時計の巻戻し"),
    "schedule.added": Text("schedule added", "スケジュールの登録"),
    "schedule.paused": Text("schedule paused", "スケジュールの一時停止"),
    "schedule.resumed": Text("schedule resumed", "スケジュールの再開"),
    "schedule.ended": Text("schedule ended", "スケジュールの終了"),
    "schedule.approved": Text("schedule approved beforehand", "スケジュールの包括承認"),
    "schedule.changed": Text("schedule changed", "スケジュールの変更"),
    "trigger.fired": Text("job set off by an event", "イベントによるジョブの起動"),
    "trigger.waits_approval": Text("job set off by an event waits for approval", "自動起動ジョブの承認待ち"),
    "trigger.run_started": Text("job set off by an event started", "自動起動ジョブの開始"),
    "trigger.run_skipped": Text("an event concerned no account", "自動起動の対象なし"),
    "trigger.run_failed": Text("job set off by an event failed", "自動起動ジョブの失敗"),
    "passwords.sealed": Text("passwords sealed", "パスワードの封印"),
    "passwords.moved": Text("passwords: new states", "パスワードの状態変化"),
    "passwords.adopted": Text("password taken over", "パスワードの取込み"),
    "passwords.checked_out": Text("password checked out", "パスワードの払出し"),
    "passwords.checked_in": Text("password checked in", "パスワードの返却"),
    "passwords.checkout_expired": Text("time of a check-out is over", "パスワード払出しの期限切れ"),
    "passwords.checkout_unused": Text("check-out ended unread", "パスワード払出しの終了(未閲覧)"),
    "passwords.checkout_settled": Text("password renewed after check-out", "払出し後のパスワード変更完了"),
    "vault.read": Text("password read by a person", "パスワードの閲覧"),
    "vault.key_rotated": Text("key of the vault renewed", "保管庫の鍵の更新"),
    "breakglass.exported": Text("break-glass export made", "緊急時の持出しの作成"),
    "breakglass.tested": Text("break-glass export tested", "緊急時の持出しの確認"),
    "operator.removed": Text("operator deactivated", "運用担当者の無効化"),
    "operator.wrong_password": Text("wrong password of an operator", "運用担当者のパスワード誤り"),
    "incident.declared": Text("incident declared", "インシデントの宣言"),
    "notification.failed": Text("a message could not be delivered", "通知の送信失敗"),
}


def title_of(kind: str) -> Text:
    return TITLES.get(kind, Text(kind, kind))


ABOUT: Mapping[str, tuple[Text, tuple[str, ...], Mapping[str, tuple[str, ...]]]] = {
    "approvals": (
        Text("plans that wait for approval", "承認待ちの計画"),
        ("job.planned", "schedule.waits_approval", "trigger.waits_approval"),
        {},
    ),
    "failures": (
        Text("what did not end well", "失敗・停止・未実施"),
        (
            *("job.ended", "job.stopped", "job.not_planned", "job.stale", "job.expired"),
            *("schedule.run_failed", "schedule.run_missed", "trigger.run_failed"),
        ),
        {"state": ("!DONE",)},
    ),
    "passwords": (
        Text("who read or holds a password, and what was torn", "パスワードの閲覧・払出し・不一致"),
        ("vault.read", "passwords.check*", "passwords.adopted", "breakglass.*"),
        {},
    ),
    "schedules": (
        Text("changes and misses of schedules", "スケジュールの変更と未実施"),
        (
            *("schedule.added", "schedule.changed", "schedule.paused", "schedule.resumed", "schedule.ended"),
            *("schedule.run_missed", "schedule.run_skipped", "schedule.run_failed"),
        ),
        {},
    ),
}
"""Ready-made subscriptions: what they are about, kinds of events, filters."""
