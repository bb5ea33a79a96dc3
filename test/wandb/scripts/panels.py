"""Every kind of media that the dashboard shows; `test/wandb/record-media.ts` records it for the browser tests."""
import json
import os
import sys
import wave

import numpy as np
import wandb

try:
    import plotly.graph_objects as go
except ImportError:
    go = None

rng = np.random.default_rng(7)
run = wandb.init(project="panels", name="panels", config={"lr": 0.1})
os.makedirs("own", exist_ok=True)
with wave.open("own/tone.wav", "wb") as sound:
    sound.setnchannels(1)
    sound.setsampwidth(1)
    sound.setframerate(8000)
    sound.writeframes((128 + 60 * np.sin(np.arange(2000) / 3)).astype(np.uint8).tobytes())
CLASSES = {0: "ground", 1: "cat", 2: "dog"}


def picture(step, size=24):
    pixels = np.zeros((size, size, 3), dtype=np.uint8)
    pixels[..., step % 3] = 40 + 30 * step
    pixels[4 : 8 + step, 6 : 10 + step, :] = 220
    return pixels


def labelled(step):
    mask = np.zeros((24, 24), dtype=np.uint8)
    mask[4:12, 4:12] = 1
    mask[14:20, 10 : 12 + step] = 2
    box = {"position": {"minX": 0.1, "maxX": 0.5, "minY": 0.2, "maxY": 0.6}, "class_id": 1, "box_caption": "cat 0.9", "scores": {"p": 0.9}}
    pixel_box = {"position": {"middle": [16, 16], "width": 8, "height": 6}, "domain": "pixel", "class_id": 2, "scores": {"p": 0.3}}
    return wandb.Image(
        picture(step),
        caption=f"epoch {step}",
        masks={"prediction": {"mask_data": mask, "class_labels": CLASSES}},
        boxes={"detections": {"box_data": [box, pixel_box], "class_labels": CLASSES}},
    )


for step in range(6):
    row = {"loss": 1 / (step + 1), "weights/layer1": wandb.Histogram(rng.normal(step / 3, 1, 500), num_bins=24)}
    if step % 2 == 0:
        row["val/samples"] = [wandb.Image(picture(step + i), caption=f"sample {i}") for i in range(3)]
        row["val/segmented"] = labelled(step)
    run.log(row)
table = wandb.Table(columns=["id", "label", "score", "image", "right", "when"])
for i in range(40):
    table.add_data(i, "cat" if i % 2 else "dog", float(rng.uniform()), wandb.Image(picture(i % 6, 8)), i % 3 == 0, None if i == 7 else f"2026-01-{i % 28 + 1:02d}")
mixed = wandb.Table(columns=["id", "picture", "sound", "page"])
for i in range(2):
    mixed.add_data(i, labelled(2 * i), wandb.Audio("own/tone.wav", caption=f"tone {i}", sample_rate=8000), wandb.Html(f"<p>page {i}</p>"))
increments = wandb.Table(columns=["epoch", "text"], log_mode="INCREMENTAL")
for i in range(3):
    increments.add_data(i, f"answer {i}")
    run.log({"answers": increments})
last = {"cells, mixed": mixed, "predictions": table, "page": wandb.Html("<p id='hello'>before</p><script>document.getElementById('hello').textContent = 'after'</script>")}
last["tone"] = wandb.Audio("own/tone.wav", caption="a tone", sample_rate=8000)
last["two_tones"] = [wandb.Audio("own/tone.wav", caption=f"tone {i}") for i in range(2)]
if len(sys.argv) > 1:
    last["clip"] = wandb.Video(sys.argv[1], caption="a clip", format="webm")
last["cloud"] = wandb.Object3D(np.concatenate([rng.normal(size=(200, 3)), rng.integers(1, 4, (200, 1))], axis=1))
if go:
    last["figure"] = go.Figure(data=[go.Scatter(x=[1, 2, 3], y=[4, 1, 3], name="a line")], layout={"title": {"text": "A figure"}})
with open("own/water.pdb", "w") as file:
    file.write("HETATM    1  O   HOH A   1       0.000   0.000   0.000  1.00  0.00           O\nEND\n")
last["molecule"] = wandb.Molecule("own/water.pdb")
run.log(last)
xy = wandb.Table(columns=["x", "y"], data=[[i, i * i % 7] for i in range(12)])
truth = rng.integers(0, 3, 60)
guess = np.where(rng.uniform(size=60) < 0.7, truth, rng.integers(0, 3, 60))
run.log(
    {
        "plots/line": wandb.plot.line(xy, "x", "y", title="A line"),
        "plots/bar": wandb.plot.bar(wandb.Table(columns=["name", "height"], data=[["a", 3], ["b", 1]]), "name", "height", title="Bars"),
        "plots/scatter": wandb.plot.scatter(xy, "x", "y", title="Dots"),
        "plots/histogram": wandb.plot.histogram(wandb.Table(columns=["s"], data=[[float(v)] for v in rng.normal(size=50)]), "s", title="Scores"),
        "plots/confusion": wandb.plot.confusion_matrix(y_true=truth.tolist(), preds=guess.tolist(), class_names=["ground", "cat", "dog"]),
        "plots/lines": wandb.plot.line_series(xs=[0, 1, 2], ys=[[1, 2, 3], [3, 1, 2]], keys=["up", "down"], title="Series", xname="epoch"),
        "plots/roc": wandb.plot.roc_curve(truth.tolist(), np.eye(3)[guess] * 0.7 + 0.1, labels=["ground", "cat", "dog"]),
        "plots/own": wandb.plot_table("me/my-chart", xy, {"x": "x"}, {"title": "Own"}),
    }
)
run.finish()
print("RESULT=" + json.dumps({"run": run.id}))
