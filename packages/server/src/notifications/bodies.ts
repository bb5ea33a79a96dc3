import type { WebhookFormat } from '@chimney/core/schema/webhook-events'
import type { Notice } from '../queue/webhook-queue.ts'

/** The payload of Standard Webhooks: `type`, `timestamp`, `data`. */
const jsonBody = ({ type, at, title, text, url, data }: Notice) => ({
  type,
  timestamp: new Date(at).toISOString(),
  data: { title, text: text ?? null, url, ...data },
})

/** Slack's markup has three reserved characters. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A message of Slack's incoming webhooks. `text` is what notifications of Slack show. */
const slackBody = ({ title, text, url }: Notice) => ({
  text: [`*<${url}|${escaped(title)}>*`, ...(text === undefined ? [] : [escaped(text)])].join('\n'),
  unfurl_links: false,
})

/** A message of the workflow "Post to a channel when a webhook request is received": an Adaptive Card. */
const teamsBody = ({ title, text, url }: Notice) => {
  const block = (content: string, more: object) => ({
    type: 'TextBlock',
    // Its text is Markdown, where a line break needs two.
    text: content.replaceAll(/[\\`*_[\]~#]/g, '\\$&').replaceAll('\n', '\n\n'),
    wrap: true,
    ...more,
  })
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(title, { weight: 'Bolder', size: 'Medium' }),
            ...(text === undefined ? [] : [block(text, {})]),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open in Chimney', url }],
        },
      },
    ],
  }
}

const BODIES = { json: jsonBody, slack: slackBody, teams: teamsBody } as const satisfies Record<
  WebhookFormat,
  (notice: Notice) => object
>

export const bodyOf = (format: WebhookFormat, notice: Notice): string =>
  JSON.stringify(BODIES[format](notice))
