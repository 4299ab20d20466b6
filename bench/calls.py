"""How many telephone calls a core carries: the whole house in one process, the telephone network in this one.

    python -m bench.calls --calls 10 25 50 100

Everybody speaks half of the time. Counted is the server's process alone, all threads of it, while every call lasts.
"""

import argparse

import numpy as np

from bench.house import TOKEN, server
from bench.speech import MOST_LATE_SECONDS
from bench.telephones import Speech, Telephone, talk, utterances

WARM_UP_SECONDS = 3.0
COUNT_SECONDS = 12.0
_TAIL_SECONDS = 4.0
"""Everybody comes to the end of what they say before they hang up."""


def measure(count: int) -> None:
    said = utterances()
    with server() as house:
        before = house.ask("hold")
        telephones = [Telephone(house.address, TOKEN, Speech(said, seed=number)) for number in range(count)]
        late: list[float] = []
        talk(telephones, WARM_UP_SECONDS, [])
        house.ask("begin")
        talk(telephones, COUNT_SECONDS, late)
        figures = house.ask("end")
        after = house.ask("hold")
        for telephone in telephones:
            telephone.speech.ending = True
        talk(telephones, _TAIL_SECONDS, [])
        for telephone in telephones:
            telephone.hang_up()
        heard = house.ask("hold")["heard"]
    sent = sum(telephone.speech.begun for telephone in telephones)
    p99 = float(np.percentile(late, 99))
    print(
        f"{count:4d} calls  {figures['cores'] * 100:6.1f} % of a core  {count / figures['cores']:6.1f} a core  "
        f"{figures['cores'] / count / 50 * 1e6:6.1f} µs a frame  "
        f"lag p50 {figures['lag_p50']:.1f} p99 {figures['lag_p99']:.1f} ms  "
        f"{(after['kilobytes'] - before['kilobytes']) / count:6.0f} kB a call  "
        f"heard {heard} of {sent}  frames late p99 {p99 * 1_000:.1f} ms"
        f"{'' if p99 <= MOST_LATE_SECONDS else '  DOES NOT COUNT'}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--calls", type=int, nargs="+", default=[10, 25, 50, 100])
    for count in parser.parse_args().calls:
        measure(count)


if __name__ == "__main__":
    main()
