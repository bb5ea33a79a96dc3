/**
 * A link that opens one sweep for reading carries its token behind `#`, which browsers send to nobody: it is in no log, and
 * requests carry it as a header. It stays in the address while the reader moves between pages.
 */
const { hash = '' } = globalThis.location ?? {}

/** The token of the link that the reader came by; undefined for who is signed in. */
export const shareToken: string | undefined = /^#share=([0-9a-f]{40})$/.exec(hash)?.[1]

/** Nothing can be changed here. */
export const readOnly: boolean = shareToken !== undefined

/** An address within the dashboard, for the same reader. */
export const withShare = (url: string): string =>
  shareToken === undefined ? url : `${url}#share=${shareToken}`

// Another link, pasted into the same tab, changes nothing but what is behind `#`.
globalThis.addEventListener?.('hashchange', () => location.reload())
