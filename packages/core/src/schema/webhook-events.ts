/** What a webhook of a project can be notified of. */
export const WEBHOOK_EVENTS = [
  'sweep_finished',
  'sweep_paused',
  'sweep_failing',
  'new_best',
  'run_failed',
  'run_alert',
  'agent_lost',
] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** Whom the body of a delivery is shaped for: programs, Slack's incoming webhooks, or webhooks of Teams' workflows. */
export const WEBHOOK_FORMATS = ['json', 'slack', 'teams'] as const
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]
