import { html, textOf } from '../http/html.ts'

const CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Where the client sends people for a key. It shows how to get one; keys themselves are only told by whoever makes them. */
export function authorizePage(origin: string): Response {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API key · Chimney</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}pre{background:#8881;padding:1rem;overflow:auto}</style>
</head><body>
<h1>Get an API key</h1>
<p>On your own machine, <code>npm start</code> prints the key when it is ready. In the cloud, whoever deployed Chimney has the first key.</p>
<p>With a key at hand, make another one, which is shown once:</p>
<pre>npx chimney login ${origin}
npx chimney keys create</pre>
<p>Then paste it where <code>wandb login</code> asks for it, or set it:</p>
<pre>export WANDB_BASE_URL=${origin}
export WANDB_API_KEY=…</pre>
</body></html>`
  return new Response(textOf(page), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': CSP },
  })
}
