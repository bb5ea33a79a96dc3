import * as z from 'zod'
import { Entity } from '../../packages/core/src/schema/names.ts'

const Arn = (service: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws[\\w-]*:${service}:`), `must be the ARN of ${what}: arn:aws:${service}:…`)

/**
 * A stage's file, `stacks/stages/STAGE.json`. Committed, so that every deployment of the stage has the same settings, whichever person
 * deploys it.
 */
export const StageFile = z
  .strictObject({
    /** AWS region. Production must name one. */
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region, such as eu-central-1')
      .optional(),
    /** AWS account; with it, credentials of any other account are refused. */
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be an AWS account id of 12 digits, in quotes')
      .optional(),
    /** Entity of the first key: the operator of the deployment. Production must name one. */
    entity: Entity.optional(),
    /** Custom domain of the API. */
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a host name in lower case, such as sweeps.example.org')
      .optional(),
    /** For a domain outside of Route 53: a certificate in the same region. */
    certificate: Arn('acm', 'a certificate').optional(),
    /** Who receives alarms: an address, or an existing SNS topic. */
    alarmEmail: z.email('must be an email address').optional(),
    alarmTopic: Arn('sns', 'an SNS topic').optional(),
    /** List of agent functions, from the root of the repository. */
    agents: z
      .string()
      .regex(/\.json$/, 'must be a JSON file, from the root of the repository')
      .optional(),
    /** Traces of the API and reconcile. */
    tracing: z.enum(['off', 'xray'], 'must be "off" or "xray"').optional(),
  })
  .superRefine((file, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    if (file.certificate !== undefined && file.domain === undefined)
      refuse('certificate', 'belongs to a domain; add "domain", or remove it')
    if (file.alarmEmail !== undefined && file.alarmTopic !== undefined)
      refuse('alarmTopic', 'excludes "alarmEmail"; keep one of the two')
  })
export type StageFile = z.infer<typeof StageFile>
export type Field = keyof StageFile

/** Settings of a stage, complete. */
export interface Settings extends StageFile {
  readonly stage: string
  /** The stage's file, from the root of the repository. */
  readonly file: string
  readonly fileExists: boolean
  /** Data is retained, alarms are created, and settings do not change without consent. */
  readonly production: boolean
  readonly region: string
  readonly entity: string
  readonly agents: string
  readonly tracing: 'off' | 'xray'
}

/** Shown without the stack, which does not help a deployer. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message)
    this.stack = message
  }
}
