import { createHash } from 'node:crypto'
import { curlOf } from './docs-curl.ts'
import { type ApiDocument, type Operation, refName, type Schema, typeText } from './docs-schema.ts'
import { type Html, html, join, prose, textOf } from './html.ts'

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--link:#0b62c4}
@media (prefers-color-scheme:dark){:root{--link:#7ab7ff}}
body{font:16px/1.55 system-ui,sans-serif;margin:0 auto;padding:1rem 1.25rem 4rem;max-width:60rem}
a{color:var(--link)}h1{margin-bottom:0}h2{margin-top:3rem;border-bottom:1px solid var(--line)}
section.op{margin:2rem 0;padding-top:.5rem}h3{margin:0;font-size:1.05rem;overflow-wrap:anywhere}
.verb{display:inline-block;min-width:4.2em;font-weight:700}
pre{background:var(--soft);padding:.75rem 1rem;overflow-x:auto;border-radius:6px}
code{font:0.9em ui-monospace,monospace}table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600}nav ul{columns:2;padding-left:1.2rem}.soft{opacity:.75}
`
const HASH = createHash('sha256').update(STYLE).digest('base64')
/** Nothing but its own style: no script, no picture, nothing from elsewhere, and no page may frame it. */
const CSP = `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The API document as a page to read. It asks for nothing else and runs nothing. */
export function docsPage(document: unknown, headers: Record<string, string>): Response {
  return new Response(textOf(page(document as ApiDocument)), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': CSP, ...headers },
  })
}

interface Entry {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function page(document: ApiDocument): Html {
  const entries: Entry[] = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const { info, tags, components } = document
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title><style>${STYLE_HTML}</style></head><body>
<header><h1>${info.title} API</h1><p class="soft">Version ${info.version} · <a href="/openapi.json">openapi.json</a></p>
<p>${prose(info.description)}</p>
<p>Send your API key with each request. In the examples it is in <code>$CHIMNEY_API_KEY</code>, and
<code>$CHIMNEY_URL</code> is the address of this service.</p></header>
<nav aria-label="Routes"><ul>${join(entries.map((entry) => html`<li><a href="#${entry.operation.operationId}">${entry.operation.summary}</a></li>`))}
<li><a href="#errors">Errors</a></li><li><a href="#schemas">Bodies</a></li></ul></nav>
<main>${join(
    tags.map(
      (tag) =>
        html`<h2>${tag.name}</h2><p>${tag.description}</p>${join(
          entries.filter(({ operation }) => operation.tags.includes(tag.name)).map(operationSection),
        )}`,
    ),
  )}
<h2 id="errors">Errors</h2><p>Errors are <code>application/problem+json</code>. <code>detail</code> is a sentence for people,
<code>code</code> is stable for programs, <code>errors</code> lists what is wrong in the request and where.</p>
<table><tr><th>Status</th><th>Meaning</th></tr>${join(
    Object.entries(components.responses).map(
      ([name, { description }]) =>
        html`<tr><td>${name.replace('Problem', '')}</td><td>${prose(description)}</td></tr>`,
    ),
  )}</table>
<h2 id="schemas">Bodies</h2>${join(Object.entries(components.schemas).map(([name, schema]) => schemaSection(name, schema)))}
</main></body></html>
`
}

const STYLE_HTML: Html = { safe: STYLE }

function operationSection({ path, method, operation }: Entry): Html {
  const { parameters = [], requestBody, responses } = operation
  const body = Object.values(requestBody?.content ?? {})[0]
  const rows = [
    ...parameters.map(
      (parameter) =>
        html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td>${typeText(parameter.schema)}</td><td>${prose(parameter.description ?? '')}</td></tr>`,
    ),
    ...(body ? [html`<tr><td>body</td><td></td><td>${schemaLink(body.schema)}</td><td></td></tr>`] : []),
  ]
  return html`<section class="op" id="${operation.operationId}">
<h3><span class="verb">${method}</span> <code>${path}</code></h3>
<p><strong>${operation.summary}.</strong> ${prose(operation.description ?? '')}</p>
${rows.length > 0 ? html`<table><tr><th>Name</th><th>In</th><th>Type</th><th></th></tr>${join(rows)}</table>` : ''}
<table><tr><th>Answer</th><th></th><th></th></tr>${join(
    Object.entries(responses)
      .filter(([, answer]) => answer.$ref === undefined)
      .map(([status, answer]) => {
        const media = Object.values(answer.content ?? {})[0]
        return html`<tr><td>${status}</td><td>${answer.description ?? ''}</td><td>${media ? schemaLink(media.schema) : ''}</td></tr>`
      }),
  )}</table>
<pre><code>${curlOf(method, path, operation)}</code></pre></section>`
}

function schemaLink(schema: Schema): Html {
  const name = refName(schema)
  return name === undefined ? html`${typeText(schema)}` : html`<a href="#schema-${name}">${name}</a>`
}

function schemaSection(name: string, schema: Schema): Html {
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(
    ([property, inner]) =>
      html`<tr><td><code>${property}</code>${required.has(property) ? '' : html` <span class="soft">optional</span>`}</td><td>${typeText(inner)}</td></tr>`,
  )
  return html`<section class="op" id="schema-${name}"><h3>${name}</h3>${
    rows.length > 0 ? html`<table>${join(rows)}</table>` : html`<p>${typeText(schema)}</p>`
  }</section>`
}
