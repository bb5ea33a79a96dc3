/** One line of `output.log` as the client sends it: a level, a timestamp, a blank, the text. */
export interface ConsoleLine {
  readonly level: 'error' | 'info'
  readonly timestamp: string | null
  readonly text: string
}

const SHAPE = /^(ERROR )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?) (.*)$/s

export function parseConsoleLine(raw: string): ConsoleLine {
  const match = SHAPE.exec(raw)
  if (!match)
    return {
      level: raw.startsWith('ERROR ') ? 'error' : 'info',
      timestamp: null,
      text: raw.replace(/^ERROR /, ''),
    }
  return { level: match[1] ? 'error' : 'info', timestamp: match[2]!, text: match[3]! }
}
