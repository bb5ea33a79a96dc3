import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda'
import { CreateScheduleCommand, type CreateScheduleCommandInput } from '@aws-sdk/client-scheduler'
import { ACCOUNT, REGION } from '../../stacks/mocks.ts'
import type { Code } from '../code.ts'
import type { Clients } from './clients.ts'
import { apiNames, type Create } from './created.ts'

interface RoleInputs {
  readonly name: string
  readonly assumeRolePolicy: string
  readonly inlinePolicies?: readonly { readonly name: string; readonly policy: string }[]
  readonly managedPolicyArns?: readonly string[]
}

interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: 'Allow' | 'Deny'
    readonly Action: readonly string[]
    readonly Resource: readonly string[]
  }[]
}

/** AWS asks for the single action when a batch is sent or deleted, the emulator for the batch action. */
const BATCHES: Readonly<Record<string, string>> = {
  'sqs:DeleteMessage': 'sqs:DeleteMessageBatch',
  'sqs:SendMessage': 'sqs:SendMessageBatch',
}

/** A policy that the emulator evaluates as AWS does, without the actions in `without`. */
export function policyFor(policy: string, without: readonly string[] = []): string {
  const { Statement, ...rest } = JSON.parse(policy) as PolicyDocument
  return JSON.stringify({
    ...rest,
    Statement: Statement.map(({ Action, ...statement }) => ({
      ...statement,
      Action: Action.filter((action) => !without.includes(action)).flatMap((action) => [
        action,
        ...(BATCHES[action] ? [BATCHES[action]] : []),
      ]),
    })).filter(({ Action }) => Action.length > 0),
  })
}

/** The platform reads the gateway's ARN from its provider, which the graph does not have. */
const SOURCES: Readonly<Record<string, string>> = {
  'apigateway.amazonaws.com': `arn:aws:execute-api:${REGION}:${ACCOUNT}:*`,
}

interface FunctionInputs extends Record<string, unknown> {
  readonly name: string
  readonly environment: { readonly variables: Readonly<Record<string, string>> }
}

export const functions = (
  { functions: lambda, roles, schedules }: Clients,
  codeOf: (name: string, inputs: { readonly environment: FunctionInputs['environment'] }) => Promise<Code>,
): Readonly<Record<string, Create>> => ({
  'aws:iam/role:Role': async ({ inputs }) => {
    const {
      name: RoleName,
      assumeRolePolicy,
      inlinePolicies,
      managedPolicyArns,
    } = inputs as unknown as RoleInputs
    await roles.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: assumeRolePolicy }))
    for (const { name, policy } of inlinePolicies ?? [])
      await roles.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: name, PolicyDocument: policyFor(policy) }),
      )
    for (const PolicyArn of managedPolicyArns ?? [])
      await roles.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  },
  'aws:lambda/function:Function': async ({ name, inputs }, created) => {
    const {
      name: FunctionName,
      environment,
      publish,
      s3Bucket,
      s3Key,
      ...settings
    } = created.inputsOf<FunctionInputs>(inputs)
    const { zip, variables } = await codeOf(name, { environment })
    await lambda.send(
      new CreateFunctionCommand({
        ...(apiNames(settings) as Omit<CreateFunctionCommandInput, 'Code'>),
        FunctionName,
        Environment: { Variables: variables },
        Code: { ZipFile: zip },
      }),
    )
  },
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': async ({ inputs }, created) => {
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand(
        apiNames(created.inputsOf(inputs)) as PutFunctionEventInvokeConfigCommandInput,
      ),
    )
  },
  'aws:lambda/permission:Permission': async ({ name, inputs }, created) => {
    const {
      action,
      function: FunctionName,
      principal,
      sourceArn,
    } = created.inputsOf<Record<string, string>>(inputs)
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: name,
        Action: action,
        Principal: principal,
        SourceArn: SOURCES[String(principal)] ?? sourceArn,
      }),
    )
  },
  'aws:lambda/eventSourceMapping:EventSourceMapping': async ({ inputs }, created) => {
    await lambda.send(
      new CreateEventSourceMappingCommand(
        apiNames(created.inputsOf(inputs)) as CreateEventSourceMappingCommandInput,
      ),
    )
  },
  'aws:scheduler/schedule:Schedule': async ({ inputs }, created) => {
    await schedules.send(
      new CreateScheduleCommand(apiNames(created.inputsOf(inputs)) as CreateScheduleCommandInput),
    )
  },
})
