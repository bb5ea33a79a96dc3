"""Three processes of one run in W&B's shared mode, as of a distributed training; the last one ends after the first."""
import os
import subprocess
import sys

import wandb

RUN = "sharedrun"


def work(label, primary):
    settings = wandb.Settings(mode="shared", x_label=label, x_primary=primary, x_update_finish_state=primary)
    run = wandb.init(project="shared", id=RUN, settings=settings)
    for step in range(5):
        run.log({f"{label}/x": step, "who": label})
        print(f"{label} says {step}", flush=True)
    return run


if len(sys.argv) > 1:
    run = work(sys.argv[1], primary=False)
    run.summary[f"done_{sys.argv[1]}"] = True
    run.finish()
else:
    # As on another machine: not through the side process of this one.
    env = {name: value for name, value in os.environ.items() if name != "WANDB_SERVICE"}
    first = work("main", primary=True)
    subprocess.run([sys.executable, __file__, "worker"], check=True, env=env)
    first.finish()
    subprocess.run([sys.executable, __file__, "late"], check=True, env=env)
    rows = list(wandb.Api().run(f"shared/{RUN}").scan_history(keys=["late/x"]))
    assert [row["late/x"] for row in rows] == list(range(5)), rows
    print("RESULT=done")
