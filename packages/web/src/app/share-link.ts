/**
 * A view-only link has its token in the fragment, which browsers do not send: it is in no log. Requests send it as a header.
 * The fragment stays in the URL during navigation.
 */
const { hash = '' } = globalThis.location ?? {}

/** Undefined without a view-only link. */
export const shareToken: string | undefined = /^#share=([0-9a-f]{40})$/.exec(hash)?.[1]

export const readOnly: boolean = shareToken !== undefined

/** Adds the token to a URL of the dashboard. */
export const withShare = (url: string): string =>
  shareToken === undefined ? url : `${url}#share=${shareToken}`

// Pasting another link into the same tab only changes the fragment, which does not load the page.
globalThis.addEventListener?.('hashchange', () => location.reload())
