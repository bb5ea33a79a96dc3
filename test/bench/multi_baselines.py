"""The problems of multi-problems.ts under Optuna's samplers: prints a JSON list of rows. Arguments: seeds, trials."""

import json
import math
import sys
import warnings

import numpy
import optuna
from optuna._hypervolume import compute_hypervolume

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def zdt(front):
    def losses(x):
        g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
        return [x[0], g * front(x[0], g)]

    return losses


def dtlz2(x):
    g = 1 + sum((u - 0.5) ** 2 for u in x[2:])
    a, b = x[0] * math.pi / 2, x[1] * math.pi / 2
    return [g * math.cos(a) * math.cos(b), g * math.cos(a) * math.sin(b), g * math.sin(a)]


def kursawe(u):
    x = [10 * v - 5 for v in u]
    first = sum(-10 * math.exp(-0.2 * math.hypot(x[i], x[i + 1])) for i in (0, 1))
    return [first, sum(abs(v) ** 0.8 + 5 * math.sin(v**3) for v in x)]


def fonseca(u):
    x = [8 * v - 4 for v in u]
    c = 1 / math.sqrt(len(x))
    return [1 - math.exp(-sum((v + sign * c) ** 2 for v in x)) for sign in (-1, 1)]


PROBLEMS = [
    ("zdt1", 6, zdt(lambda f, g: 1 - math.sqrt(f / g)), [1.1, 1.1]),
    ("zdt2", 6, zdt(lambda f, g: 1 - (f / g) ** 2), [1.1, 1.1]),
    ("zdt3", 6, zdt(lambda f, g: 1 - math.sqrt(f / g) - f / g * math.sin(10 * math.pi * f)), [1.1, 1.1]),
    ("dtlz2", 6, dtlz2, [1.1, 1.1, 1.1]),
    ("kursawe", 3, kursawe, [-14, 0]),
    ("fonseca", 4, fonseca, [1, 1]),
]
SAMPLERS = {
    # The default of 50 would leave only two generations in 100 trials.
    "optuna nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed, population_size=20),
    "optuna motpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
}

seeds, budget = int(sys.argv[1]), int(sys.argv[2])
rows = []
for name, dimensions, losses, reference in PROBLEMS:
    for method, sampler in SAMPLERS.items():
        volumes = []
        for seed in range(seeds):
            study = optuna.create_study(directions=["minimize"] * len(reference), sampler=sampler(seed))
            study.optimize(
                lambda trial: losses([trial.suggest_float(f"x{i}", 0, 1) for i in range(dimensions)]),
                n_trials=budget,
            )
            values = numpy.array([trial.values for trial in study.trials])
            inside = values[(values < numpy.array(reference)).all(axis=1)]
            volumes.append(float(compute_hypervolume(inside, numpy.array(reference))) if len(inside) else 0.0)
        volumes.sort()
        rows.append({"problem": name, "method": method, "median": volumes[seeds // 2], "worst": volumes[0]})
print(json.dumps(rows))
