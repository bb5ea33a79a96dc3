import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseJson } from '@chimney/core/schema/json'
import type { Chimney } from '../../client.ts'
import { encode } from '../../encode.ts'
import type { Run } from '../../run.ts'
import { untilSignal } from '../../signals.ts'
import { TrialFailure } from '../../trial-failure.ts'
import { runChild } from '../child.ts'
import { childEnv } from '../child-env.ts'
import { type Command, type Io, UsageError } from '../command.ts'
import { interpreterOf } from '../interpreter.ts'
import { commandOf, expandCommand } from '../macros.ts'
import { readMetricLine } from '../metric-lines.ts'
import { formatValue, printable } from '../render.ts'

/** Between the polite signal and SIGKILL, ms; W&B's agent waits as long. */
const KILL_AFTER_MS = 30_000

export const agent: Command = {
  name: 'agent',
  usage: 'PATH [--count N] [--name NAME]',
  summary: 'Run trials of a sweep on this machine, one after another.',
  details: `Each trial runs the sweep's "command" with W&B's macros, or its "program" (.py with python, .js with node, .ts with
tsx, anything else by itself) with --name=value for each parameter. The program reports metrics with the SDK, over HTTP,
or by printing lines like   ::metric {"step": 3, "loss": 0.1}   and its exit code tells how it ended.
It finds CHIMNEY_URL, CHIMNEY_API_KEY, CHIMNEY_RUN, CHIMNEY_SWEEP, CHIMNEY_ATTEMPT and CHIMNEY_PARAMS (JSON) in its
environment, and W&B's variables unless they point to another server.
SIGINT and SIGTERM are forwarded; the trial in hand is handed back and will be given out again.
Exit codes: 0 no more trials or --count reached, 1 it gave up (the first 5 trials all failed) or lost the server,
130 or 143 ended by SIGINT or SIGTERM.`,
  options: {
    count: { type: 'string', value: 'N', help: 'end after N trials' },
    name: { type: 'string', value: 'NAME', help: 'shown on the trials (default: host and process id)' },
  },
  examples: ['chimney agent digits/abc123de', 'chimney agent acme/digits/abc123de --count 10'],
  arity: [1, 1],
  run: async ({ io, words, json, text, count, client: connect }) => {
    // `1.0` must reach the program as `1.0`.
    const client = connect({ parse: parseJson })
    const { entity, project, id } = await client.sweepAt(words[0] ?? '')
    const path = `${entity}/${project}/${id}`
    const sweep = await client.getSweep(path)
    const command = commandOf(sweep.config)
    if (!command)
      throw new UsageError(
        `sweep ${path} names no program: add "program: train.py" or a "command" to its config`,
      )
    const told = untilSignal()
    const folder = await mkdtemp(join(tmpdir(), 'chimney-'))
    const note = (event: Readonly<Record<string, unknown>>, words: string) =>
      json ? io.out(`${JSON.stringify(event)}\n`) : io.err(`${printable(words)}\n`)
    const program = typeof sweep.config.program === 'string' ? sweep.config.program : undefined
    try {
      const report = await client.agent(
        path,
        (run) => train(run, { client, io, json, command, program, folder, path, received: told.received }),
        {
          count: count('count', 1),
          name: text('name'),
          signal: told.signal,
          graceMs: KILL_AFTER_MS + 5_000,
          run: { warn: (message) => io.err(`warning: ${message}\n`) },
          onWait: () =>
            note({ event: 'wait', sweep: path }, `waiting: ${path} gives out no trial at the moment`),
          onTrial: (run, end) =>
            end
              ? note(
                  { event: 'end', run: run.path, number: run.number, state: end.state, reason: end.reason },
                  `trial #${run.number} ${end.state}${end.reason ? `: ${end.reason}` : ''}`,
                )
              : note(
                  {
                    event: 'start',
                    run: run.path,
                    number: run.number,
                    attempt: run.attempt,
                    params: run.params,
                  },
                  `trial #${run.number} starts: ${describe(run.params)}`,
                ),
        },
      )
      note(
        { event: 'done', ...report },
        `agent ends (${WHY[report.why]}): ${report.finished} finished, ${report.stopped} stopped, ${report.failed} failed`,
      )
      if (report.why === 'signal') return told.received() === 'SIGTERM' ? 143 : 130
      return report.why === 'failures' ? 1 : 0
    } finally {
      told.release()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const WHY = {
  'sweep-finished': 'the sweep gives out no more trials',
  count: 'as many trials as asked for',
  signal: 'told to end',
  failures: 'every trial failed so far, so the program seems to be broken',
} as const

interface Workshop {
  readonly client: Chimney
  readonly io: Io
  readonly json: boolean
  readonly command: readonly unknown[]
  readonly program: string | undefined
  readonly folder: string
  /** The sweep's. */
  readonly path: string
  readonly received: () => NodeJS.Signals | undefined
}

/** Runs the program for one trial; throws when it fails. */
const train = async (run: Run, shop: Workshop): Promise<void> => {
  const id = run.path.split('/').at(-1) ?? ''
  const argsJsonFile = join(shop.folder, `config-${id}.json`)
  await writeFile(argsJsonFile, encode(run.params), { mode: 0o600 })
  const env = await childEnv(run, shop)
  const [file = '', ...args] = expandCommand(shop.command, {
    program: shop.program,
    params: run.params,
    env: shop.io.env,
    interpreter: interpreterOf(shop.io.env.PATH),
    argsJsonFile,
    platform: process.platform,
  })
  if (file === '') throw new TrialFailure("the sweep's command is empty once its macros are expanded")
  let lastError = ''
  const end = await runChild([file, ...args], {
    env,
    signal: run.signal,
    stopWith: () => shop.received() ?? 'SIGTERM',
    killAfterMs: KILL_AFTER_MS,
    onLine: (line, stream) => {
      const metric = readMetricLine(line)
      if (metric !== undefined && typeof metric !== 'string') {
        void run.log(metric.values, metric.step === undefined ? {} : { step: metric.step })
        return
      }
      if (typeof metric === 'string') shop.io.err(`warning: ${metric}\n`)
      if (stream === 'stderr' && line.trim() !== '') lastError = line.trim()
      // With --json, standard output belongs to the events.
      if (stream === 'stdout' && !shop.json) shop.io.out(`${line}\n`)
      else shop.io.err(`${line}\n`)
    },
  })
  if (end.error) throw new TrialFailure(`cannot start ${file}: ${end.error.message}`)
  if (end.signal)
    throw new TrialFailure(
      `the program was ended by ${end.signal}${end.signal === 'SIGKILL' ? '; out of memory?' : ''}`,
    )
  if (end.code !== 0)
    throw new TrialFailure(
      `exit code ${end.code}${lastError ? `: ${lastError.slice(0, 500)}` : ''}`,
      end.code ?? undefined,
    )
}

const describe = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? formatValue(value) : encode(value)}`)
    .join(' ')
