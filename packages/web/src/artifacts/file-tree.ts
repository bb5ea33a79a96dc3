/** Files of an artifact by folder. */
export interface Folder<F> {
  /** Path from the root; '' for the root. */
  readonly path: string
  readonly name: string
  readonly folders: readonly Folder<F>[]
  readonly files: readonly F[]
  /** Of all files below. */
  readonly size: number
  readonly count: number
}

/** Folders and files in the order in which they come. */
export function fileTree<F extends { readonly name: string; readonly size: number }>(
  files: readonly F[],
  path = '',
): Folder<F> {
  const own: F[] = []
  const below = new Map<string, F[]>()
  for (const file of files) {
    const rest = file.name.slice(path.length)
    const slash = rest.indexOf('/')
    if (slash < 0) own.push(file)
    else {
      const folder = rest.slice(0, slash + 1)
      const inside = below.get(folder) ?? []
      inside.push(file)
      below.set(folder, inside)
    }
  }
  return {
    path,
    name: path.split('/').at(-2) ?? '',
    folders: [...below].map(([folder, inside]) => fileTree(inside, path + folder)),
    files: own,
    size: files.reduce((sum, { size }) => sum + size, 0),
    count: files.length,
  }
}
