import { spawn } from 'node:child_process'

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command and returns its output. Throws with the output when it fails or does not exist. */
export async function command([name = '', ...words]: readonly string[], options: CommandOptions = {}) {
  const { cwd, env } = options
  const child = spawn(name, words, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString()
    })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${name} ${words.join(' ')} ended with ${code}:\n${output.slice(-8000)}`)
  return output
}
