#!/bin/bash
# User data of the launch template. The image has Node, Python, the AWS command line, the `chimney` command, and in /opt/sweep the
# program of the sweep with the files of this folder.
set -euo pipefail
SWEEP=acme/digits/SWEEP
CHIMNEY_URL=https://sweeps.example.com
KEY_PARAMETER=/sweep/chimney-api-key # of SSM, a SecureString that the instance's role may read

umask 077
CHIMNEY_API_KEY=$(aws ssm get-parameter --with-decryption --name "$KEY_PARAMETER" --query Parameter.Value --output text)
cat >/etc/sweep.env <<ENV
SWEEP=$SWEEP
CHIMNEY_URL=$CHIMNEY_URL
CHIMNEY_API_KEY=$CHIMNEY_API_KEY
CHECKPOINTS=/mnt/checkpoints
ENV
install -m 644 /opt/sweep/sweep-agent.service /opt/sweep/spot-watch.service /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now spot-watch.service sweep-agent.service
