"""Artifacts of every kind of manifest: all files that were logged are there when they are read back."""
import json
import os

import wandb
from wandb.errors import CommError

BASE = os.environ.get("PROJECT", "kinds")


def file(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w") as out:
        out.write(text)
    return name


def read(path):
    """Name → text of all files of an artifact."""
    artifact = wandb.Api().artifact(path)
    root = artifact.download(f"down-{artifact.digest}")
    texts = {}
    for name in artifact.manifest.entries:
        with open(os.path.join(root, name)) as opened:
            texts[name] = opened.read()
    return texts


# References and tables: their ids are decoded by the client, and every length of a project's name is another padding.
for project in (BASE, BASE + "1", BASE + "22"):
    with wandb.init(project=project) as run:
        first = wandb.Artifact("first", type="dataset")
        first.add_file(file("hello.txt", "hello"))
        run.log_artifact(first).wait()
        second = wandb.Artifact("second", type="dataset")
        second.add_reference(first.get_entry("hello.txt").ref_url(), name="again.txt")
        run.log_artifact(second).wait()
        table = wandb.Table(columns=["a"], data=[[1], [2]])
        run.log({"t": table})
        holder = wandb.Artifact("holder", type="dataset")
        holder.add(table, "t")
        run.log_artifact(holder).wait()
    assert read(f"{project}/second:latest") == {"again.txt": "hello"}
    assert wandb.Api().artifact(f"{project}/holder:latest").get("t").data == [[1], [2]], project

# Incremental: each version adds files to the one before.
with wandb.init(project=BASE) as run:
    full = wandb.Artifact("acc", type="dataset")
    full.add_file(file("one.txt", "1"))
    run.log_artifact(full).wait()
    for name in ("two.txt", "three.txt", "two.txt"):
        more = wandb.Artifact("acc", type="dataset", incremental=True)
        more.add_file(file(name, name))
        run.log_artifact(more).wait()
assert read(f"{BASE}/acc:v1") == {"one.txt": "1", "two.txt": "two.txt"}
assert read(f"{BASE}/acc:latest") == {"one.txt": "1", "two.txt": "two.txt", "three.txt": "three.txt"}
assert wandb.Api().artifact(f"{BASE}/acc:v2").file_count == 3

# Distributed: several runs add to one version, the last one finishes it; then a new version begins.
for epoch in range(2):
    for worker in range(2):
        with wandb.init(project=BASE, group="g") as run:
            part = wandb.Artifact("parts", type="dataset")
            part.add_file(file(f"{worker}.txt", f"{epoch} {worker}"))
            run.upsert_artifact(part, distributed_id="x")
    with wandb.init(project=BASE, group="g") as run:
        last = wandb.Artifact("parts", type="dataset")
        last.add_file(file("2.txt", f"{epoch} 2"))
        run.finish_artifact(last, distributed_id="x").wait()
    assert read(f"{BASE}/parts:v{epoch}") == {f"{i}.txt": f"{epoch} {i}" for i in range(3)}

# A table that grows, also in a resumed run.
with wandb.init(project=BASE) as run:
    growing = wandb.Table(columns=["step", "word"], log_mode="INCREMENTAL")
    for step, word in enumerate(["first", "second"]):
        growing.add_data(step, word)
        run.log({"growing": growing})
with wandb.init(project=BASE, id=run.id, resume="must") as again:
    growing = wandb.Table(columns=["step", "word"], log_mode="INCREMENTAL")
    for step, word in enumerate(["third", "fourth"], start=2):
        growing.add_data(step, word)
        again.log({"growing": growing})
(name,) = {a.name.split(":")[0] for a in wandb.Api().run(f"{BASE}/{run.id}").logged_artifacts() if "growing" in a.name}
tables = wandb.Api().artifact(f"{BASE}/{name}:latest")
last = max(tables.manifest.entries, key=lambda text: int(text.split("-")[1].split(".")[0]))
rows = [list(row) for row in tables.get(last.removesuffix(".table.json")).data]
assert rows == [[0, "first"], [1, "second"], [2, "third"], [3, "fourth"]], rows


# The same content is the same version, and `latest` is what was logged last.
def log(text, aliases=()):
    with wandb.init(project=BASE) as run:
        artifact = wandb.Artifact("net", type="model", metadata={"text": text})
        artifact.add_file(file("net.txt", text))
        run.log_artifact(artifact, aliases=["latest", *aliases]).wait()
        return run.id


for text in ("a", "b"):
    log(text, [text])
repeated = log("a")
api = wandb.Api()
assert read(f"{BASE}/net:latest") == {"net.txt": "a"}
assert api.artifact(f"{BASE}/net:b").version == "v1"
assert [a.name for a in api.run(f"{BASE}/{repeated}").logged_artifacts()] == ["net:v0"]

# A draft of a version is a version with the old files and the new ones.
with wandb.init(project=BASE) as run:
    draft = run.use_artifact("net:v1").new_draft()
    draft.add_file(file("more.txt", "more"))
    run.log_artifact(draft).wait()
assert read(f"{BASE}/net:v2") == {"net.txt": "b", "more.txt": "more"}

# Orders, both ways; deletion; what is left of an emptied collection.
names = lambda **more: [a.name for a in api.artifacts("model", f"{BASE}/net", **more)]
assert names() == ["net:v2", "net:v1", "net:v0"], names()
assert names(order="version_index") == names(order="+version_index") == names(order="created_at") == ["net:v0", "net:v1", "net:v2"]
assert names(order="-version_index") == names(order="-created_at") == ["net:v2", "net:v1", "net:v0"]
try:
    api.artifact(f"{BASE}/net:b").delete()
    raise AssertionError("a version with an alias was deleted")
except CommError as error:
    assert "delete_aliases" in str(error), error
for version in list(api.artifacts("model", f"{BASE}/net")):
    version.delete(delete_aliases=True)
assert len(wandb.Api().artifacts("model", f"{BASE}/net")) == 0

# File names that are long or not Latin, in artifacts and in the run's own files.
odd = ["日本語/" + "模" * 60 + ".txt", "with space & plus + percent %41.txt", "é" * 100 + ".bin"]
with wandb.init(project=BASE) as run:
    named = wandb.Artifact("named", type="dataset")
    for name in odd:
        named.add_file(file("one.txt", name), name=name)
        file(os.path.join("tree", name), name)
        run.save(os.path.join("tree", name), base_path="tree", policy="now")
    run.save(file("tree/plain.txt", "plain"), base_path="tree", policy="now")
    run.log_artifact(named).wait()
assert read(f"{BASE}/named:latest") == {name: name for name in odd}
saved = {f.name: f for f in wandb.Api().run(f"{BASE}/{run.id}").files()}
for name in odd:
    assert name in saved, (name, sorted(saved))
    with saved[name].download("saved", replace=True) as opened:
        assert opened.read() == name
print("RESULT=" + json.dumps({"run": run.id}))
