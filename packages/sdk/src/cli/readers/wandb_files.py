"""Copies files of runs from one server to another: python wandb_files.py SOURCE_URL

Reads lines {"from": PATH, "to": PATH} on standard input and prints {"copied": COUNT, "from": PATH} for each. The keys are SOURCE_API_KEY and
WANDB_API_KEY; the address of the target is WANDB_BASE_URL. Files that the target has with the same size are not sent again.
"""
import json
import os
import sys
import tempfile

import wandb


def copy(source, target, folder):
    there = {file.name: file.size for file in target.files()}
    copied = 0
    for file in source.files():
        if there.get(file.name) == file.size:
            continue
        file.download(root=folder, replace=True)
        target.upload_file(os.path.join(folder, file.name), root=folder)
        os.remove(os.path.join(folder, file.name))
        copied += 1
    return copied


def main(url):
    source = wandb.Api(overrides={"base_url": url}, api_key=os.environ["SOURCE_API_KEY"], timeout=60)
    target = wandb.Api(timeout=60)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    # The client prints what it does.
    sys.stdout = sys.stderr
    for text in sys.stdin:
        pair = json.loads(text)
        with tempfile.TemporaryDirectory() as folder:
            copied = copy(source.run(pair["from"]), target.run(pair["to"]), folder)
        print(json.dumps({"copied": copied, "from": pair["from"]}), file=out)


if __name__ == "__main__":
    main(*sys.argv[1:])
