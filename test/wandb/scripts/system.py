"""System metrics, console lines, alerts and define_metric."""
import json
import time

import wandb

run = wandb.init(project="system", settings=wandb.Settings(x_stats_sampling_interval=1))
run.define_metric("loss", summary="min")
for step in range(5):
    run.log({"loss": abs(step - 2)})
    print(f"line {step}")
    time.sleep(1)
    run.alert("slow", text=f"step {step}", level="WARN", wait_duration=60)
run.finish()
back = wandb.Api().run(f"system/{run.id}")
events = back.history(stream="events", pandas=False)
assert len(events) > 0 and any(key.startswith("system.") for key in events[0]), events[:1]
assert back.summary["loss"]["min"] == 0, dict(back.summary)
print("RESULT=" + json.dumps({"run": run.id}))
