import {
  CreateApiCommand,
  type CreateApiCommandInput,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateStageCommand,
  type CreateStageCommandInput,
} from '@aws-sdk/client-apigatewayv2'
import { REGION } from '../../stacks/mocks.ts'
import type { Clients } from './clients.ts'
import { apiNames, type Create } from './created.ts'

/** `url` is where clients reach the API: the gateway with AWS's limits, in front of the emulator's. */
export const gateway = (
  { gateway: apis }: Clients,
  url: string,
  onApi: (id: string) => void,
): Readonly<Record<string, Create>> => ({
  'aws:apigatewayv2/api:Api': async ({ name, inputs: { corsConfiguration, ...inputs } }, created) => {
    const { ApiId } = await apis.send(new CreateApiCommand(apiNames(inputs) as CreateApiCommandInput))
    created.decide(`${name}-id`, String(ApiId))
    created.decide(`https://${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`, url)
    onApi(String(ApiId))
  },
  'aws:apigatewayv2/integration:Integration': async ({ name, inputs }, created) => {
    const input = apiNames(created.inputsOf(inputs)) as CreateIntegrationCommandInput
    const { IntegrationId } = await apis.send(new CreateIntegrationCommand(input))
    created.decide(`${name}-id`, String(IntegrationId))
  },
  'aws:apigatewayv2/route:Route': async ({ inputs }, created) => {
    await apis.send(new CreateRouteCommand(apiNames(created.inputsOf(inputs)) as CreateRouteCommandInput))
  },
  'aws:apigatewayv2/stage:Stage': async ({ inputs }, created) => {
    const { name, ...stage } = created.inputsOf<Record<string, unknown>>(inputs)
    await apis.send(
      new CreateStageCommand({
        ...(apiNames(stage) as CreateStageCommandInput),
        StageName: String(name),
      }),
    )
  },
})
