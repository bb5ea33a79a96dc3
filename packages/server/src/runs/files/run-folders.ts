import type { RunKey } from '@chimney/core/schema/names'

/** Where the files of runs are. Apart from `run-files.ts`, which few requests need. */
const part = (text: string): string => encodeURIComponent(text)

export const runFilesPrefix = (key: RunKey): string =>
  `runs/${part(key.entity)}/${part(key.project)}/${part(key.run)}/`

/** Copies of the history of an ended run, not among its files. */
export const historyCopiesPrefix = (key: RunKey): string =>
  `history-copies/${part(key.entity)}/${part(key.project)}/${part(key.run)}/`
