/** The deployed service as its clients see it. */
import { spawn } from 'node:child_process'
import type { Server } from '../wandb/server.ts'
import { type Deployment, KEY } from './deployment.ts'

/** The REST API with a key; answers must be successes. */
export const serviceAt = (url: string, key = KEY): Pick<Server, 'url' | 'get' | 'send'> => {
  const send: Server['send'] = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return { url, send, get: (path) => send('GET', path) }
}

/** Runs the `chimney` command; returns what it printed. Throws when it fails. */
export function chimney({ url, certificate }: Deployment, ...words: string[]): Promise<string> {
  const args = ['--import', 'tsx', 'packages/sdk/src/cli/bin.ts', ...words]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CHIMNEY_URL: url,
      CHIMNEY_API_KEY: KEY,
      NODE_EXTRA_CA_CERTS: certificate,
      NO_COLOR: '1',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString()
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`chimney ${words.join(' ')} ended with ${code}:\n${output}`)),
    )
  })
}
