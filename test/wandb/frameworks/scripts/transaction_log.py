"""Reads what the client recorded on this machine: the records of `run-*.wandb`, which are framed as a LevelDB log."""
import json
import struct

from wandb.proto import wandb_internal_pb2

FILE_HEADER, BLOCK, RECORD_HEADER = 7, 32768, 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def records(path):
    with open(path, "rb") as opened:
        data = opened.read()
    at, parts = FILE_HEADER, b""
    while at + RECORD_HEADER <= len(data):
        left = BLOCK - at % BLOCK
        if left < RECORD_HEADER:
            at += left
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + RECORD_HEADER])
        chunk = data[at + RECORD_HEADER : at + RECORD_HEADER + length]
        at += RECORD_HEADER + length
        parts = chunk if kind in (FULL, FIRST) else parts + chunk
        if kind in (FULL, LAST):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(parts)
            yield record


def _set(tree, item, value):
    path = list(item.nested_key) or [item.key]
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = value


def _apply(tree, change):
    for item in change.update:
        _set(tree, item, json.loads(item.value_json))
    for item in change.remove:
        tree.pop(item.key or item.nested_key[0], None)


def read(path):
    """What one process recorded of its run: the run itself, its config, its history and the names of its files."""
    run, config, history, files = None, {}, [], set()
    for record in records(path):
        kind = record.WhichOneof("record_type")
        if kind == "run":
            # Later ones carry what the program changed, such as tags.
            run = record.run
            _apply(config, record.run.config)
        elif kind == "config":
            _apply(config, record.config)
        elif kind == "history":
            row = {}
            for item in record.history.item:
                _set(row, item, json.loads(item.value_json))
            row.setdefault("_step", record.history.step.num)
            history.append(row)
        elif kind == "files":
            files.update(item.path for item in record.files.files)
    config.pop("_wandb", None)
    return run, config, history, files
