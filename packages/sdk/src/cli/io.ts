/** Standard streams and environment of a command; tests replace it. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether `out` is a terminal. */
  readonly isTty: boolean
  readonly columns: () => number
  /** Default: false. */
  readonly hasColors?: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads all of standard input. */
  readonly readStdin: () => Promise<string>
  /** Prompts for hidden input; undefined without a terminal. */
  readonly askSecret: (question: string) => Promise<string | undefined>
}
