"""Loads the witness together with wandb in every process of a flow, so that the training programs stay as documented."""
import importlib.abc
import importlib.util
import os
import sys


class _AfterWandb(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "wandb":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("wandb")
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            import witness  # noqa: F401

        spec.loader.exec_module = exec_module
        return spec


if os.environ.get("ARTIFACT_WITNESS"):
    sys.meta_path.insert(0, _AfterWandb())
