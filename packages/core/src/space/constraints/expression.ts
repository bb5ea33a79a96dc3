import jsep from 'jsep'

/** What an expression may consist of. Names keep their dots: `opt.lr` is one name. */
export type Expression =
  | { readonly type: 'literal'; readonly value: number | string | boolean | null }
  | { readonly type: 'list'; readonly elements: readonly Expression[] }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'unary'; readonly operator: 'not' | '-' | '+'; readonly argument: Expression }
  | {
      readonly type: 'binary'
      readonly operator: Operator
      readonly left: Expression
      readonly right: Expression
    }

export type Operator = 'or' | 'and' | 'in' | Comparison | Arithmetic
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%' | '**'

/** What is wrong with an expression, and the way out. */
export class ExpressionError extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.fix = fix
  }
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  or: 'or',
  '||': 'or',
  and: 'and',
  '&&': 'and',
  in: 'in',
  '==': '==',
  '===': '==',
  '!=': '!=',
  '!==': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '//': '//',
  '%': '%',
  '**': '**',
}
const UNARY: Readonly<Record<string, 'not' | '-' | '+'>> = { not: 'not', '!': 'not', '-': '-', '+': '+' }

// Precedences of the parser: || 1, && 2, == 6, < 7, + 9, * 10, ** 11.
jsep.addBinaryOp('or', 1)
jsep.addBinaryOp('and', 2)
jsep.addBinaryOp('in', 7)
jsep.addBinaryOp('//', 10)
jsep.addUnaryOp('not')
for (const [name, value] of Object.entries({ True: true, False: false, None: null }))
  jsep.addLiteral(name, value)

/**
 * Reads an expression in the notation of Python or JavaScript; the config's schema bounds its length. Throws {@link ExpressionError} for text that is none, with the
 * column (from 1) of what is not understood.
 */
export function parseExpression(text: string): Expression {
  if (text.trim() === '')
    throw new ExpressionError('the expression is empty', 'write for example: head <= 2 * width')
  if (/(?<![=!<>])=(?!=)/.test(text.replace(/"[^"]*"|'[^']*'/g, '')))
    throw new ExpressionError('= assigns a value', 'write == to compare')
  if (/\bnot\s+in\b/.test(text))
    throw new ExpressionError("'not in' is not supported", 'write not (name in ["a", "b"])')
  return converted(parsed(text))
}

function parsed(text: string): jsep.Expression {
  try {
    return jsep(text)
  } catch (error) {
    const { description, index } = error as { description?: string; index?: number }
    if (error instanceof RangeError || description === undefined)
      throw new ExpressionError('the expression is nested too deeply', 'write several shorter ones')
    const column = index === undefined ? '' : ` at column ${Math.min(index, text.length) + 1}`
    throw new ExpressionError(
      `${description.replace(/^[A-Z]/, (letter) => letter.toLowerCase())}${column}`,
      'write for example: not (optimizer == "sgd" and lr > 0.1)',
    )
  }
}

function converted(node: jsep.Expression): Expression {
  switch (node.type) {
    case 'Literal': {
      const { value } = node as jsep.Literal
      if (value instanceof RegExp) break
      return { type: 'literal', value }
    }
    case 'Identifier':
    case 'MemberExpression':
      return { type: 'name', name: nameOf(node) }
    case 'ArrayExpression':
      return {
        type: 'list',
        elements: (node as jsep.ArrayExpression).elements.map((element) => {
          if (element === null)
            throw new ExpressionError('the list has an empty place', 'give each value once')
          return converted(element)
        }),
      }
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression
      const known = UNARY[operator]
      if (known === undefined) throw unsupported(operator)
      return { type: 'unary', operator: known, argument: converted(argument) }
    }
    case 'BinaryExpression': {
      const { operator, left, right } = node as jsep.BinaryExpression
      const known = OPERATORS[operator]
      if (known === undefined) throw unsupported(operator)
      return { type: 'binary', operator: known, left: converted(left), right: converted(right) }
    }
    case 'CallExpression': {
      const { callee, arguments: args } = node as jsep.CallExpression
      return { type: 'call', name: nameOf(callee), args: args.map(converted) }
    }
    case 'Compound':
      throw new ExpressionError(
        'there is more than one expression, or an operator is missing',
        'join conditions with and, or; or write one expression per entry of the list',
      )
  }
  throw unsupported(node.type)
}

function nameOf(node: jsep.Expression): string {
  if (node.type === 'Identifier') return (node as jsep.Identifier).name
  const { computed, object, property, optional } = node as jsep.MemberExpression
  if (node.type !== 'MemberExpression' || computed || optional)
    throw new ExpressionError(
      'a name is expected here',
      'write names with dots (opt.lr), and other names as param("learning-rate")',
    )
  return `${nameOf(object)}.${nameOf(property)}`
}

const unsupported = (what: string) =>
  new ExpressionError(
    `${what} is not supported`,
    'use and, or, not, in, ==, !=, <, <=, >, >=, +, -, *, /, //, %, ** and parentheses',
  )
