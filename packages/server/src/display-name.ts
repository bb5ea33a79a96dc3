import { idFromText } from './ids.ts'

const FIRST =
  'amber bold brisk calm clear coral crisp dawn deep eager early fair fleet fresh glad golden green happy keen kind light lively lucky mellow misty noble olive pearl plain proud quick quiet rapid ruby sage sharp silver smooth snowy solar spring still sunny swift teal tidal vivid warm wild young'.split(
    ' ',
  )
const SECOND =
  'bay beam birch bloom breeze brook cedar cloud comet cove creek delta dune ember falcon fern field flame forest frost glade grove harbor hill island lake lark leaf maple meadow moon oak ocean peak pine pond rain reef ridge river rose sea shore sky sparrow star stone stream sun tide valley wave willow wind'.split(
    ' ',
  )

/** A readable name, the same for the same id: `calm-river-4`, or `calm-sweep-7` for trial 7. */
export function displayName(id: string, trial?: number): string {
  const hash = [...idFromText(`name:${id}`, 8)].reduce(
    (sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0,
    7,
  )
  const first = FIRST[hash % FIRST.length]
  if (trial !== undefined) return `${first}-sweep-${trial}`
  return `${first}-${SECOND[(hash >>> 8) % SECOND.length]}-${(hash >>> 16) % 100}`
}
