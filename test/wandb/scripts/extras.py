"""Rare calls: log an earlier step, request parameters, create and delete an API key."""
import json

import wandb

run = wandb.init(project="extras")
for step in range(8):
    run.log({"x": step})
run.finish()
back = wandb.init(project="extras", resume_from=f"{run.id}?_step=3")
back.log({"x": 40})
back.log({"x": 50})
back.finish()

api = wandb.Api()
sweep_id = wandb.sweep(
    {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}, project="extras"
)
enqueued = api.sweep(f"extras/{sweep_id}").enqueue_run({"x": 0.125})


def main():
    with wandb.init() as trial:
        trial.log({"loss": trial.config.x})


wandb.agent(sweep_id, function=main, count=1, project="extras")

user = wandb.Api().viewer  # an agent ends the connection of every earlier Api
before = len(user.api_keys)
key = user.generate_api_key("made by a script")
assert len(key) == 40 and wandb.Api(api_key=key).viewer.username == user.username
fresh = wandb.Api().viewer
assert len(fresh.api_keys) == before + 1 and key not in fresh.api_keys, fresh.api_keys
assert fresh.delete_api_key("made by a script")
print("RESULT=" + json.dumps({"rewound": run.id, "enqueued": enqueued}))
