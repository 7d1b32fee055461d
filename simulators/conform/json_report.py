"""A verdict as JSON, for machines: every check with its end, sentence, place in the contract and breaches."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from simulators.conform.check import Finding
from simulators.conform.contract_pages import PAGES
from simulators.conform.excerpt import excerpt
from simulators.conform.verdict import Outcome, Verdict
from simulators.instant import from_milliseconds


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    log = verdict.log
    return {
        "contract": "v1",
        "device": log.device,
        "kind": log.kind,
        "mode": log.mode,
        "verdict": verdict.word,
        "lacking": [{"en": need.en, "zh": need.zh} for need in verdict.lacking],
        "first_message": from_milliseconds(log.up[0].message.at_ms) if log.up else None,
        "last_message": from_milliseconds(log.up[-1].message.at_ms) if log.up else None,
        "messages": len(log.up),
        "records": len(log.deliveries),
        "steps": [
            {"name": step.name, "began": from_milliseconds(step.began_ms), "ended": from_milliseconds(step.ended_ms)}
            for step in log.steps
        ],
        "checks": [_outcome(outcome) for outcome in verdict.outcomes],
    }


def encode_verdict(verdict: Verdict) -> bytes:
    """Return a verdict as an indented JSON document."""
    return msgspec.json.format(msgspec.json.encode(verdict_document(verdict)), indent=1) + b"\n"


def _outcome(outcome: Outcome) -> dict[str, Any]:
    check, missing = outcome.check, outcome.missing
    return {
        "id": check.id,
        "severity": check.severity,
        "status": outcome.status,
        "sentence": {"en": check.en, "zh": check.zh},
        "contract": {language: PAGES[check.part].where(language) for language in ("en", "zh")},
        "why_not_tried": None if missing is None else {"en": missing.en, "zh": missing.zh},
        "total": outcome.total,
        "findings": [_finding(finding) for finding in outcome.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {"en": finding.en, "zh": finding.zh}
    if finding.message is None:
        return said
    offending = finding.offending or finding.message.payload
    return said | {
        "at": from_milliseconds(finding.message.at_ms),
        "topic": finding.message.topic,
        "excerpt": excerpt(offending),
        "payload": b64encode(finding.message.payload).decode(),
    }
