// The package has no types; these are the parts in use.
declare module 'dynalite' {
  import type { Server } from 'node:http'
  import type { Stream } from 'node:stream'

  /** `path`: folder of the LevelDB; in memory when absent. `createTableMs`: how long a new table is not yet active. */
  export default function dynalite(options: {
    readonly path?: string
    readonly createTableMs?: number
  }): Server

  type Done<T = void> = (error?: unknown, value?: T) => void

  export interface Range {
    readonly gt?: string
    readonly gte?: string
    readonly lt?: string
    readonly lte?: string
    readonly reverse?: boolean
    readonly limit?: number
  }

  /** The items of a table or of an index. Keys are text, items JSON. */
  export interface Part {
    readonly awsAccountId: string
    readonly awsRegion: string
    readonly lock: (key: string, section: (release: <F>(done: F) => F) => void) => void
    /** Calls back with undefined when there is none. */
    get(key: string, done: Done<unknown>): void
    put(key: string, item: unknown, done: Done): void
    del(key: string, done: Done): void
    createValueStream(range?: Range): Stream
  }

  export interface Store {
    readonly options: { readonly createTableMs: number; readonly maxItemSize: number }
    readonly tableDb: Part
    getItemDb(table: string): Part
    getIndexDb(kind: string, table: string, index: string): Part
    /** With one function, or `true` before it, a table that is not active counts as missing. */
    getTable(name: string, checkStatus: boolean | Done<object>, done?: Done<object>): void
  }

  /** What a request fails with by the rules of DynamoDB. */
  export interface Refusal extends Error {
    readonly statusCode: number
    readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string }
  }

  export interface ExpressionContext {
    readonly attrNames?: Readonly<Record<string, string>> | undefined
    readonly attrVals?: Readonly<Record<string, object>> | undefined
    /** A parser deletes what its expression uses. */
    readonly unusedAttrNames: Record<string, unknown>
    readonly unusedAttrVals: Record<string, unknown>
    readonly isKeyCondition?: boolean
  }
  export interface ExpressionParser {
    /** The sentence of an error, or the parsed form. Throws for a syntax error. */
    parse(expression: string, options: { readonly context: ExpressionContext }): unknown
  }

  export type Action = (store: Store, data: object, done: Done<object>) => void
  export interface ActionTypes {
    readonly types: object
    readonly custom?: (data: object) => string | undefined
  }
}

declare module 'dynalite/db/index.js' {
  import type { Readable } from 'node:stream'
  import type { ClassicLevel } from 'classic-level'

  type Done = (error: unknown, value?: unknown) => void

  /** A LevelDB with JSON as values, whose methods take callbacks. `close._original` closes it without waiting for requests. */
  export interface CallbackLevel
    extends Pick<ClassicLevel, 'status' | 'compactRange' | 'getSync' | 'snapshot'> {
    put(key: string, value: unknown, done: Done): unknown
    get(key: string, done: Done): unknown
    del(key: string, done: Done): unknown
    batch(operations: readonly object[], done: Done): unknown
    createKeyStream(options?: object): Readable
    createValueStream(options?: object): Readable
    iterator(options: object): {
      nextv(size: number, options: object): Promise<[string, string][]>
      close(): Promise<void>
    }
    open(): Promise<void>
    readonly close: ((done: Done) => unknown) & { _original(): Promise<void> }
  }

  /** In memory without `path`. */
  const db: { create(options: { readonly path?: string }): { readonly db: CallbackLevel } }
  export default db
}

declare module 'dynalite/validations/index.js' {
  import type { ActionTypes, Store } from 'dynalite'

  const validations: {
    /** Both throw a refusal. */
    checkTypes(data: object, types: object): object
    checkValidations(data: object, types: object, custom: ActionTypes['custom'], store: Store): void
  }
  export default validations
}

declare module 'dynalite/db/conditionParser.js' {
  import type { ExpressionParser } from 'dynalite'

  const parser: ExpressionParser
  export default parser
}

declare module 'dynalite/db/updateParser.js' {
  import type { ExpressionParser } from 'dynalite'

  const parser: ExpressionParser
  export default parser
}

declare module 'dynalite/actions/*.js' {
  import type { Action } from 'dynalite'

  const action: Action
  export default action
}

declare module 'dynalite/validations/*.js' {
  import type { ActionTypes } from 'dynalite'

  const types: ActionTypes
  export default types
}
