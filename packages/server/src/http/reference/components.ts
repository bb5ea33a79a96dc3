/** Schemas by the name that the OpenAPI document gives them. Only the generator of the document loads them. */
import { AgentQueue, Redriven, RedriveRequest } from '@chimney/core/schema/api/agents'
import { CollectionPatch, VersionPatch } from '@chimney/core/schema/api/artifact-requests'
import {
  ArtifactCollection,
  ArtifactFile,
  ArtifactLineage,
  ArtifactSummary,
  ArtifactType,
  ArtifactVersion,
} from '@chimney/core/schema/api/artifacts'
import { RungCount, TrialCurve } from '@chimney/core/schema/api/curves'
import { Diagnosis } from '@chimney/core/schema/api/diagnosis'
import { EntityBody, EntityCreate, EntityCreated } from '@chimney/core/schema/api/entities'
import { SweepEvents } from '@chimney/core/schema/api/events'
import { RunFileBody } from '@chimney/core/schema/api/files'
import { Health } from '@chimney/core/schema/api/health'
import { KeyBody, KeyCreate, KeyCreated, KeyRotate, Viewer } from '@chimney/core/schema/api/keys'
import { FileAddress, MediaKeys } from '@chimney/core/schema/api/media'
import { HistoryRow, MetricsAnswer, MetricsRequest } from '@chimney/core/schema/api/metrics'
import { pageOf } from '@chimney/core/schema/api/page'
import { ProblemBody } from '@chimney/core/schema/api/problem'
import { ProjectBody } from '@chimney/core/schema/api/projects'
import { ReportBody, ReportCreate, ReportReplace, ReportSummary } from '@chimney/core/schema/api/reports'
import { Importance, Pareto } from '@chimney/core/schema/api/results'
import { RunRow } from '@chimney/core/schema/api/run-table'
import {
  Claimed,
  ClaimRequest,
  FinishAnswer,
  FinishRequest,
  HeartbeatAnswer,
  HeartbeatRequest,
  RunBody,
  RunCreate,
  RunPatch,
  RunsDelete,
  RunsDeleted,
} from '@chimney/core/schema/api/runs'
import { ShareBody, ShareCreated } from '@chimney/core/schema/api/shares'
import { SweepBody, SweepCreated, SweepPatch } from '@chimney/core/schema/api/sweeps'
import {
  AddedTrials,
  AddTrialsRequest,
  Enqueued,
  EnqueueRequest,
  HandedTrial,
  HandedTrials,
  Latest,
  NextTrialRequest,
  Requeued,
  RequeueRequest,
  TrialBody,
  VoidRequest,
} from '@chimney/core/schema/api/trials'
import { UnrecognizedBody } from '@chimney/core/schema/api/unrecognized'
import { ViewBody, ViewCreate, ViewReplace } from '@chimney/core/schema/api/views'
import { WebhookBody, WebhookCreate, WebhookDelivery, WebhookPatch } from '@chimney/core/schema/api/webhooks'
import { BackupPage, Restored, RestoreRequest } from '@chimney/core/schema/backup'
import * as z from 'zod'

export const RESPONSE_SCHEMAS = {
  Problem: ProblemBody,
  SweepCreated,
  Sweep: SweepBody,
  SweepPage: pageOf(SweepBody),
  SweepEvents,
  HandedTrial,
  HandedTrials,
  Trial: TrialBody,
  TrialPage: pageOf(TrialBody),
  Enqueued,
  AddedTrials,
  Requeued,
  Latest,
  TrialCurve,
  TrialCurves: z.object({ items: z.array(TrialCurve) }),
  RungCounts: z.object({ items: z.array(RungCount) }),
  Importance,
  Diagnosis,
  Pareto,
  Run: RunBody,
  RunPage: pageOf(RunBody),
  RunRow,
  RunTable: pageOf(RunRow),
  RunsDeleted,
  Claimed,
  HeartbeatAnswer,
  FinishAnswer,
  MetricsAnswer,
  HistoryRow,
  HistoryPage: pageOf(HistoryRow),
  MediaKeyPage: MediaKeys,
  FileAddresses: z.object({ items: z.array(FileAddress) }),
  ShareCreated,
  Share: ShareBody,
  FileList: z.object({ items: z.array(RunFileBody) }),
  ArtifactTypePage: pageOf(ArtifactType),
  ArtifactCollection,
  ArtifactCollectionPage: pageOf(ArtifactCollection),
  ArtifactSummary,
  ArtifactSummaryPage: pageOf(ArtifactSummary),
  ArtifactVersion,
  ArtifactVersionPage: pageOf(ArtifactVersion),
  ArtifactFilePage: pageOf(ArtifactFile),
  ArtifactLineage,
  Viewer,
  Key: KeyBody,
  KeyList: z.object({ items: z.array(KeyBody) }),
  KeyCreated,
  EntityList: z.object({ items: z.array(EntityBody) }),
  EntityCreated,
  AgentList: z.object({ items: z.array(AgentQueue) }),
  Redriven,
  UnrecognizedList: z.object({ items: z.array(UnrecognizedBody) }),
  Project: ProjectBody,
  ProjectPage: pageOf(ProjectBody),
  Webhook: WebhookBody,
  WebhookList: z.object({ items: z.array(WebhookBody) }),
  WebhookDelivery,
  View: ViewBody,
  ViewList: z.object({ items: z.array(ViewBody) }),
  Report: ReportBody,
  ReportList: z.object({ items: z.array(ReportSummary) }),
  BackupPage,
  Restored,
  Health,
  AnyObject: z.record(z.string(), z.unknown()),
} as const satisfies Readonly<Record<string, z.ZodType>>

export const REQUEST_SCHEMAS = {
  SweepPatch,
  NextTrialRequest,
  RequeueRequest,
  VoidRequest,
  EnqueueRequest,
  AddTrialsRequest,
  RunCreate,
  RunPatch,
  RunsDelete,
  ClaimRequest,
  HeartbeatRequest,
  FinishRequest,
  CollectionPatch,
  VersionPatch,
  MetricsRequest,
  ViewCreate,
  ViewReplace,
  ReportCreate,
  ReportReplace,
  KeyCreate,
  KeyRotate,
  EntityCreate,
  RedriveRequest,
  RestoreRequest,
  WebhookCreate,
  WebhookPatch,
} as const satisfies Readonly<Record<string, z.ZodType>>

/** `SweepConfig` comes as JSON Schema from `core`. */
export type ComponentName = keyof typeof RESPONSE_SCHEMAS | 'SweepConfig'
