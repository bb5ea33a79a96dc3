import { isObject, type Json, parseJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'

type JsonObject = { readonly [key: string]: Json }

/** A run's config as W&B's client sends it, taken apart. */
export interface ClientConfig {
  /** The values as training code sees them. */
  readonly values: JsonObject
  /** The client's own `_wandb` entry: telemetry (`t`), metric definitions (`m`), environment (`e`). */
  readonly wandb: JsonObject | undefined
}

/** Unwraps entries of the form `{value}`; other entries stay as they are. */
export function readClientConfig(text: string): ClientConfig {
  const config = parseJson(text, { exact: true })
  if (!isObject(config)) throw new Problem('invalid', 'malformed-config', 'the config must be a JSON object')
  const values: { [key: string]: Json } = {}
  let wandb: JsonObject | undefined
  for (const [key, entry] of Object.entries(config)) {
    const value = unwrapped(entry)
    if (key === '_wandb') wandb = isObject(value) ? value : undefined
    else values[key] = value
  }
  return { values, wandb }
}

const unwrapped = (entry: Json): Json =>
  isObject(entry) && Object.hasOwn(entry, 'value') ? entry.value! : entry

/** The config as the client wants it back. */
export function clientConfig(values: JsonObject, wandb: JsonObject | undefined): JsonObject {
  const entries = Object.entries(values).map(([key, value]) => [key, { value }] as const)
  return { ...Object.fromEntries(entries), ...(wandb && { _wandb: { value: wandb } }) }
}

/** Parameters as an agent wants them: wrapped, sorted by name. */
export const agentArgs = (params: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.keys(params)
      .sort()
      .map((name) => [name, { value: params[name]! }]),
  )
