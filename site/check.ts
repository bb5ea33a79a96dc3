/** Checks the built site: every link, anchor and image leads somewhere, and no page loads anything from another host. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

export interface Checked {
  readonly pages: number
  readonly links: number
  readonly anchors: number
  readonly images: number
  readonly bytes: number
  readonly problems: readonly string[]
}

const attributes = (html: string, tags: string, name: string) =>
  [...html.matchAll(new RegExp(`<(?:${tags})\\b[^>]*?\\s${name}="([^"]*)"`, 'g'))].map(([, value]) =>
    decode(value!),
  )
const decode = (text: string) =>
  text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"')

/** `base` is the path below which the site is served, such as `/chimney/`. */
export function checkSite(folder: string, base: string): Checked {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  )
  const htmlFiles = files.filter((path) => path.endsWith('.html'))
  const html = new Map(htmlFiles.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
  const ids = new Map(
    [...html].map(([path, text]) => [
      path,
      new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decode(id!))),
    ]),
  )
  const problems: string[] = []
  const counted = { links: 0, anchors: 0, images: 0 }

  /** The file of an address on a page; undefined for other hosts. */
  const fileOf = (page: string, address: string): string | undefined => {
    if (/^([a-z]+:|\/\/)/i.test(address)) return undefined
    const path = decodeURI(address.split(/[?#]/)[0]!)
    if (path.startsWith('/') && !path.startsWith(base)) return `outside of ${base}: ${path}`
    if (path === '') return page
    const file = path.startsWith('/') ? path.slice(base.length) : posix.join(dirname(page), path)
    const found = [file, `${file}.html`, posix.join(file, 'index.html')].find(
      (name) => existsSync(join(folder, name)) && statSync(join(folder, name)).isFile(),
    )
    return found ?? `missing: ${file}`
  }

  for (const [page, text] of html) {
    for (const address of attributes(text, 'a', 'href')) {
      const file = fileOf(page, address)
      if (file === undefined) continue
      counted.links++
      const anchor = address.split('#')[1]
      if (!files.includes(file)) problems.push(`${page}: ${address} (${file})`)
      else if (anchor && html.has(file)) {
        counted.anchors++
        if (!ids.get(file)!.has(decodeURIComponent(anchor)))
          problems.push(`${page}: ${address} (no such heading)`)
      }
    }
    for (const address of attributes(text, 'img|script|source|video|iframe', 'src').concat(
      attributes(text, 'link', 'href'),
    )) {
      const file = fileOf(page, address)
      if (address.startsWith('data:')) continue
      if (file === undefined) problems.push(`${page}: loads ${address}`)
      else if (!files.includes(file)) problems.push(`${page}: ${address} (${file})`)
      else counted.images++
    }
  }
  const bytes = files.reduce(
    (sum, path) => sum + (statSync(join(folder, path)).isFile() ? statSync(join(folder, path)).size : 0),
    0,
  )
  return { pages: html.size, ...counted, bytes, problems: [...new Set(problems)] }
}
