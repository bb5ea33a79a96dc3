import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Folders without texts of this project: dependencies, outputs of builds and benchmarks, data. */
const SKIPPED_FOLDERS =
  /^(node_modules|dist|generated|coverage|results|__pycache__|\.(git|sst|chimney|venv|runtimes|pytest_cache|vite))$/
/** Files without texts of this project: images, archives, lock files, recorded data. */
const SKIPPED_FILES =
  /\.(png|gz|golden\.json|log|pyc)$|^(package-lock\.json|go\.sum|curves\.json|LICENSE|vocabulary\.test\.ts)$/

/** Discouraged terms, as words or as parts of a name such as `toldOf`, and what to write instead. */
const TERMS: readonly (readonly [term: string, instead: string])[] = [
  ['told|tells?|telling', 'report, return or say'],
  [
    'nobody|somebody|whoever|anybody|everybody|who asks?',
    'the name of the actor: the caller, another writer, a user',
  ],
  ['shall', 'must or should'],
  ['dear', 'expensive'],
  ['in vain', 'without effect'],
  ['by (?:it|them)sel(?:f|ves)', 'automatically'],
  ['in peace', 'until they finish'],
  ['of (?:its|their|his) own', 'its own X'],
  ['what is theirs', 'the name of the thing'],
  ['no thought', 'no tuning'],
  ["hair's breadth", 'a margin in numbers'],
  ['mends?|mended|mending', 'repair'],
  ['begun', 'started'],
  ['anew|once more', 'again'],
  ['for good', 'permanently'],
  ['at hand', 'available, installed or current'],
  ['in earnest', 'realistic'],
  ['in force', 'effective or valid'],
  ['made[- ]up', 'synthetic or placeholder'],
  ['wish(?:es)?', 'request or spec'],
  ['desks?', 'dead-letter queue'],
  ['closers?', 'disposables'],
  ['doors?', 'HTTP API or W&B API'],
  ['signs? of life|(?:falls?|fell) silent', 'heartbeat; no heartbeat'],
  // Search.
  ['the process (?:foretells|expects|believes)', 'the Gaussian process (GP) predicts'],
  ['foretells?', 'predict'],
  ['lattices?', 'grid or discrete values'],
  ['laws?', 'distribution'],
  ['climbs?|climbing|hills?|slides?', 'local search or step'],
  ['seen points?|points? seen', 'evaluated points'],
  ['yardsticks?', 'baseline or benchmark'],
  ['c[oa]mes? to', 'reach, total or return'],
  ['worth going on|got there', 'promoted; reached'],
  ['drawn at random', 'sampled'],
  ['mostly chance', 'unreliable'],
  // Pages.
  ['what matters', 'parameter importance'],
  ['why these trials', 'suggestions'],
  ['two parameters together', 'contour'],
  ['the stronger', 'darker is better'],
  ['narrow(?:s|ed)?(?: \\w+){0,3} down', 'filter'],
  ['trials? at most|trials in all', 'trial limit or total trials'],
  ['try these parameters', 'enqueue trial'],
  ['not now|goes? on as', 'cancel or keep running'],
  ['tak(?:e|en) back', 'undo'],
  ['(?:comes?|brings?|brought) to life', 'start an agent to see results'],
  ['mak(?:e|es|ing) (?:a|an api|the first) key', 'create a key'],
  ['what for', 'name or purpose'],
  ['did not work|send another', 'what failed and the way out'],
  ['no news|does not answer', 'disconnected or unreachable'],
  ['older runs', 'load more'],
  ['nothing passes', 'no matches'],
  ['lasted', 'duration'],
  ['follow each other', 'stay in sync'],
  ['writ(?:e|es|ten|ing) down', 'define or record'],
  // Spelling.
  ['\\d %', 'a number without a space before %'],
  ['colou(?:r|rs|red|ring)', 'color'],
  [
    '(?:optim|minim|maxim|normal|initial|serial|recogn|organ)is(?:e[drs]?|ers|ing|ations?)',
    'the American spelling with z',
  ],
]

/** Texts of others, wire names and stored names that contain a term. */
const QUOTATIONS = [
  'somebody-else',
  'study.tell',
  'power law',
  'powerLaw',
  'cmaTell', // the ask-and-tell interface of CMA-ES
  'IN NO EVENT SHALL', // a licence
  'told-$', // a stored name
  'grid-has-begun', // a problem code
  'harbor hill island', // generated names
  "'lasted'", // a column key in links to the dashboard
  "'colour'", // a query parameter in links to the dashboard
  'colour: event',
  'colour=param',
]

const wholeWords = (term: string) => new RegExp(`(?<!\\w)(?:${term})(?!\\w)`)
const patterns = TERMS.map(([term, instead]) => ({ pattern: wholeWords(term), instead }))
const anyTerm = wholeWords(TERMS.map(([term]) => term).join('|'))

const withoutQuotations = (line: string): string =>
  QUOTATIONS.reduce((text, quotation) => text.replaceAll(quotation, ''), line)
/** The words of a line, also those within names: `toldOf` and `TOLD_OF` are "told of". */
const wordsOf = (line: string): string =>
  line
    .replace(/(?<=[a-z])(?=[A-Z])|_/g, ' ')
    .toLowerCase()
    .replaceAll('’', "'")

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`.replace(/^\.\//, '')
    if (entry.isDirectory()) return SKIPPED_FOLDERS.test(entry.name) ? [] : filesIn(path)
    return SKIPPED_FILES.test(entry.name) || !entry.isFile() ? [] : [path]
  })
}

/** `docs`, `packages/core`, `test/bench`; `.` and `test` for the files directly in them. */
function roomOf(path: string): string {
  const folders = path.split('/').slice(0, -1)
  return folders.slice(0, folders[0] === 'packages' || folders[0] === 'test' ? 2 : 1).join('/') || '.'
}

const files = filesIn('.')
const rooms = [...new Set(files.map(roomOf))].sort()

it.each(rooms)('%s uses the terms of the field', (room) => {
  const found: string[] = []
  for (const file of files.filter((path) => roomOf(path) === room))
    for (const [at, line] of [file, ...readFileSync(file, 'utf8').split('\n')].entries()) {
      const words = wordsOf(withoutQuotations(line))
      if (!anyTerm.test(words)) continue
      for (const { pattern, instead } of patterns) {
        const [term] = pattern.exec(words) ?? []
        if (term !== undefined) found.push(`${file}:${at}: "${term}": write ${instead}`)
      }
    }
  expect(found).toEqual([])
})
