import type { Finding } from '../../schema/api/diagnosis.ts'
import { counted, finding, finish, type Rule, type SweepEvidence, type TrialEvidence } from './evidence.ts'

/** An agent that polls writes its heartbeat at most once a minute. */
const ACTIVE_MS = 180_000

const activeAgents = ({ agents, now }: SweepEvidence) =>
  agents.filter(({ heartbeatAt }) => now - heartbeatAt <= ACTIVE_MS)

/**
 * Agents without work, from one agent on. Only agents that poll (`wandb agent`) are known; an agent counts while its last poll is
 * at most 3 minutes old. `agents-idle`, a remark: the sweep is paused and agents wait. `more-agents-than-trials`, a remark: the
 * sweep is running and fewer trials are left, open ones included, than agents poll.
 */
export const idleAgents: Rule = (sweep) => {
  const active = activeAgents(sweep)
  const idle = active.filter(({ busy }) => !busy)
  const keys = [...new Set(idle.map(({ host }) => host))]
  if (sweep.state === 'paused' && idle.length > 0)
    return [
      finding(
        'agents-idle',
        'remark',
        `the sweep is paused and ${counted(idle.length, 'agent')} ${idle.length === 1 ? 'waits' : 'wait'}`,
        'resume the sweep, or stop the agents',
        { keys, numbers: { idle: idle.length } },
        { kind: 'state', state: 'running' },
      ),
    ]
  if (sweep.state !== 'running' || sweep.limit === undefined) return []
  const left = sweep.open + Math.max(0, sweep.limit - sweep.taken)
  if (active.length <= left || idle.length === 0) return []
  return [
    finding(
      'more-agents-than-trials',
      'remark',
      `${counted(active.length, 'agent')} ask for trials and ${left} ${left === 1 ? 'is' : 'are'} left`,
      `stop ${counted(active.length - left, 'agent')}, or raise run_cap`,
      { keys, numbers: { agents: active.length, left } },
    ),
  ]
}

/** Training code reports at least so often, or its lease is lost. */
const SILENT_MS = 30 * 60_000

/**
 * `no-agent`, a remark: the sweep is running, trials are left, none is running, and no trial has changed and no agent has polled for 30
 * minutes. Silent for a sweep without trials, and for one that dispatches to an agent function.
 */
export const noAgent: Rule = (sweep) => {
  const { config, state, trials, now, agents } = sweep
  const last = Math.max(
    ...trials.map(({ updatedAt }) => updatedAt),
    ...agents.map(({ heartbeatAt }) => heartbeatAt),
  )
  if (state !== 'running' || config.dispatch || trials.length === 0 || now - last < SILENT_MS) return []
  if (trials.some(({ state }) => state === 'running')) return []
  const left = sweep.limit === undefined ? undefined : sweep.open + Math.max(0, sweep.limit - sweep.taken)
  if (left === 0) return []
  const minutes = Math.floor((now - last) / 60_000)
  return [
    finding(
      'no-agent',
      'remark',
      `no agent has asked for a trial for ${counted(minutes, 'minute')}`,
      'start an agent, or finish the sweep',
      { numbers: { minutes, ...(left !== undefined && { left }) } },
      finish(sweep),
    ),
  ]
}

const MIN_LOST = 3
const LOST_SHARE = 0.7
const LOST_RATE = 0.3
const OTHER_RATE = 0.1
const MIN_ELSEWHERE = 3

/**
 * `host-loses-leases`, a warning: one host lost at least 3 attempts, which are 70% of all lost ones and 30% of its attempts, while
 * other hosts have at least 3 attempts and lost at most 10% of them. `leases-lost`, a warning without such a host: at
 * least 5 attempts and a fifth of all were lost.
 */
export const lostLeases: Rule = (sweep) => {
  const hosts = new Map<string, { lost: TrialEvidence[]; all: number }>()
  const count = (agent: string | undefined, trial: TrialEvidence, isLost: boolean) => {
    const host = hostOf(agent)
    const entry = hosts.get(host) ?? { lost: [], all: 0 }
    hosts.set(host, { lost: isLost ? [...entry.lost, trial] : entry.lost, all: entry.all + 1 })
  }
  for (const trial of sweep.trials) {
    if (trial.attempt === 0) continue
    for (const agent of trial.run?.lostBy ?? []) count(agent, trial, true)
    if (trial.state !== 'queued') count(trial.agent, trial, trial.state === 'crashed')
  }
  const total = [...hosts.values()].reduce(
    (sum, { lost, all }) => ({ lost: sum.lost + lost.length, all: sum.all + all }),
    { lost: 0, all: 0 },
  )
  for (const [host, { lost, all }] of hosts) {
    const elsewhere = { lost: total.lost - lost.length, all: total.all - all }
    const isBad =
      host !== '' &&
      lost.length >= MIN_LOST &&
      lost.length >= LOST_SHARE * total.lost &&
      lost.length >= LOST_RATE * all &&
      elsewhere.all >= MIN_ELSEWHERE &&
      elsewhere.lost <= OTHER_RATE * elsewhere.all
    if (!isBad) continue
    return [
      finding(
        'host-loses-leases',
        'warning',
        `host ${host} lost ${lost.length} of its ${counted(all, 'attempt')}, all other hosts ${elsewhere.lost} of ${elsewhere.all}`,
        `check memory, disk and network of ${host}, and stop its agents until then`,
        {
          trials: [...new Set(lost)],
          keys: [host],
          numbers: { lost: lost.length, attempts: all, others_lost: elsewhere.lost, others: elsewhere.all },
        },
      ),
    ]
  }
  return lostEverywhere(hosts, total)
}

const MANY_LOST = 5
const MANY_RATE = 0.2

function lostEverywhere(
  hosts: ReadonlyMap<string, { readonly lost: readonly TrialEvidence[] }>,
  total: { readonly lost: number; readonly all: number },
): readonly Finding[] {
  if (total.lost < MANY_LOST || total.lost < MANY_RATE * total.all) return []
  const lost = new Set([...hosts.values()].flatMap(({ lost }) => lost))
  return [
    finding(
      'leases-lost',
      'warning',
      `${total.lost} of ${counted(total.all, 'attempt')} lost their lease`,
      'check whether the machines are preempted or run out of memory, and whether training sends a heartbeat or metrics more often than the lease is long',
      {
        trials: [...lost].sort((a, b) => a.number - b.number),
        keys: [...hosts].flatMap(([host, { lost }]) => (lost.length > 0 && host !== '' ? [host] : [])),
        numbers: { lost: total.lost, attempts: total.all },
      },
    ),
  ]
}

/** Agents are named `host/…` or `host:…`; another name stands for itself. */
const hostOf = (agent: string | undefined): string => agent?.split(/[/:]/)[0] ?? ''
