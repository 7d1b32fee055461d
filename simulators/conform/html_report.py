"""A verdict as one HTML page without anything from elsewhere: breaches first, in two languages, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from simulators.conform.check import Finding
from simulators.conform.contract_pages import PAGES
from simulators.conform.excerpt import excerpt, shown
from simulators.conform.html_style import SCRIPT, STYLE
from simulators.conform.observed import Log
from simulators.conform.script import SCRIPT as STEPS
from simulators.conform.verdict import Outcome, Verdict, Word
from simulators.instant import from_milliseconds

_WORDS: dict[Word, tuple[str, str, str]] = {
    "conforms": ("pass", "Conforms to contract v1", "符合协议 v1"),
    "no_breach_in_capture": (
        "pass",
        "No breach of contract v1 in what a capture can show",
        "在录制所能体现的内容中未见不符合协议 v1",
    ),
    "does_not_conform": ("fail", "Does not conform to contract v1", "不符合协议 v1"),
    "incomplete": ("none", "No breach found, but incomplete", "未见不符合，但检验不完整"),
    "not_judged": ("none", "Could not be judged", "无法判定"),
}
_SEVERITY = {"must": ("must", "必须"), "should": ("should", "建议")}


def encode_page(verdict: Verdict) -> bytes:
    """Return the page."""
    return "\n".join(_page(verdict)).encode()


def both(en: str, zh: str, tag: str = "span") -> str:
    """Return a text in both languages, of which the page shows one."""
    return f'<{tag} lang="en">{escape(en)}</{tag}><{tag} lang="zh">{escape(zh)}</{tag}>'


def _page(verdict: Verdict) -> Iterator[str]:
    device = escape(verdict.log.device)
    yield '<!doctype html>\n<html lang="en" class="en"><head><meta charset="utf-8">'
    yield f"<title>{device}: muckline conform</title>"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style></head><body><main>"
    yield from _head(verdict)
    breaks, passed, not_tried = (verdict.of(status) for status in ("breaks", "conforms", "not_tried"))
    if breaks:
        yield f"<section><h2>{both('What does not conform', '不符合项')}</h2>"
        yield from (part for outcome in breaks for part in _breach(outcome))
        yield "</section>"
    yield from _passed(passed)
    yield from _not_tried(not_tried)
    yield from _course(verdict.log)
    yield f"</main><script>{SCRIPT}</script></body></html>\n"


def _head(verdict: Verdict) -> Iterator[str]:
    kind, en, zh = _WORDS[verdict.word]
    log = verdict.log
    yield f'<header class="{kind}"><div class="bar"><span class="brand">Muckline · conform</span>'
    yield '<button id="language" type="button">中文</button></div>'
    yield f"<h1>{escape(log.device)}</h1><p class=verdict>{both(en, zh)}</p><dl>"
    facts: list[tuple[tuple[str, str], str]] = [
        (("Breaches, must", "必须项不符合"), str(sum(one.is_grave for one in verdict.outcomes))),
        (("Breaches, should", "建议项不符合"), str(sum(o.check.severity == "should" for o in verdict.of("breaks")))),
        (("Passed", "通过"), str(len(verdict.of("conforms")))),
        (("Not tried", "未检验"), str(len(verdict.of("not_tried")))),
        (("Messages", "报文"), str(len(log.up))),
        (("Records", "记录"), str(len(log.deliveries))),
    ]
    for (en, zh), value in facts:
        yield f"<div><dt>{both(en, zh)}</dt><dd>{escape(value)}</dd></div>"
    yield "</dl>"
    if verdict.word == "incomplete":
        needs = "".join(f"<li>{both(need.en, need.zh)}</li>" for need in verdict.lacking)
        yield f"<div class=lacking>{both('Still to be tried:', '尚待检验：')}<ul>{needs}</ul></div>"
    if log.up:
        first, last = _clock(log.up[0].message.at_ms), _clock(log.up[-1].message.at_ms)
        mode = both("live", "在线") if log.mode == "live" else both("capture", "录制")
        yield f'<p class="when">{mode} · {first} – {last} UTC</p>'
    yield "</header>"


def _severity(outcome: Outcome) -> str:
    return f'<b class="tag {outcome.check.severity}">{both(*_SEVERITY[outcome.check.severity])}</b>'


def _breach(outcome: Outcome) -> Iterator[str]:
    check = outcome.check
    yield f'<article class="{check.severity}" id="{check.id}"><h3>{_severity(outcome)} {both(check.en, check.zh)}</h3>'
    yield f'<p class="where"><code>{check.id}</code> · {_where(outcome)} · '
    yield both(f"found {outcome.total} ×", f"{outcome.total} 处") + "</p>"
    for finding in outcome.findings:
        yield from _finding(finding)
    if outcome.total > len(outcome.findings):
        more = outcome.total - len(outcome.findings)
        yield f'<p class="more">{both(f"and {more} more", f"另有 {more} 处")}</p>'
    yield "</article>"


def _where(outcome: Outcome) -> str:
    part = PAGES[outcome.check.part]
    return both(f"Contract v1, section {part.number}: {part.en}", f"协议 v1 第 {part.number} 节：{part.zh}")


def _finding(finding: Finding) -> Iterator[str]:
    yield f'<div class="finding"><p>{both(shown(finding.en), shown(finding.zh))}</p>'
    if finding.message is not None:
        at = _clock(finding.message.at_ms, milliseconds=True)
        yield f'<p class="at">{at} <code>{escape(shown(finding.message.topic))}</code></p>'
        offending = excerpt(finding.offending or finding.message.payload)
        yield f"<pre{' class=dump' if offending.startswith('0000  ') else ''}>{escape(offending)}</pre>"
    yield "</div>"


def _passed(outcomes: Iterable[Outcome]) -> Iterator[str]:
    yield f"<section><h2>{both('What conforms', '符合项')}</h2><table><tbody>"
    for outcome in outcomes:
        said = both(outcome.check.en, outcome.check.zh)
        yield f'<tr><td class="tick">✓</td><td>{said}</td><td><code>{outcome.check.id}</code></td></tr>'
    yield "</tbody></table></section>"


def _not_tried(outcomes: Iterable[Outcome]) -> Iterator[str]:
    yield f"<section><h2>{both('What was not tried, and why', '未检验项及原因')}</h2><table><tbody>"
    for outcome in outcomes:
        why = "" if outcome.missing is None else both(outcome.missing.en, outcome.missing.zh)
        said = both(outcome.check.en, outcome.check.zh)
        yield f'<tr><td class="tick">–</td><td>{said}<br><small>{why}</small></td>'
        yield f"<td><code>{outcome.check.id}</code></td></tr>"
    yield "</tbody></table></section>"


def _course(log: Log) -> Iterator[str]:
    if not log.steps:
        return
    names = {step.name: (step.en, step.zh) for step in STEPS}
    yield f"<section><h2>{both('What was done', '检验过程')}</h2><table><tbody>"
    for mark in log.steps:
        seconds = (mark.ended_ms - mark.began_ms) / 1000
        said = both(*names[mark.name])
        yield f"<tr><td class=at>{_clock(mark.began_ms)}</td><td>{said}</td><td>{seconds:.0f} s</td></tr>"
    yield "</tbody></table></section>"


def _clock(at_ms: int, *, milliseconds: bool = False) -> str:
    text = from_milliseconds(at_ms).replace("T", " ")
    return text[:23] if milliseconds else text[:19]
