import type { Env } from './env.ts'
import type { Tracing } from './xray.ts'

const OFF: Tracing = { capture: (client) => client, wrap: (handler) => handler }

/** X-Ray when `CHIMNEY_TRACING` is `xray`. Its SDK (127 KB minified) is loaded only then. */
export async function startTracing({ tracing }: Pick<Env, 'tracing'>, service: string): Promise<Tracing> {
  if (!tracing) return OFF
  const { xrayTracing } = await import('./xray.ts')
  return xrayTracing(service)
}
