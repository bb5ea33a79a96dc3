import { AgentQueue, Redriven } from '@chimney/core/schema/api/agents'
import { SweepEvents } from '@chimney/core/schema/api/events'
import { RunFileBody } from '@chimney/core/schema/api/files'
import { Health } from '@chimney/core/schema/api/health'
import { KeyBody, KeyCreated, Viewer } from '@chimney/core/schema/api/keys'
import { HistoryRow, MetricsAnswer } from '@chimney/core/schema/api/metrics'
import { pageOf } from '@chimney/core/schema/api/page'
import { ProblemBody } from '@chimney/core/schema/api/problem'
import { ProjectBody } from '@chimney/core/schema/api/projects'
import { Importance, Pareto } from '@chimney/core/schema/api/results'
import { Claimed, FinishAnswer, HeartbeatAnswer, RunBody } from '@chimney/core/schema/api/runs'
import { ShareBody, ShareCreated } from '@chimney/core/schema/api/shares'
import { SweepBody, SweepCreated } from '@chimney/core/schema/api/sweeps'
import { Enqueued, HandedTrial, HandedTrials, Latest, TrialBody } from '@chimney/core/schema/api/trials'
import { BackupPage, Restored } from '@chimney/core/schema/backup'
import * as z from 'zod'

/** Bodies of answers by the name that the API document gives them. */
export const ANSWER_SCHEMAS = {
  Problem: ProblemBody,
  SweepCreated: SweepCreated,
  Sweep: SweepBody,
  SweepPage: pageOf(SweepBody),
  SweepEvents: SweepEvents,
  HandedTrial: HandedTrial,
  HandedTrials: HandedTrials,
  Trial: TrialBody,
  TrialPage: pageOf(TrialBody),
  Enqueued: Enqueued,
  Latest: Latest,
  Importance: Importance,
  Pareto: Pareto,
  Run: RunBody,
  RunPage: pageOf(RunBody),
  Claimed: Claimed,
  HeartbeatAnswer: HeartbeatAnswer,
  FinishAnswer: FinishAnswer,
  MetricsAnswer: MetricsAnswer,
  HistoryRow: HistoryRow,
  HistoryPage: pageOf(HistoryRow),
  ShareCreated: ShareCreated,
  Share: ShareBody,
  FileList: z.object({ items: z.array(RunFileBody) }),
  Viewer: Viewer,
  Key: KeyBody,
  KeyList: z.object({ items: z.array(KeyBody) }),
  KeyCreated: KeyCreated,
  AgentList: z.object({ items: z.array(AgentQueue) }),
  Redriven: Redriven,
  Project: ProjectBody,
  ProjectPage: pageOf(ProjectBody),
  BackupPage,
  Restored,
  Health: Health,
  AnyObject: z.record(z.string(), z.unknown()),
} as const satisfies Readonly<Record<string, z.ZodType>>
