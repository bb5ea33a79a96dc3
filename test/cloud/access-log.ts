import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type Graph, only } from '../stacks/graph.ts'
import type { Clients } from './account/clients.ts'
import type { Exchange } from './gateway.ts'

const FLUSH_MS = 500
const STREAM = 'gateway'

interface Settings {
  readonly accessLogSettings: { readonly destinationArn: string; readonly format: string }
}

/** Writes the access log of the HTTP API's stage in the stage's format, which the emulator does not do. */
export function startAccessLog({ logs }: Clients, graph: Graph) {
  const { accessLogSettings } = only(graph, 'aws:apigatewayv2/stage:Stage') as unknown as Settings
  const logGroupName = accessLogSettings.destinationArn.replace(/^.*:log-group:/, '')
  const lines: { timestamp: number; message: string }[] = []
  let created: Promise<unknown> | undefined
  const flush = async () => {
    const logEvents = lines.splice(0)
    if (logEvents.length === 0) return
    created ??= logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: STREAM }))
    await created
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: STREAM, logEvents }))
  }
  let flushing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    flushing = flushing.then(flush)
  }, FLUSH_MS)
  return {
    write: ({ method, path, status }: Exchange) => {
      const context: Readonly<Record<string, string>> = {
        httpMethod: method,
        path,
        status: String(status),
        requestTimeEpoch: String(Date.now()),
      }
      const message = accessLogSettings.format.replaceAll(
        /\$context\.([\w.]+)/g,
        (_, name: string) => context[name] ?? '-',
      )
      lines.push({ timestamp: Date.now(), message })
    },
    stop: async () => {
      clearInterval(timer)
      await flushing.catch(() => undefined)
    },
  }
}
