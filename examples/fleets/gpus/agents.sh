#!/usr/bin/env bash
# One agent per GPU of this machine: each sees one GPU and runs one trial at a time.
#   SWEEP=entity/project/sweep ./agents.sh               all GPUs that nvidia-smi lists, `chimney agent`
#   SWEEP=… GPUS=0,1 AGENT=wandb ./agents.sh             two GPUs, `wandb agent`
# SIGINT and SIGTERM reach each agent, which hands its trial back.
set -uo pipefail
: "${SWEEP:?the path of the sweep: entity/project/sweep}"
AGENT=${AGENT:-chimney}
GPUS=${GPUS:-$(nvidia-smi --query-gpu=index --format=csv,noheader | paste -sd, -)}

case $AGENT in
  chimney) command=(chimney agent "$SWEEP") ;;
  wandb) command=(wandb agent --forward-signals --term-timeout 30 "$SWEEP") ;;
  *) echo "AGENT is $AGENT; it must be chimney or wandb" >&2; exit 2 ;;
esac

agents=()
# shellcheck disable=SC2317,SC2329  # called by the trap
stop() {
  for agent in "${agents[@]}"; do kill -TERM "$agent" 2>/dev/null; done
}
trap stop INT TERM

IFS=, read -ra gpus <<<"$GPUS"
for gpu in "${gpus[@]}"; do
  # A fixed order of devices: the index is the one that nvidia-smi shows.
  # Its own session: otherwise Ctrl-C would reach the agent twice, and its second signal ends it at once.
  CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=$gpu \
    setsid "${command[@]}" > >(sed -u "s/^/gpu $gpu: /") 2>&1 &
  agents+=($!)
done

worst=0
for agent in "${agents[@]}"; do
  # A signal interrupts `wait`; the agent needs up to 35 seconds more to hand its trial back.
  while kill -0 "$agent" 2>/dev/null; do wait "$agent"; done
  wait "$agent"
  code=$?
  ((code > worst)) && worst=$code
done
exit "$worst"
