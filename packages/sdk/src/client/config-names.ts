/**
 * `entity` and `project` at the top level of a sweep config. YAML text is searched with a pattern, because a YAML parser
 * would double the size of agent functions; the server parses the whole text.
 */
export const namesIn = (
  config: string | Readonly<Record<string, unknown>>,
): { readonly entity?: string; readonly project?: string } => {
  const names = typeof config === 'string' ? (parseJsonObject(config) ?? fromYaml(config)) : config
  return { ...pick(names, 'entity'), ...pick(names, 'project') }
}

const pick = <K extends string>(names: Readonly<Record<string, unknown>>, key: K): { [P in K]?: string } => {
  const value = names[key]
  return (typeof value === 'string' && value !== '' ? { [key]: value } : {}) as { [P in K]?: string }
}

const parseJsonObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

// A plain, single-quoted or double-quoted scalar on the line of the key, optionally followed by a comment.
const LINE =
  /^(entity|project):[ \t]+(?:"([^"\\]*)"|'([^']*)'|([^\s"'#&*!|>{[][^#\r\n]*?))[ \t]*(?:#.*)?\r?$/gm

const fromYaml = (text: string): Record<string, string> => {
  const names: Record<string, string> = {}
  for (const [, key = '', double, single, plain] of text.matchAll(LINE)) {
    const value = double ?? single ?? plain ?? ''
    if (value !== 'null' && value !== '~') names[key] = value
  }
  return names
}
