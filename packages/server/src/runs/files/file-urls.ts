import type { Deps } from '../../deps.ts'

/** Long enough for slow uploads in a queue; clients request new URLs with each batch. */
const UPLOAD_SECONDS = 24 * 3600
const DOWNLOAD_SECONDS = 3600

export interface UrlContext {
  readonly deps: Pick<Deps, 'files' | 'settings'>
  /** The address under which the client reached the service, without a trailing slash. */
  readonly origin: string
}

/**
 * Rewrites the URL of a local file store to the address that the client used: other machines cannot reach its loopback address.
 * URLs of a storage elsewhere stay as they are.
 */
const reachable = ({ deps, origin }: UrlContext, url: string): string => {
  const { filesUrl } = deps.settings
  return filesUrl !== undefined && url.startsWith(`${filesUrl}/`) ? origin + url.slice(filesUrl.length) : url
}

/** A URL to which a client uploads a file without a key. */
export const uploadUrl = async (context: UrlContext, key: string): Promise<string> =>
  reachable(context, await context.deps.files.uploadUrl(key, UPLOAD_SECONDS))

/** A URL from which a client downloads a file without a key. */
export const downloadUrl = async (context: UrlContext, key: string): Promise<string> =>
  reachable(context, await context.deps.files.downloadUrl(key, DOWNLOAD_SECONDS))

/** A URL to which a client uploads one part of a file without a key. */
export const partUrl = async (
  context: UrlContext,
  key: string,
  upload: string,
  part: number,
): Promise<string> => reachable(context, await context.deps.files.partUrl(key, upload, part, UPLOAD_SECONDS))
