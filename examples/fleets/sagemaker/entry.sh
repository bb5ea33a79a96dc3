#!/bin/bash
# Entry point of the container. SageMaker keeps no secret environment, so the key comes from SSM.
set -euo pipefail
CHIMNEY_API_KEY=$(aws ssm get-parameter --with-decryption --name "$KEY_PARAMETER" --query Parameter.Value --output text)
export CHIMNEY_API_KEY CHECKPOINTS=/opt/ml/checkpoints
# Replaces this shell, so that SIGTERM reaches the agent.
exec chimney agent "$SWEEP" --name "${TRAINING_JOB_NAME:-sagemaker}"
