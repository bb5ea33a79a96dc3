/**
 * The `entity` and `project` that a sweep config names at its top level. Text is searched line by line, not parsed: the
 * server reads it, and all that is needed here is where to send it.
 */
export const namesIn = (
  config: string | Readonly<Record<string, unknown>>,
): { readonly entity?: string; readonly project?: string } => {
  const named = typeof config === 'string' ? (jsonOf(config) ?? fromYaml(config)) : config
  return { ...pick(named, 'entity'), ...pick(named, 'project') }
}

const pick = <K extends string>(named: Readonly<Record<string, unknown>>, key: K): { [P in K]?: string } => {
  const value = named[key]
  return (typeof value === 'string' && value !== '' ? { [key]: value } : {}) as { [P in K]?: string }
}

const jsonOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

// A plain, single-quoted or double-quoted scalar on the key's own line, perhaps before a comment.
const LINE =
  /^(entity|project):[ \t]+(?:"([^"\\]*)"|'([^']*)'|([^\s"'#&*!|>{[][^#\r\n]*?))[ \t]*(?:#.*)?\r?$/gm

const fromYaml = (text: string): Record<string, string> => {
  const named: Record<string, string> = {}
  for (const [, key = '', double, single, plain] of text.matchAll(LINE)) {
    const value = double ?? single ?? plain ?? ''
    if (value !== 'null' && value !== '~') named[key] = value
  }
  return named
}
