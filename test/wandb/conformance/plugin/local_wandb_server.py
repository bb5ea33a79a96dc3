"""Takes the place of the suite's tools/local_wandb_server.py, which starts W&B's container: names the ports of the service under test."""
import os

print('{"base_port": %s, "fixture_port": %s}' % (os.environ["BASE_PORT"], os.environ["FIXTURE_PORT"]))
