/** A JSON Pointer (RFC 6901). */
export const pointerOf = (keys: readonly string[]): string =>
  keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The keys of a JSON Pointer; those of an empty one are none. */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Of a parameter in a sweep config; `path` has the keys from the top of the parameters, without those of the groups. */
export const parameterPointer = (path: readonly string[], ...keys: readonly string[]): string =>
  pointerOf([...path.flatMap((key) => ['parameters', key]), ...keys])
