/**
 * A line of the function's log, as JSON at the top level. Not `console.log`, which Lambda wraps as a text within a line of its own:
 * then neither searches nor CloudWatch's embedded metrics see into it.
 */
export const writeLine = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
