import xterm from '@xterm/headless'

/** The lines that a terminal of `columns` × 40 shows after `output`. */
export const screenOf = async (output: string, columns: number): Promise<string[]> => {
  const terminal = new xterm.Terminal({ cols: columns, rows: 40, convertEol: true, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(output, resolve))
  const { active } = terminal.buffer
  const lines = Array.from(
    { length: active.length },
    (_, at) => active.getLine(at)?.translateToString(true) ?? '',
  )
  while (lines.at(-1) === '') lines.pop()
  return lines
}
