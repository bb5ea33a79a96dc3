/** Text that is HTML already. Everything else is escaped when it is put into some. */
export interface Html {
  readonly safe: string
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)

export const html = (parts: TemplateStringsArray, ...values: readonly (Html | string)[]): Html => ({
  safe: String.raw(
    { raw: parts },
    ...values.map((value) => (typeof value === 'string' ? escapeText(value) : value.safe)),
  ),
})

export const join = (pieces: readonly Html[]): Html => ({ safe: pieces.map((piece) => piece.safe).join('') })

export const textOf = (page: Html): string => page.safe

/** Prose in which `code` is between backticks. */
export const prose = (text: string): Html =>
  join(text.split('`').map((piece, i) => (i % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`)))
