"""Starts SageMaker training jobs; each is one agent of the sweep. `--dry-run` prints the requests.

python start.py acme/digits/SWEEP --jobs 4
"""

import argparse
import json
import pathlib
import time

parser = argparse.ArgumentParser()
parser.add_argument("sweep", help="entity/project/sweep")
parser.add_argument("--jobs", type=int, default=1)
parser.add_argument("--dry-run", action="store_true")
args = parser.parse_args()

request = json.loads(pathlib.Path(__file__).with_name("training-job.json").read_text())
entity, project, sweep = args.sweep.split("/")
request["Environment"]["SWEEP"] = args.sweep
started = time.strftime("%Y%m%d-%H%M%S", time.gmtime())

for index in range(1, args.jobs + 1):
    name = f"sweep-{sweep}-{started}-{index}"
    # Jobs share the checkpoints, because a trial may continue on another machine.
    job = {**request, "TrainingJobName": name}
    if args.dry_run:
        print(json.dumps(job))
        continue
    import boto3

    boto3.client("sagemaker").create_training_job(**job)
    print(name)
