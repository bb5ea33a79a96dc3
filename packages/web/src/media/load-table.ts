import { isMedia, type MediaValue } from './media-value.ts'

export interface TableFile {
  readonly columns: readonly (string | number)[]
  readonly data: readonly (readonly unknown[])[]
  /** Of tables in artifacts: types of the columns, with the names of the classes of masks. */
  readonly column_types?: unknown
}

export interface LoadedTable extends TableFile {
  /** What is not shown, and why. */
  readonly note?: string
  /** The artifact with the media of its cells is not there yet. */
  readonly incomplete?: true
}

/** Reads files of a run, or of artifacts by their addresses. */
export interface FileReader {
  json(name: string): Promise<unknown>
  /** Addresses of the files in a folder of an artifact. */
  list(folder: string): Promise<readonly string[]>
}

/** Each is another file. */
const MAX_PARTS = 200
const ADDRESS = /^wandb-(?:client-)?artifact:\/\/[^/]+\//

/** A table of any kind of the W&B client, with the files of its cells by names that the service knows. */
export async function loadTable(value: MediaValue, files: FileReader): Promise<LoadedTable> {
  const address = typeof value.artifact_path === 'string' ? value.artifact_path : undefined
  const inArtifact = address === undefined ? undefined : ADDRESS.exec(address)?.[0]
  switch (value._type) {
    case 'joined-table':
      if (inArtifact !== undefined) return joined(await files.json(address!), inArtifact, files)
      break
    case 'partitioned-table':
      if (inArtifact !== undefined) return partitioned(await files.json(address!), inArtifact, files)
      break
    case 'incremental-table-file': {
      const before = (value.previous_increments_paths ?? []) as readonly string[]
      const tables = before
        .slice(1 - MAX_PARTS)
        .map((name) => tableAt(name, files, ADDRESS.exec(name)?.[0] ?? ''))
      return concatenated([...(await Promise.all(tables)), await own(value, files)], before.length + 1)
    }
  }
  return own(value, files)
}

/** Newer clients store media in cells in the table's artifact only; the run's file has the name of their class. */
const CLASS_NAME = /^(Image|Audio|Video|Html|Object3D|Molecule|Plotly|Bokeh)$/
const hasClassNames = ({ data }: TableFile): boolean =>
  data.some((row) => row.some((cell) => typeof cell === 'string' && CLASS_NAME.test(cell)))

async function own(value: MediaValue, files: FileReader): Promise<LoadedTable> {
  const address = typeof value.artifact_path === 'string' ? value.artifact_path : undefined
  const base = address === undefined ? undefined : ADDRESS.exec(address)?.[0]
  if (value.path === undefined) {
    if (address === undefined || base === undefined) throw new Error('The value names no file.')
    return tableAt(address, files, base)
  }
  const table = tableOf(await files.json(value.path))
  if (address === undefined || base === undefined || !hasClassNames(table)) return table
  try {
    return await tableAt(address, files, base)
  } catch {
    return {
      ...table,
      incomplete: true,
      note: 'Media in cells are in the artifact of the table, which is not there: it is uploaded at the latest when the run ends.',
    }
  }
}

async function tableAt(address: string, files: FileReader, base: string): Promise<TableFile> {
  const table = tableOf(await files.json(address))
  return { ...table, data: table.data.map((row) => row.map((cell) => within(base, cell))) }
}

function tableOf(file: unknown): TableFile {
  const { columns, data } = (file ?? {}) as Partial<TableFile>
  if (!Array.isArray(columns) || !Array.isArray(data)) throw new Error('The file is not a table.')
  return file as TableFile
}

/** Paths of media in a cell are those of the artifact. */
function within(base: string, cell: unknown): unknown {
  if (Array.isArray(cell)) return cell.map((each) => within(base, each))
  if (typeof cell !== 'object' || cell === null) return cell
  return Object.fromEntries(
    Object.entries(cell).map(([name, value]) => [
      name,
      name === 'path' && isMedia(cell) && typeof value === 'string' ? base + value : within(base, value),
    ]),
  )
}

function concatenated(tables: readonly TableFile[], count: number): LoadedTable {
  const [first] = tables
  if (!first) throw new Error('The table has no parts.')
  return {
    ...first,
    data: tables.flatMap(({ data }) => data),
    ...(count > tables.length && {
      note: `The newest ${tables.length} of ${count} parts.`,
    }),
  }
}

async function partitioned(file: unknown, base: string, files: FileReader): Promise<LoadedTable> {
  const { parts_path: folder } = file as { parts_path?: unknown }
  if (typeof folder !== 'string') throw new Error('The file is not a partitioned table.')
  const names = (await files.list(`${base}${folder.replace(/\/+$/, '')}/`)).filter((name) =>
    name.endsWith('.table.json'),
  )
  const tables = names.slice(-MAX_PARTS).map((name) => tableAt(name, files, base))
  return concatenated(await Promise.all(tables), names.length)
}

/** Rows of both tables with equal keys side by side, then those of the second one without a partner. */
async function joined(file: unknown, base: string, files: FileReader): Promise<LoadedTable> {
  const { table1, table2, join_key: key } = file as Readonly<Record<string, unknown>>
  if (typeof table1 !== 'string' || typeof table2 !== 'string')
    throw new Error('The file is not a joined table.')
  const [a, b] = await Promise.all([table1, table2].map((name) => tableAt(base + name, files, base)))
  const [keyA, keyB] = Array.isArray(key) ? key : [key, key]
  const [atA, atB] = [a!.columns.indexOf(keyA as string), b!.columns.indexOf(keyB as string)]
  if (atA < 0 || atB < 0)
    throw new Error(`A table lacks the column ${String(keyA)}, by which they are joined.`)
  const others = new Map<string, (readonly unknown[])[]>()
  const textOf = (row: readonly unknown[], at: number) => JSON.stringify(row[at] ?? null)
  for (const row of b!.data) others.set(textOf(row, atB), [...(others.get(textOf(row, atB)) ?? []), row])
  const used = new Set<string>()
  const rest = (row: readonly unknown[]) => row.filter((_, i) => i !== atB)
  const empty = rest(b!.columns).map(() => null)
  const data = a!.data.flatMap((row) => {
    const partners = others.get(textOf(row, atA))
    used.add(textOf(row, atA))
    return partners ? partners.map((other) => [...row, ...rest(other)]) : [[...row, ...empty]]
  })
  for (const [text, rows] of others)
    if (!used.has(text))
      for (const row of rows)
        data.push([...a!.columns.map((_, i) => (i === atA ? row[atB] : null)), ...rest(row)])
  const names = new Set(a!.columns)
  const columns = [
    ...a!.columns,
    ...b!.columns.filter((_, i) => i !== atB).map((name) => (names.has(name) ? `${name} (2)` : name)),
  ]
  return { columns, data }
}

type Names = Readonly<Record<string, Readonly<Record<string, string>>>>
/** Names of classes, by layer. */
export interface LayerClasses {
  readonly masks: Names
  readonly boxes: Names
}

/** Names of the classes of the masks and boxes in a column. */
export function classesOf({ column_types: types }: TableFile, column: string): LayerClasses {
  const allowed = at(types, 'params', 'type_map', column, 'params', 'allowed_types')
  const named = (maps: string) =>
    ((Array.isArray(allowed) ? allowed : [])
      .map((type) => at(type, 'params', maps, 'params', 'val'))
      .find((found) => typeof found === 'object' && found !== null) ?? {}) as Names
  return { masks: named('mask_class_maps'), boxes: named('box_class_maps') }
}

const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  )
