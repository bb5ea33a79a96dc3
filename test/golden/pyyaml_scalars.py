"""Writes pyyaml_scalars.golden.json: what the PyPI package PyYAML==6.0.3 reads for plain scalars.

    python3 -m venv V && V/bin/pip install PyYAML==6.0.3 && V/bin/python test/golden/pyyaml_scalars.py

Each row is the text of a scalar, the Python type of its value ("error" when safe_load fails) and the value: integers and
floats as text, since JSON has no infinities and no integers beyond 2^53. The texts are listed ones and random ones of the
characters that numbers have.
"""

import json
import pathlib
import random

import yaml

LISTED = """1 0 -0 +1 007 010 -010 08 09 019 0o17 0o8 0b101 -0b11 0b102 0x1F -0x1f 0x_ff 0xg 1_000 10_000_000 1_ _1 1__0 0_7 1_000.5 1_0.0e+3 1.5_0 1_0e3
1e-5 1E5 1e5 1.0e5 1.0e+05 1.0e-5 1.e+3 5. .5 -.5 +.5 . .e3 1e 1e+ e5 12e5678 7e10a3b 41e9077 1e400 -1e999 1e-400 1:30 1:60 16:9 190:20:30 190:20:30.15 -1:30 1_2:30 0:0 01:30
yes Yes YES yEs no No NO on On ON off Off OFF y Y n N true True TRUE tRUE false null Null NULL nUll ~ .inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN -.nan inf nan NaN Infinity
abc a1 1a 1.2.3 v1.0 1-2 2020-01-01x --1 +-1 ++ -- 0x 0b 0o 00 000 0.0 -0.0 00.5 01.5 1.0 100 123456789012345678 0b0_1 0x_ 0b_ 0_ 1.0_ +0b1 +0x1 +0o7 +010 0e0 0.e1 1e1_0 3_1.4_1 ._1 .1_5""".split()

rng = random.Random(7)
ALPHABET = "01234567890011._:-+eExbon"
texts = dict.fromkeys(LISTED)
while len(texts) < 1_500:
    texts.setdefault("".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 7))))


def row(text):
    """None for a text that is no plain scalar after a key."""
    try:
        scalar = yaml.compose(f"a: {text}\n").value[0][1]
    except yaml.YAMLError:
        return None
    if not isinstance(scalar, yaml.ScalarNode) or scalar.value != text:
        return None
    try:
        value = yaml.safe_load(f"a: {text}\n")["a"]
    except (yaml.YAMLError, ValueError):
        return [text, "error", None]
    kind = {type(None): "null"}.get(type(value), type(value).__name__)
    if isinstance(value, (bool, str)) or value is None:
        return [text, kind, value]
    return [text, kind, repr(value) if isinstance(value, float) else str(value)]


rows = [found for found in map(row, texts) if found]
path = pathlib.Path(__file__).with_name("pyyaml_scalars.golden.json")
path.write_text("[\n" + ",\n".join(json.dumps(found) for found in rows) + "\n]\n")
