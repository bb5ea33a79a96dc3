import type { Operation } from './docs-schema.ts'

const SAMPLES: Readonly<Record<string, string>> = {
  entity: 'acme',
  project: 'digits',
  sweep: 'a1b2c3d4',
  run: 'a1b2c3d4-1',
  key: 'k1k2k3k4',
}

/** A line that can be pasted into a shell. */
export function curlOf(method: string, path: string, operation: Operation): string {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => SAMPLES[name] ?? name)
  const [type, media] =
    Object.entries(operation.requestBody?.content ?? {}).find(([, { example }]) => example !== undefined) ??
    []
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$CHIMNEY_URL${url}"`,
    ...(operation.security?.length === 0 ? [] : ['-H "Authorization: Bearer $CHIMNEY_API_KEY"']),
    ...(type && type !== 'application/json' ? [`-H "Content-Type: ${type}"`] : []),
    ...(media ? [`--data-binary '${quoted(media.example)}'`] : []),
  ]
  return lines.join(' \\\n  ')
}

const quoted = (example: unknown): string =>
  (typeof example === 'string' ? example : JSON.stringify(example)).replaceAll("'", `'\\''`)
