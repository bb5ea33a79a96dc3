import type { DocumentRecord, DocumentStore } from '../documents.ts'
import { type Attributes, numberOf, packText, textOf, unpackText } from './attributes.ts'
import { follows, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { documentKey, documentRange, parseDocumentSk } from './item-keys.ts'

const read = (name: string, item: Attributes): DocumentRecord => ({
  name,
  text: unpackText(item, 'text'),
  rev: numberOf(item, 'rev'),
})

export const dynamoDocuments = (io: DynamoIo): DocumentStore => ({
  async putDocument(project, { name, text, rev }) {
    const values = { rev, text: packText(text) }
    return io.put('putDocument', documentKey(project, name), values, rev === 1 ? IS_NEW : follows(rev))
  },

  async getDocument(project, name) {
    const item = await io.get('getDocument', documentKey(project, name))
    return item && read(name, item)
  },

  async listDocuments(project, prefix) {
    const items = await io.query('listDocuments', documentRange(project, prefix))
    return items.map((item) => read(parseDocumentSk(textOf(item, 'sk')), item))
  },

  async pageDocuments(project, prefix, page) {
    const { items, ...rest } = await io.page('pageDocuments', documentRange(project, prefix), page)
    return { items: items.map((item) => read(parseDocumentSk(textOf(item, 'sk')), item)), ...rest }
  },

  async deleteDocument(project, name) {
    await io.remove('deleteDocument', documentKey(project, name))
  },
})
