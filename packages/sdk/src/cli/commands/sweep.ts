import { readFile } from 'node:fs/promises'
import type { SweepBody, SweepCreated } from '@chimney/core/schema/api/sweeps'
import type { Command } from 'commander'
import { commandOf } from '../macros.ts'
import { type CommonFlags, type Shell, subcommand, toJson, UsageError } from '../shell.ts'

export const addSweep = (program: Command, { io, client: connect }: Shell): void => {
  subcommand(program, 'sweep', {
    summary: 'Create a sweep from a W&B sweep config (YAML or JSON).',
    details:
      'Sends the file unchanged; - reads standard input. The project comes from --project, the file, CHIMNEY_PROJECT, or is "uncategorized". It is created if it does not exist.',
    examples: [
      'chimney sweep sweep.yaml',
      'chimney sweep sweep.yaml --project digits --name "learning rates"',
      'chimney sweep --json sweep.yaml | jq -r .path',
    ],
  })
    .argument('<file>')
    .option('--name <text>', 'display name of the sweep')
    .action(async (file: string, flags: CommonFlags & { name?: string }) => {
      const { json, entity, project, name } = flags
      const source = await readConfig(file, io.readStdin)
      const client = connect(flags)
      const created = await client.createSweep(source, { entity, project })
      if (name !== undefined) await client.updateSweep(created.path, { name })
      if (json) {
        io.out(toJson(created))
        return
      }
      for (const warning of created.warnings) io.err(`warning: ${warning}\n`)
      const { config } = await client.getSweep(created.path)
      io.out(nextSteps(created, config))
    })
}

const readConfig = async (file: string, readStdin: () => Promise<string>): Promise<string> => {
  if (file === '-') return readStdin()
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  }
}

const nextSteps = ({ path, url }: SweepCreated, config: SweepBody['config']): string => {
  const lines = [`Created sweep ${path}`, `  page    ${url}`, `  watch   chimney watch ${path}`]
  const { agent } = (config.dispatch ?? {}) as { agent?: string }
  if (agent !== undefined) lines.push(`  trials  dispatched to the agent function "${agent}"`)
  if (commandOf(config)) lines.push(`  agent   chimney agent ${path}`)
  else if (agent === undefined)
    lines.push(
      `  agent   The config has no "program" or "command", so chimney agent cannot run it. Add one,`,
      `          or run trials with the SDK: await chimney().agent('${path}', train)`,
    )
  return `${lines.join('\n')}\n`
}
