"""Agents on a Ray cluster: each is an actor with its own GPU, and takes trials until the sweep has no more.

ray job submit --working-dir . -- python agents.py acme/digits/SWEEP --agents 8 --gpus 1
"""

import argparse
import os
import signal
import subprocess
import sys

NAMES = ["CHIMNEY_URL", "CHIMNEY_API_KEY", "CHECKPOINTS", "WANDB_BASE_URL", "WANDB_API_KEY", "WANDB__FILE_STREAM_NO_GZIP"]


class Agent:
    """Runs on a worker. Ray has set CUDA_VISIBLE_DEVICES to the GPUs of the actor."""

    process = None

    def run(self, command, variables):
        # Its own session: a signal to the process group of the worker would reach the agent twice, and the second one ends it at once.
        self.process = subprocess.Popen(command, env={**os.environ, **variables}, start_new_session=True)
        return self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sweep", help="entity/project/sweep")
    parser.add_argument("--agents", type=int, default=1)
    parser.add_argument("--cpus", type=float, default=1)
    parser.add_argument("--gpus", type=float, default=0)
    parser.add_argument("--wandb", action="store_true", help="wandb agent instead of chimney agent")
    args = parser.parse_args()
    command = ["wandb", "agent", "--forward-signals", "--term-timeout", "30"] if args.wandb else ["chimney", "agent"]

    import ray

    ray.init()
    variables = {name: os.environ[name] for name in NAMES if name in os.environ}
    # An actor whose node is lost starts again elsewhere. `stop` runs beside `run`.
    options = {"max_restarts": -1, "max_task_retries": -1, "max_concurrency": 2}
    actor = ray.remote(num_cpus=args.cpus, num_gpus=args.gpus, **options)(Agent)
    agents = [actor.remote() for _ in range(args.agents)]

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)  # of `ray job stop`
    try:
        runs = []
        for index, agent in enumerate(agents):
            name = [] if args.wandb else ["--name", f"ray-{index}"]
            runs.append(agent.run.remote([*command, args.sweep, *name], variables))
        sys.exit(max(ray.get(runs)))
    except KeyboardInterrupt:
        ray.wait([agent.stop.remote() for agent in agents], num_returns=len(agents), timeout=60)
        sys.exit(130)


if __name__ == "__main__":
    main()
