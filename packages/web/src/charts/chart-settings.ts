import { NO_SMOOTHING, SMOOTHINGS, type Smoothing } from '../model/smoothing.ts'

/** How a chart of curves is drawn. */
export interface ChartSettings {
  readonly logX: boolean
  readonly logY: boolean
  readonly smoothing: Smoothing
  /** Ends of the y axis; those that are undefined follow the data. */
  readonly yRange: readonly [number | undefined, number | undefined]
  /** The y axis leaves the most extreme values out. */
  readonly clip: boolean
}

export const PLAIN: ChartSettings = {
  logX: false,
  logY: false,
  smoothing: NO_SMOOTHING,
  yRange: [undefined, undefined],
  clip: false,
}

/** Settings of single charts as in the address: `loss~ly:1~sm:gaussian:0.6~y::2,val%2Floss~clip:1`. */
export function parseChartSettings(text: string): ReadonlyMap<string, Partial<ChartSettings>> {
  const all = new Map<string, Partial<ChartSettings>>()
  for (const part of text.split(',')) {
    const [name = '', ...fields] = part.split('~')
    if (name === '') continue
    const own = Object.assign({}, ...fields.map(parseField)) as Partial<ChartSettings>
    try {
      all.set(decodeURIComponent(name), own)
    } catch {
      // Malformed percent-encoding in an edited URL.
    }
  }
  return all
}

function parseField(field: string): Partial<ChartSettings> {
  const [key, first = '', second = ''] = field.split(':')
  switch (key) {
    case 'lx':
      return { logX: first === '1' }
    case 'ly':
      return { logY: first === '1' }
    case 'clip':
      return { clip: first === '1' }
    case 'sm': {
      const kind = SMOOTHINGS.find((each) => each === first)
      const weight = Number(second)
      return kind && weight >= 0 && weight < 1 ? { smoothing: { kind, weight } } : {}
    }
    case 'y': {
      const [low, high] = [endOf(first), endOf(second)]
      return low !== undefined && high !== undefined && low >= high ? {} : { yRange: [low, high] }
    }
    default:
      return {}
  }
}

const endOf = (text: string): number | undefined =>
  text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text)

export const chartSettingsText = (all: ReadonlyMap<string, Partial<ChartSettings>>): string =>
  [...all]
    .map(([name, own]) => [encodeURIComponent(name).replaceAll('~', '%7E'), ...fieldsOf(own)])
    .filter(({ length }) => length > 1)
    .map((parts) => parts.join('~'))
    .join(',')

function fieldsOf({ logX, logY, smoothing, yRange, clip }: Partial<ChartSettings>): string[] {
  const flag = (key: string, on: boolean | undefined) => (on === undefined ? [] : [`${key}:${on ? 1 : 0}`])
  return [
    ...flag('lx', logX),
    ...flag('ly', logY),
    ...flag('clip', clip),
    ...(smoothing ? [`sm:${smoothing.kind}:${smoothing.weight}`] : []),
    ...(yRange?.some((end) => end !== undefined) ? [`y:${yRange[0] ?? ''}:${yRange[1] ?? ''}`] : []),
  ]
}
