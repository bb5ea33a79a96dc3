import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Io } from './command.ts'

/** The process's own streams. */
export const terminal = (): Io => {
  // `chimney export … | head` closes the pipe early; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTty: process.stdout.isTTY === true,
    columns: () => process.stdout.columns || 80,
    env: process.env,
    readStdin: async () => {
      let text = ''
      for await (const piece of process.stdin.setEncoding('utf8')) text += piece
      return text
    },
    askSecret: (question) => {
      if (!process.stdin.isTTY) return Promise.resolve(undefined)
      process.stderr.write(question)
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
      const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
      return new Promise((resolve) => {
        lines.on('SIGINT', () => lines.close())
        lines.on('close', () => resolve(''))
        lines.question('', (answer) => {
          resolve(answer)
          lines.close()
          process.stderr.write('\n')
        })
      })
    },
  }
}
