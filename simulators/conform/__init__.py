"""Whether a terminal conforms to contract v1: it is listened to, driven as a platform would, and held to each sentence.

    live / capture_log ──> observed.Log ──> verdict.judge(checks.CHECKS) ──> terminal_report | html_report | json_report

What is a breach is decided in `checks`, without I/O and clock; `bench` decides what to answer and when; `live` and
`proxy` move bytes. Not here: what a correct payload is, which the contract's own readers know.
"""
