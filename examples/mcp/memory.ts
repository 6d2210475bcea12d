// memory.ts: a public MCP server as an environment. Each session is a process with a graph of its own.
import { mcpEnvironment, tasksFrom } from 'juxta';

export default mcpEnvironment({
  name: 'memory',
  systemPrompt: 'You keep notes about people in a knowledge graph. Look up whom you are asked about before you write.',
  tasks: tasksFrom('tasks.jsonl'),
  server: ({ folder }) => ({
    command: 'npx',
    args: ['-y', '@modelcontextprotocol/server-memory'],
    env: { MEMORY_FILE_PATH: `${folder}/memory.jsonl` },
  }),
  only: ['create_entities', 'add_observations', 'search_nodes'],
  stateFrom: 'read_graph',
  setUp: () => [
    {
      tool: 'create_entities',
      arguments: { entities: [{ name: 'Ann', entityType: 'person', observations: ['likes tea'] }] },
    },
  ],
});
