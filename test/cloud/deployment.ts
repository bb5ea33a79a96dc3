/** The production stage in an emulated account. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import { evaluate, type Graph, ofType, only } from '../stacks/graph.ts'
import { startAccessLog } from './access-log.ts'
import { type Clients, clientsOf } from './account/clients.ts'
import { create } from './account/create.ts'
import { codeOf } from './code.ts'
import { startEmulator } from './emulator.ts'
import { type Exchange, startGateway } from './gateway.ts'
import { certificateIn, freePort } from './listen.ts'
import { observeCalls, type Refusal } from './observed-calls.ts'

/** The first key of the deployment. */
export const KEY = 'c1'.repeat(20)
/** So short that a killed agent's trial is found within a test. */
const LEASE_SECONDS = 20

export interface Deployment {
  readonly url: string
  /** Without TLS. */
  readonly plainUrl: string
  /** The certificate of `url`, which programs must trust. */
  readonly certificate: string
  readonly graph: Graph
  readonly clients: Clients
  readonly exchanges: () => readonly Exchange[]
  readonly refused: () => readonly Refusal[]
  readonly forgetRefused: () => void
  /** Invokes a function whose component is called like this; throws when it fails. */
  readonly invoke: (component: RegExp, event?: unknown) => Promise<void>
  /** As `invoke`, with a timeout of a few seconds. */
  readonly invokeInHaste: (component: RegExp, event: unknown) => Promise<void>
  /** Makes the next call of a function a cold start. */
  readonly restart: (component: RegExp) => Promise<void>
  readonly bucket: string
  /** The URL of the queue whose component is called so. */
  readonly queueUrl: (component: string) => Promise<string>
  /** Everything that the functions have logged. */
  readonly logs: () => Promise<string>
  readonly stop: () => Promise<void>
}

export async function deploy(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'chimney-cloud-'))
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    const graph = evaluate('production', 'deploy', { SST_SECRET_FirstKey: KEY })
    const certificate = certificateIn(folder)
    const port = await freePort()
    const calls = await observeCalls({ port })
    stops.push(calls.stop)
    const emulator = await startEmulator(port, folder, { callsAt: calls.url, certificate: certificate.path })
    stops.push(emulator.stop)
    let api = ''
    const clients = clientsOf(emulator.endpoint)
    const accessLog = startAccessLog(clients, graph)
    stops.push(accessLog.stop)
    const gateway = await startGateway(() => ({ api, port }), {
      stage: throttleOf(graph),
      certificate,
      log: accessLog.write,
    })
    stops.push(gateway.stop)
    const made = await create(graph, {
      clients,
      url: gateway.url,
      callsAt: calls.url,
      codeOf: (name, variables, created) => {
        const build = graph.builds.find(({ functionID }) => name.startsWith(functionID))
        if (!build) throw new Error(`${name} has no build`)
        const all = created.inputsOf<Record<string, string>>(variables)
        return codeOf(build, { ...all, CHIMNEY_LEASE_SECONDS: String(LEASE_SECONDS) }, created)
      },
    })
    api = made.api
    const invoke: Deployment['invoke'] = async (component, event = {}) => {
      const { name } = only(graph, 'aws:lambda/function:Function', component)
      const { FunctionError, Payload } = await clients.functions.send(
        new InvokeCommand({ FunctionName: String(name), Payload: JSON.stringify(event) }),
      )
      if (FunctionError) throw new Error(`${name}: ${Buffer.from(Payload ?? []).toString()}`)
    }
    return {
      url: gateway.url,
      plainUrl: gateway.plainUrl,
      certificate: certificate.path,
      graph,
      clients,
      exchanges: gateway.exchanges,
      refused: calls.refused,
      forgetRefused: calls.forget,
      invoke,
      invokeInHaste: async (component, event) => {
        const { name, timeout } = only(graph, 'aws:lambda/function:Function', component)
        const setTimeout = (Timeout: number) =>
          clients.functions.send(
            new UpdateFunctionConfigurationCommand({ FunctionName: String(name), Timeout }),
          )
        await setTimeout(20)
        try {
          await invoke(component, event)
        } finally {
          await setTimeout(Number(timeout))
        }
      },
      bucket: String(only(graph, 'aws:s3/bucket:Bucket').bucket),
      queueUrl: async (component) => {
        const { name } = only(graph, 'aws:sqs/queue:Queue', new RegExp(`^${component}$`))
        return String(
          (await clients.queues.send(new GetQueueUrlCommand({ QueueName: String(name) }))).QueueUrl,
        )
      },
      restart: async (component) => {
        const { name } = only(graph, 'aws:lambda/function:Function', component)
        const FunctionName = String(name)
        const { Environment } = await clients.functions.send(
          new GetFunctionConfigurationCommand({ FunctionName }),
        )
        // A new environment needs a new process.
        const Variables = { ...Environment?.Variables, RESTARTED_AT: String(Date.now()) }
        await clients.functions.send(
          new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
        )
      },
      logs: () => logsOf(clients, graph),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function throttleOf(graph: Graph) {
  const { defaultRouteSettings } = only(graph, 'aws:apigatewayv2/stage:Stage') as {
    defaultRouteSettings: { throttlingRateLimit: number; throttlingBurstLimit: number }
  }
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = defaultRouteSettings
  return { rate, burst }
}

async function logsOf({ logs }: Clients, graph: Graph): Promise<string> {
  const lines: string[] = []
  for (const { inputs } of ofType(graph, 'aws:cloudwatch/logGroup:LogGroup')) {
    const logGroupName = String(inputs.name)
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }))
    for (const { logStreamName } of logStreams) {
      const { events = [] } = await logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
      )
      lines.push(...events.map(({ message = '' }) => message))
    }
  }
  return lines.join('\n')
}
