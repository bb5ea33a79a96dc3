import * as api from '@chimney/core/schema/api'
import * as z from 'zod'

/** Bodies of answers by the name that the API document gives them. */
export const ANSWER_SCHEMAS = {
  Problem: api.ProblemBody,
  SweepCreated: api.SweepCreated,
  Sweep: api.SweepBody,
  SweepPage: api.pageOf(api.SweepBody),
  SweepEvents: api.SweepEvents,
  HandedTrial: api.HandedTrial,
  HandedTrials: api.HandedTrials,
  Trial: api.TrialBody,
  TrialPage: api.pageOf(api.TrialBody),
  Enqueued: api.Enqueued,
  Importance: api.Importance,
  Run: api.RunBody,
  RunPage: api.pageOf(api.RunBody),
  Claimed: api.Claimed,
  HeartbeatAnswer: api.HeartbeatAnswer,
  FinishAnswer: api.FinishAnswer,
  MetricsAnswer: api.MetricsAnswer,
  HistoryRow: api.HistoryRow,
  HistoryPage: api.pageOf(api.HistoryRow),
  Viewer: api.Viewer,
  Key: api.KeyBody,
  KeyList: z.object({ items: z.array(api.KeyBody) }),
  KeyCreated: api.KeyCreated,
  Project: api.ProjectBody,
  ProjectPage: api.pageOf(api.ProjectBody),
  Health: api.Health,
  AnyObject: z.record(z.string(), z.unknown()),
} as const satisfies Readonly<Record<string, z.ZodType>>
