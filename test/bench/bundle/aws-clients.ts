/** What the API's bundle cannot do without, as the measure of how long it takes to load. */
export {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
export { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
