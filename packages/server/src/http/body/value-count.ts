const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const OPEN_OBJECT = 123

/**
 * An upper bound of the number of values in a JSON text, found without parsing it: commas and opening brackets outside of strings.
 * Never below the true number, at most about twice as high. Stops counting above `max`.
 */
export function valueCount(text: string, max: number): number {
  let count = 1
  for (let at = 0; at < text.length && count <= max; at++) {
    const code = text.charCodeAt(at)
    if (code === COMMA || code === OPEN_ARRAY || code === OPEN_OBJECT) count++
    else if (code === QUOTE) at = endOfString(text, at + 1)
  }
  return count
}

/** Index of the closing quote, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end
    while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--
    if ((end - first) % 2 === 0) return end
  }
  return text.length
}
