import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseJson } from '@chimney/core/schema/json'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AgentReport, AgentTrialEnd } from '../../agent.ts'
import type { Run } from '../../run.ts'
import { untilSignal } from '../../signals.ts'
import { commandOf } from '../macros.ts'
import { type CommonFlags, integer, type Shell, subcommand, UsageError } from '../shell.ts'
import { describeParams, printable } from '../text/values.ts'
import { KILL_AFTER_MS, runProgram } from '../trial-program.ts'

/** Lets the killed program exit before the trial is released, ms. */
const EXIT_MS = 5_000

export const addAgent = (program: Command, { io, client: connect, exit }: Shell): void => {
  subcommand(program, 'agent', {
    summary: 'Run trials of a sweep on this machine, one after another.',
    details: `For each trial, runs the "command" of the sweep with W&B's macros, or its "program" (.py with python, .js with node, .ts with tsx, others directly) with --name=value for each parameter. The program reports metrics with the SDK, over HTTP, or by printing lines like
  ::metric {"step": 3, "loss": 0.1}
and its exit code decides whether the trial finished or failed.

The program gets CHIMNEY_URL, CHIMNEY_API_KEY, CHIMNEY_RUN, CHIMNEY_SWEEP, CHIMNEY_ATTEMPT, CHIMNEY_PARAMS (JSON) and, in a sweep with replicates, CHIMNEY_REPLICATE of CHIMNEY_REPLICATES, and W&B's variables unless they already point to another server.

With --gpus, runs one trial per listed GPU at a time; the program sees only its GPU (CUDA_VISIBLE_DEVICES). --count and the limit of failed trials are per GPU then.

SIGINT and SIGTERM are forwarded to the program; its trial is released and runs again later.

Exit codes: 0 no more trials or --count reached, 1 the first 5 trials failed or the server is unreachable, 130 or 143 after SIGINT or SIGTERM.`,
    examples: [
      'chimney agent digits/abc123de',
      'chimney agent acme/digits/abc123de --count 10',
      'chimney agent digits/abc123de --gpus 0,1',
    ],
  })
    .argument('<sweep>')
    .addOption(new Option('--count <n>', 'maximum number of trials').argParser(integer(1)))
    .option('--name <name>', 'agent name on the trials (default: host name and process id)')
    .addOption(
      new Option('--gpus <list>', 'indices or UUIDs of GPUs, such as 0,1: one trial per GPU').argParser(
        gpuList,
      ),
    )
    .action(async (argument: string, flags: CommonFlags & AgentFlags) => {
      const { json = false, count, name, gpus } = flags
      // Keeps `1.0` distinct from `1`, and all digits of long integers, in the arguments of the program.
      const client = connect(flags, { parse: (text) => parseJson(text, { exact: true }) })
      const { entity, project, id } = await client.sweepAt(argument)
      const path = `${entity}/${project}/${id}`
      const { config } = await client.getSweep(path)
      const command = commandOf(config)
      if (!command)
        throw new UsageError(
          `sweep ${path} has no program: add "program: train.py" or a "command" to its config`,
        )
      const shutdown = untilSignal()
      const folder = await mkdtemp(join(tmpdir(), 'chimney-'))
      const notify = notifierFor(io, json)
      const trialProgram = {
        client,
        io,
        json,
        command,
        program: typeof config.program === 'string' ? config.program : undefined,
        folder,
        sweep: path,
        received: shutdown.received,
      }
      try {
        const runOn = (gpu: string | undefined) =>
          client.agent(path, (run) => runProgram(run, { ...trialProgram, io: withGpu(io, gpu) }), {
            count,
            name:
              gpu === undefined ? name : `${name ?? `${hostname()}:${process.pid}`}:gpu-${gpu}`.slice(0, 200),
            signal: shutdown.signal,
            graceMs: KILL_AFTER_MS + EXIT_MS,
            run: { warn: (message) => io.err(`warning: ${message}\n`) },
            onWait: () => notify({ event: 'wait', sweep: path }, `waiting: no trials available for ${path}`),
            onTrial: (run, end) => (end ? notify(...endOf(run, end)) : notify(...startOf(run))),
          })
        const ends = await Promise.allSettled((gpus ?? [undefined]).map(runOn))
        const broken = ends.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined
        if (broken) throw broken.reason
        const report = totalOf(ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])))
        notify({ event: 'done', ...report }, summaryOf(report))
        if (report.why === 'signal') exit(shutdown.received() === 'SIGTERM' ? 143 : 130)
        else if (report.why === 'failures') exit(1)
      } finally {
        shutdown.release()
        await rm(folder, { recursive: true, force: true })
      }
    })
}

interface AgentFlags {
  count?: number
  name?: string
  gpus?: readonly string[]
}

const gpuList = (text: string): readonly string[] => {
  const gpus = text.split(',').map((gpu) => gpu.trim())
  if (!gpus.every((gpu) => /^(\d+|(GPU|MIG)-[\w/-]+)$/.test(gpu)) || new Set(gpus).size < gpus.length)
    throw new InvalidArgumentError('List different indices or UUIDs of GPUs, such as 0,1.')
  return gpus
}

/** Indices are those that nvidia-smi shows. */
const withGpu = (io: Shell['io'], gpu: string | undefined): Shell['io'] =>
  gpu === undefined
    ? io
    : { ...io, env: { ...io.env, CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: gpu } }

/** The report of all agents of this process. `why` is the first cause that concerns the exit code. */
const totalOf = (reports: readonly AgentReport[]): AgentReport => {
  const sum = (key: Exclude<keyof AgentReport, 'why'>) => reports.reduce((all, one) => all + one[key], 0)
  const causes = reports.map(({ why }) => why)
  return {
    finished: sum('finished'),
    failed: sum('failed'),
    stopped: sum('stopped'),
    released: sum('released'),
    lost: sum('lost'),
    why: (['signal', 'failures', 'count'] as const).find((why) => causes.includes(why)) ?? 'sweep-finished',
  }
}

type Event = Readonly<Record<string, unknown>>

/** Prints the event with --json, else the text. */
const notifierFor = (io: Shell['io'], json: boolean) => (event: Event, text: string) =>
  json ? io.out(`${JSON.stringify(event)}\n`) : io.err(`${printable(text)}\n`)

const startOf = ({ path, number, attempt, params }: Run): [Event, string] => [
  { event: 'start', run: path, number, attempt, params },
  `trial #${number} started: ${describeParams(params)}`,
]

const endOf = ({ path, number }: Run, { state, reason, missing }: AgentTrialEnd): [Event, string] => [
  { event: 'end', run: path, number, state, reason, missing },
  `trial #${number} ${state}${reason ? `: ${reason}` : ''}${missing ? `, without a value: ${missing}` : ''}`,
]

const CAUSES: Readonly<Record<AgentReport['why'], string>> = {
  'sweep-finished': 'the sweep is finished',
  count: '--count reached',
  signal: 'received a signal',
  failures: 'all trials failed, check the program',
}

const summaryOf = ({ why, finished, stopped, failed }: AgentReport): string =>
  `agent ended (${CAUSES[why]}): ${finished} finished, ${stopped} stopped, ${failed} failed`
