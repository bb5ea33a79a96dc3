"""Images, tables, histograms, files and artifacts; what was logged comes back."""
import json
import os

import numpy as np
import wandb

run = wandb.init(project="media")
for step in range(3):
    run.log({"loss": 1 / (step + 1), "img": wandb.Image(np.zeros((8, 8, 3), dtype=np.uint8))})
run.log({"table": wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]]), "hist": wandb.Histogram([1, 2, 3])})
os.makedirs("out", exist_ok=True)
with open("out/model.txt", "w") as file:
    file.write("weights")
artifact = wandb.Artifact("model", type="model", metadata={"acc": 0.9})
artifact.add_file("out/model.txt")
run.log_artifact(artifact, aliases=["best"])
artifact.wait()
with open("out/extra.txt", "w") as file:
    file.write("hello")
run.save("out/extra.txt", base_path="out", policy="now")
run.finish()

api = wandb.Api()
got = api.artifact("media/model:best")
assert got.version == "v0" and got.metadata == {"acc": 0.9}, (got.version, got.metadata)
with open(os.path.join(got.download("down"), "model.txt")) as file:
    assert file.read() == "weights"
with wandb.init(project="media") as user:
    with open(os.path.join(user.use_artifact("model:latest").download("down2"), "model.txt")) as file:
        assert file.read() == "weights"
back = api.run(f"media/{run.id}")
assert "model:v0" in [a.name for a in back.logged_artifacts()]
names = [file.name for file in back.files()]
assert any(name.startswith("media/images/") for name in names) and "extra.txt" in names, names
assert back.file("extra.txt").download("down3", replace=True).read() == "hello"
assert [a.name for a in api.run(f"media/{user.id}").used_artifacts()] == ["model:v0"]
second = wandb.init(project="media")
with open("out/model.txt", "w") as file:
    file.write("better weights")
artifact = wandb.Artifact("model", type="model")
artifact.add_file("out/model.txt")
second.log_artifact(artifact).wait()
second.finish()
assert wandb.Api().artifact("media/model:latest").version == "v1"
assert wandb.Api().artifact("media/model:best").version == "v0"
print("RESULT=" + json.dumps({"run": run.id}))
