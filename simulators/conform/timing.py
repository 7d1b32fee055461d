"""How long each part of a trial takes, and the limits in time and number that a terminal is held to.

Everything that waits or judges a wait takes its number from here, so that a trial can be run on a bench in a quarter of
an hour and in tests in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Lengths of the steps and limits of the checks.

    Attributes:
        listen_s: Everything is acknowledged at once. [s]
        withhold_s: Nothing is acknowledged: three rounds of a terminal that waits 15, 30 and 60 s. [s]
        partial_s: Every second record is acknowledged. [s]
        other_epoch_s: Records are acknowledged under an epoch that is not theirs. [s]
        repeat_s: Acknowledgements come twice, and unreadable ones between them. [s]
        refuse_s: A message is refused by its checksum. [s]
        command_s: Commands are sent, sound and unsound. [s]
        config_s: Settings are sent and their effect is watched. [s]
        cut_s: The proxy breaks the link and refuses connections. [s]
        antenna_s: Somebody pulls the antenna. [s]
        power_s: Nothing is acknowledged, and somebody pulls the power. [s]
        settle_s: After each step: what was withheld is acknowledged, and what is late may come. [s]
        return_s: After a broken link: the terminal comes back and sends its backlog. [s]
        first_word_s: A terminal that says nothing for this long is not there. [s]
        retry_first_most_s: What is not acknowledged comes again within this. [s]
        retry_least_s: And not before this. [s]
        window_most: Messages in flight, not yet acknowledged.
        grace_s: What was under way when an answer was given does not count against the terminal. [s]
        locate_s: The fix that `locate` asks for is recorded within this. [s]
        capture_least_s: A capture that spans less shows too little to be called sound. [s]
        reply_s: A command is answered within this. [s]
        connect_least_s: Mean pause between two attempts to connect. [s]
        config_interval_s: The interval that the settings ask for; whole seconds. [s]
        corner_deg: The corner that they ask for. [deg]
    """

    listen_s: float = 90.0
    withhold_s: float = 150.0
    partial_s: float = 90.0
    other_epoch_s: float = 90.0
    repeat_s: float = 20.0
    refuse_s: float = 90.0
    command_s: float = 60.0
    config_s: float = 90.0
    cut_s: float = 60.0
    antenna_s: float = 60.0
    power_s: float = 90.0
    settle_s: float = 10.0
    return_s: float = 60.0
    first_word_s: float = 150.0
    retry_first_most_s: float = 60.0
    retry_least_s: float = 5.0
    window_most: int = 4
    grace_s: float = 3.0
    locate_s: float = 2.0
    capture_least_s: float = 600.0
    reply_s: float = 20.0
    connect_least_s: float = 1.0
    config_interval_s: int = 5
    corner_deg: int = 15
