/** Values of a history as W&B clients log media. */
export interface MediaValue {
  readonly _type: string
  readonly path?: string
  readonly caption?: string
  readonly [name: string]: unknown
}

export const isMedia = (value: unknown): value is MediaValue =>
  typeof value === 'object' && value !== null && typeof (value as MediaValue)._type === 'string'

export type MediaKind =
  | 'images'
  | 'table'
  | 'histogram'
  | 'html'
  | 'audio'
  | 'video'
  | 'plotly'
  | 'object3D'
  | 'file'

/** The panel of a type of W&B clients; `file` for those that have none. */
export function kindOf(type: string): MediaKind {
  switch (type) {
    case 'image-file':
    case 'images/separated':
    case 'images':
      return 'images'
    case 'table-file':
    case 'table':
    case 'incremental-table-file':
    case 'joined-table':
    case 'partitioned-table':
      return 'table'
    case 'histogram':
      return 'histogram'
    case 'html-file':
    case 'html':
      return 'html'
    case 'audio-file':
    case 'audio':
      return 'audio'
    case 'video-file':
    case 'videos':
      return 'video'
    case 'plotly-file':
      return 'plotly'
    case 'object3D-file':
    case 'object3D':
      return 'object3D'
    default:
      return 'file'
  }
}

/** One or several: a list of media of one kind is one value with its parts. */
export function partsOf(value: MediaValue): readonly MediaValue[] {
  for (const name of ['audio', 'videos', 'html', 'objects', 'plots', 'molecule'])
    if (Array.isArray(value[name])) return (value[name] as unknown[]).filter(isMedia)
  return [value]
}

const NAMES: Readonly<Record<string, string>> = {
  'images/separated': 'images',
  images: 'images',
  'partitioned-table': 'table',
  'joined-table': 'table',
  'incremental-table-file': 'table',
  'object3D-file': '3D object',
  object3D: '3D objects',
  'html-file': 'HTML',
  html: 'HTML',
}

/** `image`, `table`, … */
export const typeName = (type: string): string =>
  NAMES[type] ?? type.replace(/-file$/, '').replaceAll(/[-/]/g, ' ')

/** Id of the panel of a key, for links to it. */
export const panelId = (key: string): string => `media-${encodeURIComponent(key)}`

export interface Picture {
  readonly path: string
  readonly caption: string | undefined
  /** By name. */
  readonly masks: Readonly<Record<string, { readonly path?: string }>>
  readonly boxes: Readonly<Record<string, { readonly path?: string }>>
}

/** The images of an `image-file` or of `images/separated`. */
export function picturesOf(value: MediaValue): readonly Picture[] {
  const layers = (given: unknown) => (given ?? {}) as Picture['masks']
  if (!Array.isArray(value.filenames))
    return typeof value.path === 'string'
      ? [
          {
            path: value.path,
            caption: value.caption,
            masks: layers(value.masks),
            boxes: layers(value.boxes),
          },
        ]
      : []
  const at = (list: unknown, i: number): unknown => (Array.isArray(list) ? list[i] : undefined)
  return (value.filenames as string[]).map((path, i) => ({
    path,
    caption: (at(value.captions, i) as string | undefined) ?? undefined,
    masks: layers(at(value.all_masks, i)),
    boxes: layers(at(value.all_boxes, i)),
  }))
}

export interface Bins {
  /** One more than the counts. */
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

/** A histogram, with its edges or packed as their first and their width. */
export function binsOf(value: unknown): Bins | undefined {
  if (!isMedia(value) || value._type !== 'histogram') return undefined
  const counts = value.values
  if (!Array.isArray(counts)) return undefined
  const packed = value.packedBins as { min: number; size: number; count: number } | undefined
  const edges = Array.isArray(value.bins)
    ? (value.bins as number[])
    : packed && Array.from({ length: packed.count + 1 }, (_, i) => packed.min + i * packed.size)
  return edges && edges.length === counts.length + 1 && edges.every(Number.isFinite)
    ? { edges, counts: counts as number[] }
    : undefined
}
