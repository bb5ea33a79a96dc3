/** The AWS clients that the API needs. The import time of the API is measured relative to theirs. */
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
