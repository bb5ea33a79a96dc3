import type { RunAt } from '../api/endpoints.ts'
import { type Theme, useTheme } from '../charts/theme.ts'
import { formatNumber } from '../model/format.ts'
import type { LayerClasses } from './load-table.ts'
import { useJsonFile } from './use-media.ts'

export type ClassNames = Readonly<Record<string, string>>
/** `mask/class_labels` and `bounding_box/class_labels`, as W&B clients keep them in the config. */
export type Labels = Readonly<Record<string, unknown>>

export const classColor = (theme: Theme, id: number): string =>
  theme.series[Math.abs(id) % theme.series.length] ?? theme.accent

/** The client joins the key and the name of the layer with these words. */
const DELIMITER = '_wandb_delimeter_'

export function classNamesOf(
  labels: Labels,
  kind: 'mask' | 'bounding_box',
  key: string,
  layer: string,
): ClassNames {
  const all = labels[`${kind}/class_labels`] as Record<string, unknown> | undefined
  const entry = all?.[`${key}${DELIMITER}${layer}`] as { value?: ClassNames } | ClassNames | undefined
  return (
    ((entry && 'value' in entry && typeof entry.value === 'object' ? entry.value : entry) as ClassNames) ?? {}
  )
}

/** Class names by layer, as {@link classNamesOf} finds them. */
export const labelsOf = (key: string, { masks, boxes }: LayerClasses): Labels => {
  const named = (layers: LayerClasses['masks']) =>
    Object.fromEntries(Object.entries(layers).map(([layer, names]) => [`${key}${DELIMITER}${layer}`, names]))
  return { 'mask/class_labels': named(masks), 'bounding_box/class_labels': named(boxes) }
}

interface Box {
  readonly position:
    | { readonly minX: number; readonly maxX: number; readonly minY: number; readonly maxY: number }
    | { readonly middle: readonly [number, number]; readonly width: number; readonly height: number }
  readonly domain?: string
  readonly class_id?: number
  readonly box_caption?: string
  readonly scores?: Readonly<Record<string, number>>
}
interface BoxesFile {
  readonly box_data: readonly Box[]
  readonly class_labels?: ClassNames
}

/** Boxes over an image of `size` pixels, each with its caption or the name of its class. */
export function Boxes({
  at,
  layer,
  names: known,
  size,
}: {
  at: RunAt
  /** A file, or the boxes themselves in cells of tables. */
  layer: { readonly path?: string } | readonly Box[]
  /** Of classes, unless the file has them. */
  names: ClassNames
  size: readonly [number, number]
}) {
  const theme = useTheme()
  const inside = Array.isArray(layer) ? (layer as readonly Box[]) : undefined
  const { data } = useJsonFile<BoxesFile>(at, inside ? undefined : (layer as { path?: string }).path)
  const boxes = inside ?? data?.box_data
  if (!Array.isArray(boxes)) return null
  const names = data?.class_labels ?? known
  return (boxes as readonly Box[]).map(
    ({ position, domain, class_id: id = 0, box_caption: caption, scores }, i) => {
      const [width, height] = domain === 'pixel' ? size : [1, 1]
      const edges =
        'middle' in position
          ? {
              minX: position.middle[0] - position.width / 2,
              maxX: position.middle[0] + position.width / 2,
              minY: position.middle[1] - position.height / 2,
              maxY: position.middle[1] + position.height / 2,
            }
          : position
      const color = classColor(theme, id)
      const text = caption ?? names[id] ?? String(id)
      const title = [
        text,
        ...Object.entries<number>(scores ?? {}).map(([score, value]) => `${score} ${formatNumber(value)}`),
      ].join(', ')
      return (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: boxes have no names
          key={i}
          className="box"
          title={title}
          style={{
            left: `${(100 * edges.minX) / width}%`,
            top: `${(100 * edges.minY) / height}%`,
            width: `${(100 * (edges.maxX - edges.minX)) / width}%`,
            height: `${(100 * (edges.maxY - edges.minY)) / height}%`,
            borderColor: color,
          }}
        >
          <small style={{ background: color }}>{text}</small>
        </span>
      )
    },
  )
}
