/** A typed filter such as `lr < 0.01 and optimizer in (adam, lion)`. */

/** The value of a row; undefined where it has none. */
export type Read = (row: number) => unknown
/** Whether a row passes. */
export type Predicate = (row: number) => boolean

/** Says what is wrong and where; `at` is an index into the text. */
export class ExpressionError extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

type Kind = 'number' | 'text' | 'word' | 'sign' | 'end'
interface Token {
  readonly kind: Kind
  readonly text: string
  readonly at: number
}

const TOKEN =
  /\s*(?:(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w./-])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|(<=|>=|!=|<>|==|[<>=~(),])|([^\s<>=!~(),"'`]+))/y

function tokens(text: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) throw new ExpressionError(`unexpected ${text.slice(from).trim().charAt(0)}`, from)
    const [whole, number, double, single, quoted, sign, word] = match
    const at = from + (whole.length - whole.trimStart().length)
    const literal = double ?? single
    if (number !== undefined) found.push({ kind: 'number', text: number, at })
    else if (literal !== undefined) found.push({ kind: 'text', text: literal.replaceAll(/\\(.)/g, '$1'), at })
    else if (quoted !== undefined) found.push({ kind: 'word', text: quoted, at })
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign, at })
    else found.push({ kind: 'word', text: word!, at })
  }
  return [...found, { kind: 'end', text: '', at: text.length }]
}

/**
 * Parses a filter: `=`, `!=`, `<`, `<=`, `>`, `>=`, `~` (contains), `in (…)`, `is missing`, with `and`, `or`, `not` and parentheses.
 * Names with spaces are written in backticks, texts may be quoted. A row without a value passes `is missing` only.
 * Throws {@link ExpressionError}.
 */
export function parseExpression(text: string, columnOf: (name: string) => Read | undefined): Predicate {
  const all = tokens(text)
  let position = 0
  const peek = () => all[position]!
  const next = () => all[position++]!
  const isWord = (word: string, token = peek()) => token.kind === 'word' && token.text.toLowerCase() === word
  const isSign = (sign: string) => peek().kind === 'sign' && peek().text === sign
  const expectSign = (sign: string) => {
    if (!isSign(sign)) throw new ExpressionError(`expected ${sign}${foundText(peek())}`, peek().at)
    position++
  }
  const either = (): Predicate => {
    const parts = [both()]
    while (isWord('or')) {
      position++
      parts.push(both())
    }
    return parts.length === 1 ? parts[0]! : (row) => parts.some((part) => part(row))
  }
  const both = (): Predicate => {
    const parts = [negated()]
    while (isWord('and')) {
      position++
      parts.push(negated())
    }
    return parts.length === 1 ? parts[0]! : (row) => parts.every((part) => part(row))
  }
  const negated = (): Predicate => {
    if (isWord('not')) {
      position++
      const part = negated()
      return (row) => !part(row)
    }
    if (!isSign('(')) return comparison()
    position++
    const part = either()
    expectSign(')')
    return part
  }
  const literal = (): Literal => {
    const token = next()
    if (token.kind === 'end' || token.kind === 'sign')
      throw new ExpressionError(`expected a value${foundText(token)}`, token.at)
    return { text: token.text, number: token.kind === 'number' ? Number(token.text) : Number.NaN }
  }
  const comparison = (): Predicate => {
    const name = next()
    if (name.kind === 'end' || name.kind === 'sign')
      throw new ExpressionError(`expected a column${foundText(name)}`, name.at)
    const read = columnOf(name.text)
    if (!read) throw new ExpressionError(`there is no column ${name.text}`, name.at)
    const not = isWord('not')
    if (not) position++
    if (isWord('in')) {
      position++
      expectSign('(')
      const values = [literal()]
      while (isSign(',')) {
        position++
        values.push(literal())
      }
      expectSign(')')
      return (row) => {
        const value = read(row)
        return isThere(value) && values.some((one) => isEqual(value, one)) !== not
      }
    }
    if (not) throw new ExpressionError(`expected in${foundText(peek())}`, peek().at)
    if (isWord('is')) {
      position++
      const isNot = isWord('not')
      if (isNot) position++
      const word = next()
      if (!isWord('missing', word) && !isWord('null', word))
        throw new ExpressionError(`expected missing${foundText(word)}`, word.at)
      return (row) => isThere(read(row)) === isNot
    }
    const sign = next()
    const compare = sign.kind === 'sign' ? COMPARISONS[sign.text] : undefined
    if (!compare)
      throw new ExpressionError(`expected =, !=, <, <=, >, >=, ~ or in${foundText(sign)}`, sign.at)
    const value = literal()
    if ('<>'.includes(sign.text.charAt(0)) && sign.text !== '<>' && Number.isNaN(value.number))
      throw new ExpressionError(`${sign.text} compares numbers; ${value.text} is none`, all[position - 1]!.at)
    return (row) => {
      const own = read(row)
      return isThere(own) && compare(own, value)
    }
  }
  const predicate = either()
  if (peek().kind !== 'end') throw new ExpressionError(`expected and or or${foundText(peek())}`, peek().at)
  return predicate
}

interface Literal {
  readonly text: string
  /** NaN for a text. */
  readonly number: number
}

const foundText = ({ kind, text }: Token) => (kind === 'end' ? ' at the end' : `, found ${text}`)
const isThere = (value: unknown) => value !== undefined && value !== null && !Number.isNaN(value)
const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
const isEqual = (value: unknown, { text, number }: Literal): boolean =>
  typeof value === 'number' && !Number.isNaN(number) ? value === number : textOf(value) === text

const COMPARISONS: Readonly<Record<string, (value: unknown, literal: Literal) => boolean>> = {
  '=': isEqual,
  '==': isEqual,
  '!=': (value, literal) => !isEqual(value, literal),
  '<>': (value, literal) => !isEqual(value, literal),
  '<': (value, { number }) => typeof value === 'number' && value < number,
  '<=': (value, { number }) => typeof value === 'number' && value <= number,
  '>': (value, { number }) => typeof value === 'number' && value > number,
  '>=': (value, { number }) => typeof value === 'number' && value >= number,
  '~': (value, { text }) => textOf(value).toLowerCase().includes(text.toLowerCase()),
}
