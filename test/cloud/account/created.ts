import type { Resource } from '../../stacks/graph.ts'

/**
 * Values of the graph that the account decides, such as URLs and ids: the graph has placeholders, and resources that are created later get
 * the real ones.
 */
export class Created {
  readonly #values = new Map<string, string>()

  decide(placeholder: string, real: string): void {
    this.#values.set(placeholder, real)
  }

  /** A value of the graph with the account's own values. */
  inputsOf<T>(value: unknown): T {
    let text = JSON.stringify(value)
    // The longest first: the URL of one queue may begin with that of another.
    const values = [...this.#values].sort(([left], [right]) => right.length - left.length)
    for (const [placeholder, real] of values) text = text.replaceAll(placeholder, real)
    return JSON.parse(text) as T
  }
}

/** Creates one resource through AWS's API. */
export type Create = (resource: Resource, created: Created) => Promise<void>

/** Names of Pulumi's properties as AWS's API has them: `roleArn` → `RoleArn`, in nested objects too. Drops what is null. */
export function apiNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([name, inner]) => [name.charAt(0).toUpperCase() + name.slice(1), apiNames(inner)]),
  )
}
