/** The documents, their fenced blocks, and which of them a test runs. */
import { type Page, readPages } from './markdown.ts'

export const pages = readPages()
export const page = (path: string): Page => pages.find((one) => one.path === path)!
export const blocks = pages.flatMap(({ path, blocks }) => blocks.map((block) => ({ path, ...block })))

const REASONS = [
  'needs an AWS account',
  'needs Python',
  'takes minutes',
  'takes hours',
  'runs until Ctrl-C',
  'installs from the npm registry',
  'runs in README.md',
  'needs a proxy',
  'needs root',
  'needs a running service',
]
export const isMarked = (mark: string | undefined) =>
  mark !== undefined && REASONS.some((reason) => mark.startsWith(`not run: ${reason}`))
/** The suites would run this test again. */
export const isSuite = (code: string) => /\bnpm (test\b|run (check|test|bench)\b)/.test(code)
export const runnable =
  (language: string) =>
  ({ mark, language: own }: { mark?: string | undefined; language: string }) =>
    own === language && !isMarked(mark)
