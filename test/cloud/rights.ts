/** Every right of a function, taken away in turn: calls that use the right must then be refused, or nothing needs it. */
import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { only } from '../stacks/graph.ts'
import { policyFor } from './account/functions.ts'
import type { Deployment } from './deployment.ts'

export interface Right {
  readonly action: string
  readonly resources: readonly string[]
}

interface RolePolicy {
  readonly name: string
  readonly inlinePolicies: readonly [{ readonly name: string; readonly policy: string }]
}
interface Document {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[]
}

const roleOf = ({ graph }: Deployment, component: RegExp): RolePolicy =>
  only(graph, 'aws:iam/role:Role', component) as unknown as RolePolicy

/** The rights of a role, by the name of its component. */
export function rightsOf(deployment: Deployment, component: RegExp): readonly Right[] {
  const [{ policy }] = roleOf(deployment, component).inlinePolicies
  return (JSON.parse(policy) as Document).Statement.flatMap(({ Action, Resource }) =>
    Action.map((action) => ({ action, resources: Resource })),
  )
}

/** Runs `calls` while the role lacks the right; returns the actions that the role was refused meanwhile. */
export async function refusedWithout(
  deployment: Deployment,
  component: RegExp,
  right: Right,
  calls: () => Promise<void>,
): Promise<readonly string[]> {
  const { name: RoleName, inlinePolicies } = roleOf(deployment, component)
  const [{ name: PolicyName, policy }] = inlinePolicies
  const put = (text: string) =>
    deployment.clients.roles.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policyFor(text) }),
    )
  const { Statement, ...rest } = JSON.parse(policy) as Document
  const without = Statement.map((statement) =>
    statement.Resource.join() === right.resources.join()
      ? { ...statement, Action: statement.Action.filter((action) => action !== right.action) }
      : statement,
  )
  await put(JSON.stringify({ ...rest, Statement: without }))
  deployment.forgetRefused()
  try {
    await calls()
    return deployment
      .refused()
      .filter(({ role }) => role === RoleName)
      .map(({ action }) => action)
  } finally {
    await put(policy)
    deployment.forgetRefused()
  }
}
