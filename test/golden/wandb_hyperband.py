"""Writes wandb_hyperband.golden.json: what the PyPI package sweeps==0.2.0 decides about early termination.

    python3 -m venv V && V/bin/pip install sweeps==0.2.0 && V/bin/python test/golden/wandb_hyperband.py

Each case is a sweep of several histories in which the last run has just reached one of the bands, and asks. The package
compares the best value so far; its thresholds are kept too, so that a comparison of the value at the band can be
checked against the same numbers.
"""

import json
import pathlib
import random

from sweeps import RunState, SweepRun
from sweeps.hyperband_stopping import hyperband_stop_runs

CONFIGS = [
    {"min_iter": 1},
    {"min_iter": 2, "eta": 2},
    {"min_iter": 3, "eta": 3},
    {"min_iter": 1, "eta": 1.5},
    {"min_iter": 2, "eta": 2.7},
    {"max_iter": 27, "s": 2},
    {"max_iter": 27, "s": 3, "eta": 3},
    {"max_iter": 20, "s": 2, "eta": 2},
    {"max_iter": 9, "s": 5, "eta": 2},
    {"max_iter": 12, "s": 2, "eta": 4, "min_iter": 1},
]


def curve(rng, length, sign):
    level, start, noise = rng.uniform(0, 1), rng.uniform(0.5, 2), rng.choice([0, 0.05, 0.3])
    values = [round(level + start / (n + 1) + rng.gauss(0, noise), 4) for n in range(length)]
    return [float("nan") if rng.random() < 0.05 else sign * value for value in values]


def finite(history):
    return [value for value in history if value == value]


def main():
    cases = []
    for seed in range(80):
        rng = random.Random(seed)
        options = CONFIGS[seed % len(CONFIGS)]
        goal = rng.choice(["minimize", "maximize"])
        config = {
            "method": "random",
            "metric": {"name": "m", "goal": goal},
            "early_terminate": {"type": "hyperband", **options},
            "parameters": {"a": {"values": [1, 2]}},
        }
        sign = -1 if goal == "maximize" else 1
        peers = [curve(rng, rng.randint(1, 30), sign) for _ in range(rng.randint(0, 11))]
        if seed % 7 == 0 and peers:  # a tie with the run that is evaluated
            peers.append(list(peers[0]))

        # The first call returns the bands. It evaluates only running runs; the others are peers.
        def run(name, history, state):
            # By its alias: pydantic 2, which pip installs, ignores the field name.
            return SweepRun(name=name, state=state, sampledHistory=[{"m": value} for value in history])

        probe = run("probe", [0.0], RunState.running)
        hyperband_stop_runs([probe], config)
        bands = sorted(set(probe.early_terminate_info["bands"]))
        reachable = [band for band in bands if band < 20]
        band = rng.choice(reachable)
        own = list(peers[-1]) if seed % 7 == 0 and peers else curve(rng, 40, sign)
        while len(finite(own)) <= band:
            own += curve(rng, 10, sign)
        while len(finite(own)) > band + 1:
            own.pop()

        asking = run("asking", own, RunState.running)
        runs = [run(str(k), history, RunState.finished) for k, history in enumerate(peers)] + [asking]
        stopped = hyperband_stop_runs(runs, config)
        info = asking.early_terminate_info
        threshold = info["thresholds"][info["bands"].index(band)]
        cases.append(
            {
                "options": options,
                "goal": goal,
                "bands": bands[:12],
                "band": band,
                "peers": [finite(history) for history in peers],
                "own": finite(own),
                "threshold": threshold,
                "stop": any(run.name == "asking" for run in stopped),
            }
        )
    path = pathlib.Path(__file__).with_name("wandb_hyperband.golden.json")
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.write_text(f"[\n{lines}\n]\n")
    print(len(cases), "cases,", sum(case["stop"] for case in cases), "stopped")


main()
