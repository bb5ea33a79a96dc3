"""What belongs to another entity, or comes with a wrong key, is refused with the sentence of the service, not by running out of time."""
import sys

import wandb

sweep = sys.argv[1]


def refused(what, sentence, attempt):
    try:
        attempt()
    except Exception as error:
        print(f"{what}: {type(error).__name__}: {error}")
        assert sentence in str(error), f"{what} does not say {sentence!r}"
        return
    raise AssertionError(f"{what} was taken")


CONFIG = {"method": "random", "metric": {"name": "x"}, "parameters": {"a": {"values": [1]}}}
refused("a wrong config", "parameters.a", lambda: wandb.sweep({**CONFIG, "parameters": {"a": {"values": []}}}, project="refused"))
refused("a run of another entity", "has no access to", lambda: wandb.init(project="refused", entity="somebody-else"))
refused("a sweep of another entity", "has no access to", lambda: wandb.sweep(CONFIG, project="refused", entity="somebody-else"))
# An agent notes entity and project in the environment, where later calls find them.
refused("an unknown sweep", "not found", lambda: wandb.agent("local/refused/nosuch12", function=print))
refused("an agent of another entity", "has no access to", lambda: wandb.agent(f"somebody-else/refused/{sweep}", function=print))
refused("runs of another entity", "Could not find project", lambda: len(wandb.Api().runs("somebody-else/refused")))
refused("a wrong key", "API key", lambda: wandb.Api(api_key="b" * 40).viewer)
print("RESULT=done")
