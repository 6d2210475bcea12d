/** What an MCP server answers, as the agent's model reads it. */
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';

/** Texts as they are; what is no text is named, because the models that play here read text alone. */
export const textOf = ({ content = [], structuredContent }: CallToolResult): string =>
  content.length === 0 && structuredContent !== undefined
    ? JSON.stringify(structuredContent)
    : content.map(blockText).join('\n');

const blockText = (block: ContentBlock): string => {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${block.type} that cannot be shown: ${block.mimeType}, ${bytesIn(block.data)} bytes]`;
    case 'resource':
      return 'text' in block.resource
        ? block.resource.text
        : `[resource ${block.resource.uri}: ${bytesIn(block.resource.blob)} bytes]`;
    case 'resource_link':
      return `[resource ${block.uri}: ${block.description ?? block.name}]`;
  }
};

const bytesIn = (base64: string): number => Buffer.from(base64, 'base64').length;

/** The data of an answer: structured, or a text that is JSON. Undefined if it holds none. */
export const dataOf = (result: CallToolResult): unknown => {
  if (result.structuredContent !== undefined) return result.structuredContent;
  try {
    return JSON.parse(textOf(result)) as unknown;
  } catch {
    return undefined;
  }
};
