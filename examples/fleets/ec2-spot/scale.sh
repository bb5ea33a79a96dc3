#!/usr/bin/env bash
# Sets the capacity of an Auto Scaling group to the trials that are to run, at most MAX. Call it each minute from cron, a scheduled
# task or a Lambda function. The sweep needs a limit: `run_cap`, or a grid.
#   SWEEP=entity/project/sweep GROUP=sweep-agents MAX=20 ./scale.sh
set -euo pipefail
: "${SWEEP:?the path of the sweep: entity/project/sweep}" "${GROUP:?the Auto Scaling group}"
: "${CHIMNEY_URL:?the address of the service}" "${CHIMNEY_API_KEY:?an API key}"
IFS=/ read -r entity project id <<<"$SWEEP"
wanted=$(curl -sSf -H @- "$CHIMNEY_URL/v1/$entity/$project/sweeps/$id" <<<"Authorization: Bearer $CHIMNEY_API_KEY" |
  jq --argjson max "${MAX:-20}" 'if .limit == null and .state == "running" then error("the sweep has no limit") else
    [(if .state == "running" then .limit - .trials.handed_out else 0 end) + .trials.open, $max] | min end')
echo "$wanted agents for $SWEEP"
${AWS:-aws} autoscaling set-desired-capacity --auto-scaling-group-name "$GROUP" --desired-capacity "$wanted"
