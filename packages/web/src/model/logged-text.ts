import { formatBytes, formatCount, formatValue } from './format.ts'

type Logged = Readonly<Record<string, unknown>>

/** A value of a summary; objects that the wandb client logs (images, tables, histograms, …) in words instead of their JSON. */
export function loggedText(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return formatValue(value)
  const { _type: type, ...of } = value as Logged
  if (typeof type !== 'string') return formatValue(value)
  const size = typeof of.size === 'number' ? formatBytes(of.size) : undefined
  const path = typeof of.path === 'string' ? of.path.split('/').pop() : undefined
  const details = (...parts: readonly unknown[]) => parts.filter(Boolean).join(', ')
  switch (type) {
    case 'histogram':
      return details('histogram', Array.isArray(of.values) && `${of.values.length} bins`)
    case 'image-file':
      return details('image', of.width && of.height && `${of.width} × ${of.height}`, size, path)
    case 'images/separated':
      return details(`${formatCount(Number(of.count) || 0)} images`, of.width && `${of.width} × ${of.height}`)
    case 'table-file':
    case 'partitioned-table':
      return details('table', of.ncols && of.nrows && `${of.nrows} rows × ${of.ncols} columns`, size, path)
    default:
      return details(type.replace(/-file$/, '').replaceAll('-', ' '), size, path)
  }
}
