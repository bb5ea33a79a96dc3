"""What belongs to another entity, or comes with a wrong key, is refused with an error that a script sees, and soon."""
import sys
import time

import wandb

sweep = sys.argv[1]


def refused(what, attempt):
    began = time.monotonic()
    try:
        attempt()
    except Exception as error:
        assert time.monotonic() - began < 30, f"{what} took {time.monotonic() - began} s"
        print(f"{what}: {type(error).__name__}: {error}")
        assert str(error).strip(), f"{what} says nothing"
        return
    raise AssertionError(f"{what} was taken")


CONFIG = {"method": "random", "metric": {"name": "x"}, "parameters": {"a": {"values": [1]}}}
refused("a run of another entity", lambda: wandb.init(project="refused", entity="somebody-else"))
refused("a sweep of another entity", lambda: wandb.sweep(CONFIG, project="refused", entity="somebody-else"))
refused("an agent of another entity", lambda: wandb.agent(f"somebody-else/refused/{sweep}", function=print))
refused("an unknown sweep", lambda: wandb.agent("nosuch12", function=print, project="refused"))
refused("a wrong config", lambda: wandb.sweep({**CONFIG, "parameters": {"a": {"values": []}}}, project="refused"))
refused("runs of another entity", lambda: len(wandb.Api().runs("somebody-else/refused")))
refused("a wrong key", lambda: wandb.Api(api_key="b" * 40).viewer)
print("RESULT=done")
