import { useEffect, useId, useMemo, useState } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { ExpressionError, type Predicate, parseExpression, type Read } from '../model/expression.ts'

export interface FilterColumn {
  /** Names by which a filter refers to the column. */
  readonly names: readonly string[]
  readonly read: Read
}

/** Letters, digits and a few signs; other names are written in backticks. */
const PLAIN_NAME = /^[^\s<>=!~(),"'`]+$/
const EDIT_DEBOUNCE_MS = 250

/** The typed filter of the address (`where`), parsed. While it has an error, nothing is filtered. */
export function useTypedFilter(columns: readonly FilterColumn[]): {
  readonly text: string
  readonly passes: Predicate | undefined
  readonly error: string | undefined
  /** Columns that the filter names, by their first name. */
  readonly names: ReadonlySet<string>
} {
  const { query } = useLocation()
  const text = query.get('where') ?? ''
  return useMemo(() => {
    const names = new Set<string>()
    if (text.trim() === '') return { text, passes: undefined, error: undefined, names }
    const find = (name: string) => {
      const column = columns.find(({ names }) => names.includes(name))
      if (column) names.add(column.names[0]!)
      return column?.read
    }
    try {
      return { text, passes: parseExpression(text, find), error: undefined, names }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      return { text, passes: undefined, error: `${error.message} (character ${error.at + 1})`, names }
    }
  }, [text, columns])
}

/** Where to type a filter, with completion of column names. */
export function FilterInput({
  columns,
  error,
  example,
}: {
  columns: readonly FilterColumn[]
  error: string | undefined
  example: string
}) {
  const id = useId()
  const { query } = useLocation()
  const address = query.get('where') ?? ''
  const [text, setText] = useState(address)
  useEffect(() => setText(address), [address])
  useEffect(() => {
    if (text === address) return
    const timer = setTimeout(() => setSearchParams({ where: text || null }), EDIT_DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [text, address])
  const before = text.replace(/[^\s(]*$/, '')
  const names = useMemo(
    () => columns.map(({ names: [name = ''] }) => (PLAIN_NAME.test(name) ? name : `\`${name}\``)),
    [columns],
  )
  return (
    <span className="typed-filter">
      <label htmlFor={id} className="hidden">
        Filter expression
      </label>
      <input
        id={id}
        type="text"
        list={`${id}-names`}
        value={text}
        placeholder={`Filter: ${example}`}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        title="Compare columns with =, !=, <, <=, >, >=, ~ (contains), in (a, b), is missing; join with and, or, not"
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={`${before}${name} `} />
        ))}
      </datalist>
      {error !== undefined && (
        <span id={`${id}-error`} className="field-error" role="alert">
          {error}
        </span>
      )}
    </span>
  )
}
