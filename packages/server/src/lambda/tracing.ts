import type { Env } from './env.ts'

export interface Tracing {
  /** Records the calls of an AWS client as subsegments. */
  capture<T>(client: T): T
  /** Records the invocations of a handler as a segment with their errors. */
  wrap<A extends unknown[], R>(handler: (...args: A) => Promise<R>): (...args: A) => Promise<R>
}

const OFF: Tracing = { capture: (client) => client, wrap: (handler) => handler }

/** X-Ray when `CHIMNEY_TRACING` is `xray`. Its SDK (127 KB minified) is loaded only then. */
export async function startTracing({ tracing }: Pick<Env, 'tracing'>, service: string): Promise<Tracing> {
  if (!tracing) return OFF
  const { xrayTracing } = await import('./xray.ts')
  return xrayTracing(service)
}
