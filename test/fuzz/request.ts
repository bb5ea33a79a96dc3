/** A text of `times` units, which is built where it is used: 64 MB do not go through a pipe. */
export interface Repeated {
  readonly before?: string
  readonly unit: string
  readonly times: number
  readonly after?: string
}

export type Text = string | Repeated | readonly Text[]

export interface HostileRequest {
  readonly method: string
  readonly path: string
  readonly body?: Text
  readonly gzip?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly type: string
  /** The first characters. */
  readonly text: string
  /** Processor time of the whole process, ms. */
  readonly cpuMs: number
  /** Successful writes to the table. */
  readonly written: number
}

export function textOf(text: Text): string {
  if (typeof text === 'string') return text
  if (!('unit' in text)) return text.map(textOf).join('')
  return `${text.before ?? ''}${text.unit.repeat(text.times)}${text.after ?? ''}`
}
