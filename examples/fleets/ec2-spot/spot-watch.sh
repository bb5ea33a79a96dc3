#!/usr/bin/env bash
# Asks the instance metadata service (IMDSv2) every 5 seconds whether EC2 reclaims this Spot Instance, which it announces two
# minutes before, and then stops the agents. They hand their trials back.
set -uo pipefail
METADATA=${METADATA:-http://169.254.169.254}
STOP=${STOP:-systemctl stop sweep-agent.service}
EVERY=${EVERY:-5}

token=
get() { # path; prints the HTTP status
  curl -s -o /tmp/spot-watch.body -w '%{http_code}' --max-time 3 -H "X-aws-ec2-metadata-token: $token" "$METADATA/latest/meta-data/$1"
}
while true; do
  if [[ -z $token ]]; then
    token=$(curl -sf --max-time 3 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "$METADATA/latest/api/token") || token=
  fi
  case $(get spot/instance-action) in
    200)
      echo "EC2 reclaims this instance: $(cat /tmp/spot-watch.body)"
      $STOP
      exit
      ;;
    401) token= ;; # expired
  esac
  sleep "$EVERY"
done
