import * as yaml from 'yaml'
import { type Json, MAX_JSON_DEPTH } from './json.ts'
import { Problem } from './problem.ts'
import { plainScalar, taggedScalar } from './spelling/plain-scalar.ts'

/** Values built from one text, repetitions by aliases included: a text of a few lines must not unfold into gigabytes. */
const MAX_NODES = 50_000

/**
 * Tokens in one text: a value in a list has three to five. Reading takes about 5 µs of processor time per token, so a megabyte of
 * them would take seconds. JSON has no such limit, because it is read a hundred times as fast.
 */
const MAX_TOKENS = 20_000

/** UTF-16 units. A text of one long value has few tokens. */
const MAX_LENGTH = 250_000

/** Of values that YAML 1.1 and 1.2 read differently; more of them are counted. */
const MAX_WARNINGS = 20

/** The tags of scalars; others are refused. `taggedScalar` reads the text. */
const TAGS = ['str', 'int', 'float', 'bool', 'null'].map((type) => ({
  tag: `tag:yaml.org,2002:${type}`,
  default: false as const,
  resolve: (text: string) => text,
}))

export interface ParsedYaml {
  readonly value: Json
  /** One sentence with a line for each text that other readers of YAML may read otherwise. */
  readonly warnings: readonly string[]
}

/**
 * Reads one YAML document. Plain scalars are read as both YAML 1.1 (PyYAML) and 1.2 do; where these differ, as the writer most likely
 * meant, with a warning ({@link plainScalar}). A key is always text. Integers stay apart from floats as in `parseJson`; anchors,
 * aliases and merge keys are unfolded. Throws `Problem('invalid', 'malformed-yaml')` with line and column for what cannot be read,
 * and for unknown tags, repeated keys and keys that are no scalars; `Problem('too-large')` for a text that would take too long.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new yaml.LineCounter()
  checkLength(text)
  const tokens = readTokens(text, lines)
  checkTokens(tokens, lines)
  let document: yaml.Document.Parsed
  try {
    document = compose(tokens, text.length)
  } catch (cause) {
    // Nesting beyond the reader's stack.
    throw malformed(cause instanceof RangeError ? 'it is nested too deeply' : String(cause), undefined, lines)
  }
  const [error] = document.errors.length > 0 ? document.errors : document.warnings
  if (error !== undefined) {
    const deep = error.message.includes('call stack')
    throw malformed(deep ? 'it is nested too deeply' : sentenceOf(error.message), error.pos[0], lines)
  }
  const unfolding = new Unfolding(document, lines)
  return { value: unfolding.value(document.contents, 0), warnings: unfolding.warnings() }
}

const sentenceOf = (message: string): string => {
  const tag = /^Unresolved tag: (.*)$/.exec(message)?.[1]?.replace('tag:yaml.org,2002:', '!!')
  return tag === undefined ? message : `the tag ${tag} is not known; remove it`
}

/** What `yaml.parseDocument` does, after its first stage. Scalars stay text. */
function compose(tokens: readonly yaml.CST.Token[], length: number): yaml.Document.Parsed {
  const composer = new yaml.Composer({
    version: '1.2',
    schema: 'failsafe',
    customTags: TAGS,
    // Its own check compares each key with all before it; ours, below, looks it up.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const [first, second] = composer.compose(tokens, true, length)
  const document = first as yaml.Document.Parsed
  if (second)
    document.errors.push(
      new yaml.YAMLParseError(
        second.range.slice(0, 2) as [number, number],
        'MULTIPLE_DOCS',
        'it has several documents; a config is one, so remove the line --- and what follows it',
      ),
    )
  return document
}

/** The signs that start or end a token. In quoted text they do not, but no config has so many of them there. */
const SIGNS = /[\n,[\]{}&*!"#]|[-:?] /g

/** Refuses most texts that are too long in a thousandth of the time that the reader takes. */
function checkLength(text: string): void {
  if (text.length > MAX_LENGTH) throw tooMuch(`${MAX_LENGTH} characters`)
  SIGNS.lastIndex = 0
  for (let left = MAX_TOKENS; SIGNS.test(text); left--) if (left === 0) throw tooManyTokens()
}

const tooManyTokens = (): Problem => tooMuch(`${MAX_TOKENS} tokens (words, signs, lines)`)

const tooMuch = (limit: string): Problem =>
  new Problem(
    'too-large',
    'too-much-yaml',
    `the YAML text has more than ${limit}; send it as JSON, which may be longer, or make it shorter`,
  )

/** Token by token, so that a text with too many of them is refused before it is read to its end. */
function readTokens(text: string, lines: yaml.LineCounter): readonly yaml.CST.Token[] {
  const parser = new yaml.Parser(lines.addNewLine)
  const tokens: yaml.CST.Token[] = []
  let left = MAX_TOKENS
  lines.addNewLine(0)
  for (const token of new yaml.Lexer().lex(text)) {
    if (left-- === 0) throw tooManyTokens()
    for (const item of parser.next(token)) tokens.push(item)
  }
  for (const item of parser.end()) tokens.push(item)
  return tokens
}

/**
 * Throws for text that is nested too deeply before the part of the reader that calls itself sees it. To let that run out of
 * stack and catch the error is not enough: an engine that compiles a pattern with no stack left ends the whole process.
 * The reader's first stage has an explicit stack.
 */
function checkTokens(tokens: readonly yaml.CST.Token[], lines: yaml.LineCounter): void {
  let level: readonly (yaml.CST.Token | null | undefined)[] = tokens
  // One more than values may be, for the document around them.
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH + 1)
      throw malformed(`values may be nested ${MAX_JSON_DEPTH} deep at most`, undefined, lines)
    level = level.flatMap((token) => {
      checkEscapes(token, lines)
      if (token && 'items' in token) return token.items.flatMap((item) => [item.key, item.value])
      return token?.type === 'document' ? [token.value] : []
    })
  }
}

/** The reader collects one error per wrong escape, which takes seconds for a long text; the first is enough. */
function checkEscapes(token: yaml.CST.Token | null | undefined, lines: yaml.LineCounter): void {
  if (token?.type === 'double-quoted-scalar' && token.source.includes('\\'))
    yaml.CST.resolveAsScalar(token, true, (at, _code, message) => {
      throw malformed(message, at, lines)
    })
}

/** The target of each alias: the last anchor of its name before it. One walk, where the library needs one per alias. */
function targetsOf(document: yaml.Document): ReadonlyMap<yaml.Alias, yaml.Node> {
  const anchors = new Map<string, yaml.Node>()
  const targets = new Map<yaml.Alias, yaml.Node>()
  yaml.visit(document, {
    Node(_, node) {
      if (yaml.isAlias(node)) {
        const target = anchors.get(node.source)
        if (target) targets.set(node, target)
      } else if ('anchor' in node && node.anchor) anchors.set(node.anchor, node)
    },
  })
  return targets
}

class Unfolding {
  readonly #targets: ReadonlyMap<yaml.Alias, yaml.Node>
  readonly #lines: yaml.LineCounter
  readonly #differing = new Map<string, { readonly line: number; count: number }>()
  #nodes = 0

  constructor(document: yaml.Document, lines: yaml.LineCounter) {
    this.#targets = targetsOf(document)
    this.#lines = lines
  }

  value(node: unknown, depth: number): Json {
    if (++this.#nodes > MAX_NODES) throw this.#refuse(`it unfolds into more than ${MAX_NODES} values`, node)
    if (depth > MAX_JSON_DEPTH)
      throw this.#refuse(`values may be nested ${MAX_JSON_DEPTH} deep at most`, node)
    if (node === null || node === undefined) return null
    if (yaml.isAlias(node)) return this.value(this.#target(node), depth + 1)
    if (yaml.isScalar(node)) return this.#scalar(node)
    if (yaml.isSeq(node)) return node.items.map((item) => this.value(item, depth + 1))
    if (yaml.isMap(node)) return this.#map(node, depth)
    throw this.#refuse('it holds something that is neither a value, a list nor a mapping', node)
  }

  #scalar(node: yaml.Scalar): Json {
    const text = String(node.value)
    if (node.tag !== undefined && node.tag !== '!') return this.#tagged(node.tag, text, node)
    if (node.type !== 'PLAIN' || node.tag === '!') return text
    const { value, warning } = plainScalar(text)
    if (warning !== undefined) this.#differs(`${text} ${warning}`, node)
    return value
  }

  #tagged(tag: string, text: string, node: yaml.Scalar): Json {
    const type = tag.replace('tag:yaml.org,2002:', '')
    const value = taggedScalar(type, text)
    if (value === undefined) throw this.#refuse(`${text} is no value of the type !!${type}`, node)
    return value
  }

  #differs(sentence: string, node: yaml.Scalar): void {
    const known = this.#differing.get(sentence)
    if (known !== undefined) known.count++
    else this.#differing.set(sentence, { line: this.#lines.linePos(node.range?.[0] ?? 0).line, count: 1 })
  }

  warnings(): readonly string[] {
    const all = [...this.#differing].map(
      ([sentence, { line, count }]) => `line ${line}: ${sentence}${count > 1 ? ` (${count} times)` : ''}`,
    )
    if (all.length <= MAX_WARNINGS) return all
    const shown = all.slice(0, MAX_WARNINGS - 1)
    return [...shown, `and ${all.length - shown.length} more values that readers of YAML may read otherwise`]
  }

  #map(node: yaml.YAMLMap, depth: number): Json {
    const own: { [key: string]: Json } = {}
    const merged: { [key: string]: Json } = {}
    const names = new Set<string>()
    for (const { key, value } of node.items) {
      const name = this.#key(key)
      if (names.has(name))
        throw this.#refuse(`keys must be unique, but ${name} comes twice; remove one of them`, key)
      names.add(name)
      if (name === '<<' && yaml.isScalar(key) && key.type === 'PLAIN') this.#merge(merged, value, depth)
      else own[name] = this.value(value, depth + 1)
    }
    return { ...merged, ...own }
  }

  /** Merge keys as in YAML 1.1: earlier sources win over later ones. */
  #merge(into: { [key: string]: Json }, source: unknown, depth: number): void {
    const target = yaml.isAlias(source) ? this.#target(source) : source
    const maps = yaml.isSeq(target) ? target.items : [target]
    for (const item of maps) {
      const map = yaml.isAlias(item) ? this.#target(item) : item
      if (!yaml.isMap(map)) throw this.#refuse("'<<' needs a mapping or a list of mappings", map)
      for (const [key, value] of Object.entries(this.value(map, depth + 1) as { [key: string]: Json })) {
        if (!Object.hasOwn(into, key)) into[key] = value
      }
    }
  }

  #key(node: unknown): string {
    const key = yaml.isAlias(node) ? this.#target(node) : node
    if (!yaml.isScalar(key)) throw this.#refuse('a key must be a text', node)
    const name = String(key.value)
    if (name === '__proto__') throw this.#refuse('the key __proto__ is not allowed; rename it', node)
    return name
  }

  #target(alias: yaml.Alias): unknown {
    const target = this.#targets.get(alias)
    if (target === undefined) throw this.#refuse(`the alias *${alias.source} has no anchor`, alias)
    return target
  }

  #refuse(what: string, node: unknown): Problem {
    const at = yaml.isNode(node) ? node.range?.[0] : undefined
    return malformed(what, at, this.#lines)
  }
}

function malformed(what: string, at: number | undefined, lines: yaml.LineCounter): Problem {
  const { line, col } = at === undefined ? { line: 0, col: 0 } : lines.linePos(at)
  const message = `malformed YAML${line > 0 ? ` at line ${line}, column ${col}` : ''}: ${what}`
  return new Problem('invalid', 'malformed-yaml', message, { issues: [{ path: '', message }] })
}
