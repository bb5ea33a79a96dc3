import { isObject, type Json } from '@chimney/core/schema/json'

/** A key may itself hold dots (`val.loss`), so the whole path is tried before it is taken as one into nested objects. */
export function valueAt(json: Json | undefined, path: string): Json | undefined {
  if (!isObject(json)) return undefined
  if (Object.hasOwn(json, path)) return json[path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot)
    const inner = Object.hasOwn(json, key) ? valueAt(json[key], path.slice(dot + 1)) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
