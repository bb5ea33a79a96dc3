#!/usr/bin/env bash
# shellcheck disable=SC2317  # functions are called by the name in $1
# Starts, lists and stops agents on the machines of a list, over ssh.
#   SWEEP=entity/project/sweep ./fleet.sh start hosts.txt
#   ./fleet.sh status hosts.txt
#   ./fleet.sh stop hosts.txt       hands the trials back
# Each machine needs the command of the agent and the folder REMOTE with the program of the sweep.
set -uo pipefail
SSH=${SSH:-ssh -o BatchMode=yes}
REMOTE=${REMOTE:-sweep}
AGENT=${AGENT:-chimney}
usage() { echo "usage: $0 start|status|stop HOSTS" >&2; exit 2; }
[[ $# == 2 && -r $2 ]] || usage

case $1 in
  start)
    : "${SWEEP:?the path of the sweep: entity/project/sweep}"
    : "${CHIMNEY_URL:?the address of the service}" "${CHIMNEY_API_KEY:?an API key}"
    case $AGENT in
      chimney) command="chimney agent $(printf %q "$SWEEP")" ;;
      wandb) command="wandb agent --forward-signals --term-timeout 30 $(printf %q "$SWEEP")" ;;
      *) echo "AGENT is $AGENT; it must be chimney or wandb" >&2; exit 2 ;;
    esac
    ;;
  status | stop) command= ;;
  *) usage ;;
esac

# The key arrives on standard input: arguments are visible to each user of a machine.
settings() {
  printf 'export CHIMNEY_URL=%q CHIMNEY_API_KEY=%q\n' "$CHIMNEY_URL" "$CHIMNEY_API_KEY"
  printf 'export WANDB_BASE_URL=%q WANDB_API_KEY=%q WANDB__FILE_STREAM_NO_GZIP=false\n' "$CHIMNEY_URL" "$CHIMNEY_API_KEY"
}

start() { # host, number of agents
  { settings; cat; } <<REMOTE_SCRIPT | $SSH "$1" bash -s
cd $(printf %q "$REMOTE") && mkdir -p agents || exit 1
for i in $(seq -s ' ' "$2"); do
  if kill -0 "\$(cat "agents/\$i.pid" 2>/dev/null)" 2>/dev/null; then echo "agent \$i runs already"; continue; fi
  nohup setsid $command >>"agents/\$i.log" 2>&1 </dev/null &
  echo \$! >"agents/\$i.pid"
  echo "agent \$i started, process \$!"
done
REMOTE_SCRIPT
}

status() {
  $SSH "$1" bash -s <<REMOTE_SCRIPT
cd $(printf %q "$REMOTE") || exit 1
for file in agents/*.pid; do
  [[ -e \$file ]] || continue
  kill -0 "\$(cat "\$file")" 2>/dev/null && state=runs || state=ended
  echo "\$(basename "\$file" .pid) \$state: \$(tail -n 1 "\${file%.pid}.log")"
done
REMOTE_SCRIPT
}

stop() {
  $SSH "$1" bash -s <<REMOTE_SCRIPT
cd $(printf %q "$REMOTE") || exit 1
for file in agents/*.pid; do kill -TERM "\$(cat "\$file" 2>/dev/null)" 2>/dev/null; done
for file in agents/*.pid; do
  [[ -e \$file ]] || continue
  # The program has 30 seconds to end.
  for _ in {1..45}; do kill -0 "\$(cat "\$file")" 2>/dev/null || break; sleep 1; done
  kill -0 "\$(cat "\$file")" 2>/dev/null && echo "\$file still runs" || rm -f "\$file"
done
REMOTE_SCRIPT
}

failed=0
jobs=()
while read -r host agents _; do
  [[ -z $host || $host == \#* ]] && continue
  ("$1" "$host" "${agents:-1}" 2>&1 | sed "s/^/$host: /"; exit "${PIPESTATUS[0]}") &
  jobs+=($!)
done <"$2"
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
exit "$failed"
