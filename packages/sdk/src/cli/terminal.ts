import { isCancel, password } from '@clack/prompts'
import type { Io } from './io.ts'

/** The streams of the process. */
export const terminal = (): Io => {
  // `chimney export … | head` closes the pipe early, which is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  const isTty = process.stdout.isTTY === true
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTty,
    columns: () => process.stdout.columns || 80,
    // Honours NO_COLOR, FORCE_COLOR and TERM=dumb.
    hasColors: isTty && process.stdout.hasColors(),
    env: process.env,
    readStdin: async () => {
      let text = ''
      for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
      return text
    },
    askSecret: async (question) => {
      if (!process.stdin.isTTY) return undefined
      const answer = await password({ message: question, output: process.stderr })
      return isCancel(answer) ? '' : answer
    },
  }
}
